import {GIB, gpuOf, limitOf, processOf, type Run, startRun} from './run.ts';

export const HOSTILE = [
  '<script>alert(1)</script>',
  '"onload="alert(1)',
  "' onmouseover='x",
  '&amp;&lt;',
  '</title></style></svg>',
  '\u001b[31mred\u001b[0m \u001b]0;title\u0007 \u009b2J',
  '\u202egnp.exe \u2066x',
  'a|b `c` *d* [e](http://f) \\|',
  'line\nbreak\r\n| --- |',
  '-->',
  'half \ud83d',
] as const;

/** A run in which every name from outside is hostile. */
export function hostileRun(name: string): Run {
  const run = startRun();
  const processes = [processOf(7, 2 * GIB, name)];
  run.feed({ram: 90, gpus: [gpuOf(0, 95, name)], limits: [limitOf(name, 32, 30)], processes});
  run.feed({ram: 40, processes: [processOf(7, 4 * GIB, name)]});
  run.session.emit({kind: 'mark', at: run.now(), note: name});
  run.session.emit({kind: 'changed', at: run.now(), what: name, field: name, from: name, to: name});
  run.session.emit({kind: 'note', at: run.now(), what: 'limit', text: name});
  return run;
}

export function hostileFacts(name: string) {
  return {
    version: name,
    hostName: name,
    platform: name,
    reason: name,
    logFile: name,
    logProblem: name,
    errors: [{what: name, reason: name, count: 2}],
  };
}

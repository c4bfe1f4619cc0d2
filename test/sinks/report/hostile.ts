import type {JobEnding} from '../../../src/core/job/job-ending.ts';
import {GIB, gpuOf, jobOf, limitOf, processOf, type Run, START, startRun} from './run.ts';

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
  const job = jobOf(name, processes);
  const oom = (kills: number) => ({
    counters: [{scope: 'cgroup' as const, id: name, name, kills, limitBytes: 32 * GIB}],
    victims: [{pid: 9, name, limitPath: name}],
  });
  const limits = [limitOf(name, 32, 30)];
  run.feed({ram: 90, gpus: [gpuOf(0, 95, name)], limits, processes, job, oom: oom(0)});
  run.feed({oom: oom(1)});
  run.feed({ram: 40, processes: [processOf(7, 4 * GIB, name)]});
  run.session.emit({kind: 'mark', at: run.now(), note: name});
  run.session.emit({kind: 'changed', at: run.now(), what: name, field: name, from: name, to: name});
  run.session.emit({kind: 'note', at: run.now(), what: 'limit', text: name});
  return run;
}

function hostileEnding(name: string): JobEnding {
  const victim = {pid: 9, name, bytes: GIB};
  return {
    name,
    pid: 7,
    exit: {at: START + 5000, signal: 'SIGKILL'},
    elapsedMs: 5000,
    cpuMs: 1,
    oom: {at: START + 4000, kills: 1, isOwn: true, isVictim: false, victim, limit: {name, bytes: 32 * GIB}},
    moments: [{at: START, bytes: GIB, measure: 'RSS', processes: 1, ramPercent: 90}],
    top: [{pid: 7, name, rssBytes: 2 * GIB}],
  };
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
    ending: hostileEnding(name),
  };
}

import {describe, expect, it} from 'vitest';
import {MemoryAlert} from '../../../src/core/alert.ts';
import {reportText} from '../../../src/sinks/report/text.ts';
import {HOSTILE, hostileFacts, hostileRun} from './hostile.ts';
import {GIB, gpuOf, limitOf, processOf, START, startRun} from './run.ts';

describe('reportText', () => {
  it('tells a session in aligned lines', () => {
    const run = startRun({ramAlert: new MemoryAlert({cooldownSeconds: 1})});
    const processes = [processOf(4127, 20 * GIB, 'llama-server'), processOf(5210, 9 * GIB, 'gateway')];
    run.feed({ram: 50, swap: 10, gpus: [gpuOf(0, 25)], limits: [limitOf('llm.slice', 56, 42)], processes});
    run.feed({afterMs: 10_000, limits: [limitOf('llm.slice', 56, 49)]});
    run.feed({
      afterMs: 10_000,
      limits: [limitOf('llm.slice', 56, 42)],
      processes: [processOf(5210, 12 * GIB, 'gateway')],
    });
    run.session.emit({kind: 'mark', at: START + 15_000, note: 'model B loaded'});
    run.session.setThreshold('swap', 60, START + 16_000);
    const errors = [{what: 'RAM', reason: 'permission denied', count: 2}];
    const self = {rssBytes: 61 * 2 ** 20, cpuMs: 60};
    expect(reportText(run.report({errors, self, logFile: 'run.jsonl', eventsDropped: 1234}))).toBe(
      `
memtop report · atlas · 2026-11-22 08:10:00 to 08:10:20 (20 s)
ended: quit with q

limit      56.0 GiB (llm.slice), host 64.0 GiB
next run   suggested limit 59.0 GiB: peak of RAM in use 49.0 GiB + 20%
checks     3 every 1 s, 2 failed

RAM        now 75.0%  average 81.3%  peak 87.5% at 08:10:10  trend stable
           42.0 of 56.0 GiB · above 80% for 10 s (50.0% of the time)
  verdict  learning, not enough seen yet, 10 m 30 s more
  at peak  llama-server (4127) 20.0 GiB, gateway (5210) 9.0 GiB

swap       now 10.0%  average 10.0%  peak 10.0% at 08:10:00  trend stable
           0.8 of 8.0 GiB · above its threshold (60% now) for 0 s
  at peak  llama-server (4127) 20.0 GiB, gateway (5210) 9.0 GiB

GPU 0      now 25.0%  average 25.0%  peak 25.0% at 08:10:00  trend stable
           RTX 4090 · 6.0 of 24.0 GiB · above 90% for 0 s
  verdict  learning, not enough seen yet, 10 m 30 s more
  at peak  llama-server (4127) 5.4 GiB

alerts (1)
  08:10:10  RAM 87.5%, threshold 80%, still firing, peak 87.5%

marks (1)
  08:10:15  model B loaded

changes (1)
  08:10:16  swap threshold 50% → 60%

events     the 1,234 oldest are no longer kept: alerts, marks and changes
           begin after them

growth (1)
  gateway (5210)  +3.0 GiB  9.0 GiB → 12.0 GiB, 08:10:00 to 08:10:20

errors (1)
  RAM  permission denied (2 times)

memtop     1.2.3 on linux, CPU 0.3%, 61 MiB
log        run.jsonl
`.trimStart(),
    );
  });

  it('tells a session without a single sample in words', () => {
    expect(reportText(startRun().report({errors: [], reason: 'SIGTERM'}))).toBe(
      `
memtop report · atlas · 2026-11-22 08:10:00 to 08:10:00 (0 s) · ended: SIGTERM

limit      not known
checks     none every 1 s

RAM        never read: no check was made

alerts     none

growth     not known: they were not read yet

memtop     1.2.3 on linux, own cost not known
log        none
`.trimStart(),
    );
  });

  it('says why a pool is missing at the end, and why there is no GPU', () => {
    const run = startRun();
    run.feed({ram: 50});
    run.feed({ram: 'permission denied'});
    const text = reportText(run.report());
    expect(text).toContain('now not read: permission denied (last 50.0% at 08:10:00)');
    expect(text).toContain('GPU        no NVIDIA driver\n');
  });

  it('writes days where the session spans more than one', () => {
    const run = startRun();
    run.feed({ram: 50});
    run.session.emit({kind: 'mark', at: START, note: ''});
    const text = reportText(run.report({endedAt: START + 86_400_000, uptimeMs: 86_400_000}));
    expect(text).toContain('2026-11-22 08:10:00 to 2026-11-23 08:10:00 (1 d)');
    expect(text).toContain('peak 50.0% at Sun 22 Nov 08:10:00');
    expect(text).toContain('  Sun 22 Nov 08:10:00  (no note)\n');
  });

  it('shows the latest of a long list', () => {
    const run = startRun();
    for (let mark = 1; mark <= 30; mark += 1)
      run.session.emit({kind: 'mark', at: START, note: `mark ${mark}`});
    const text = reportText(run.report());
    expect(text).toContain('marks (30), the last 20\n  08:10:00  mark 11\n');
    expect(text).not.toContain('mark 10\n');
  });

  it.each([...HOSTILE, 'w'.repeat(300), 'long words '.repeat(40)])(
    'keeps %j within 80 safe columns',
    (name) => {
      const text = reportText(hostileRun(name).report(hostileFacts(name)));
      expect(text).not.toMatch(
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/,
      );
      expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
      expect(text.split('\n').filter((line) => line !== line.trimEnd())).toEqual([]);
    },
  );
});

import {describe, expect, it} from 'vitest';
import {reportMarkdown} from '../../../src/sinks/report/markdown.ts';
import {HOSTILE, hostileFacts, hostileRun} from './hostile.ts';
import {GIB, processOf, START, startRun} from './run.ts';

describe('reportMarkdown', () => {
  it('tells pools, alerts and growth in tables', () => {
    const run = startRun();
    run.feed({ram: 85, processes: [processOf(5, GIB, 'gateway')]});
    run.feed({ram: 50, afterMs: 10_000, processes: [processOf(5, 3 * GIB, 'gateway')]});
    run.session.setThreshold('ram', 75, START + 10_000);
    const lines = reportMarkdown(run.report()).split('\n');
    expect(lines).toContain(
      '| RAM (host) | 50.0% | 32.0 of 64.0 GiB | 85.0% | 85.0% at 08:10:00 | 75% now | 10 s (100.0% of the time) | stable (2 checks) |',
    );
    expect(lines).toContain('| RAM | 08:10:00 | gateway (5) 1.0 GiB |');
    expect(lines).toContain('| 08:10:00 | RAM | 85.0% | 80% | 85.0% | 10 s |  |');
    expect(lines).toContain('| gateway | 5 | +2.0 GiB | 1.0 GiB → 3.0 GiB | 08:10:00 to 08:10:10 |');
    expect(lines).toContain('| 08:10:10 | RAM | threshold 80% → 75% |');
    expect(lines).toContain('- **Limit:** 64.0 GiB (host)');
  });

  it('tells a session without a single sample in words', () => {
    const text = reportMarkdown(startRun().report());
    expect(text).toContain(
      '| RAM | not read: no check was made | not known | not known | not known | 80% | not known |',
    );
    expect(text).toContain('## Alerts\n\nNo alerts.\n');
    expect(text).toContain('## Growth\n\nNot known: they were not read yet.\n');
    expect(text).not.toMatch(/\b0(\.0)?(%| B| GiB)/);
  });

  it.each(HOSTILE)('keeps the tables whole under %j', (name) => {
    const text = reportMarkdown(hostileRun(name).report(hostileFacts(name)));
    expect(text).not.toMatch(/[<\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(text).not.toMatch(/(?<!\\)[`[]/);
    for (const table of text.split('\n\n').filter((block) => block.startsWith('|'))) {
      const widths = table
        .trimEnd()
        .split('\n')
        .map((line) => line.match(/(?<!\\)(?:\\\\)*\|/g)?.length);
      expect(new Set(widths).size).toBe(1);
    }
  });

  it('keeps other scripts', () => {
    expect(reportMarkdown(startRun().report({hostName: '訓練 ماكينة'}))).toContain(
      '**Host:** 訓練 ماكينة (linux)',
    );
  });
});

import {describe, expect, it} from 'vitest';
import {reportHtml} from '../../../src/sinks/report/html.ts';
import {reportJson} from '../../../src/sinks/report/json.ts';
import {reportMarkdown} from '../../../src/sinks/report/markdown.ts';
import {reportText} from '../../../src/sinks/report/text.ts';
import {elementsOf} from './parse-html.ts';
import {GIB, processOf, START, startRun} from './run.ts';

const MINUTE = 60_000;

/** 18 hours in which a process of 64 GiB of RAM gains 1.6 GiB an hour, and another stands still. */
function leaked() {
  const run = startRun();
  for (let minute = 0; minute <= 18 * 60; minute += 1) {
    const gib = (1.6 * minute) / 60;
    run.feed({
      ...(minute > 0 && {afterMs: MINUTE}),
      ram: 20 + (100 * gib) / 64,
      processes: [processOf(5210, (8 + gib) * GIB, 'gateway <b>'), processOf(7, GIB, 'quiet')],
    });
  }
  return run.report();
}

describe('a leak', () => {
  const report = leaked();

  it('is told beside the figures of its pool, with why', () => {
    expect(reportText(report)).toMatch(
      /^ {2}verdict {2}leak \+1\.6 GiB\/h, since Sun 22 Nov 08:1\d:\d\d, 9\d% sure, limit in ~14 h,/m,
    );
    expect(reportText(report)).toMatch(/^ +leak first told Sun 22 Nov \d\d:/m);
    expect(reportText(report)).toMatch(/the floor rose from \d+\.\d GiB to \d+\.\d GiB in/);
  });

  it('is told of processes, but for those that stand still', () => {
    const text = reportText(report);
    expect(text).toContain('verdicts on processes (1)');
    expect(text).toMatch(/^ {2}gateway <b> \(5210\) {2}leak \+1\.6 GiB\/h/m);
    expect(text).not.toMatch(/quiet \(7\) {2}steady/);
  });

  it('has a table of its own in Markdown and HTML, where names are made safe', () => {
    expect(reportMarkdown(report)).toMatch(/\| RAM \| leak \| \+1\.6 GiB\/h/);
    const cells = elementsOf(reportHtml(report, undefined)).filter(({name}) => name === 'td');
    expect(cells.map(({text}) => text)).toContain('gateway <b> (5210)');
    expect(reportHtml(report, undefined)).not.toContain('<b> (5210)');
  });

  it('is whole in JSON, of RAM and of every series', () => {
    const {leak, series} = JSON.parse(reportJson(report));
    expect(leak).toEqual({
      verdict: 'leak',
      ratePerHourMb: expect.closeTo(1.6 * 1024, 0),
      ratePerHourMbInterval: [expect.any(Number), expect.any(Number)],
      since: expect.stringMatching(/^2026-11-22T\d\d:\d\d:\d\d\.\d{3}Z$/),
      confidence: expect.any(Number),
      evidence: expect.stringContaining('the floor rose'),
      firstLeakAt: expect.any(String),
      forecast: {
        toLimit: {
          seconds: expect.any(Number),
          lowSeconds: expect.any(Number),
          highSeconds: expect.any(Number),
        },
        toThreshold: expect.objectContaining({seconds: expect.any(Number)}),
      },
    });
    expect(Date.parse(leak.firstLeakAt)).toBeGreaterThan(START);
    expect(leak.forecast.toLimit.lowSeconds).toBeLessThanOrEqual(leak.forecast.toLimit.seconds);
    expect(Object.keys(series)).toEqual([
      'ram',
      expect.stringMatching(/^process:5210@/),
      expect.stringMatching(/^process:7@/),
    ]);
    expect(series.ram).toMatchObject(leak);
  });
});

describe('a verdict that was never learnt', () => {
  it('waits for more while there may be more, and is too short to tell where it is over', () => {
    const run = startRun();
    for (let second = 0; second < 20; second += 1) run.feed({ram: 50});
    expect(reportText(run.report())).toMatch(/verdict {2}learning, not enough seen yet, .* more/);
    const over = run.report({isOver: true});
    expect(reportText(over)).toMatch(/verdict {2}too short to tell\n/);
    for (const told of [reportMarkdown(over), reportHtml(over, undefined)]) {
      expect(told).toContain('too short to tell');
      expect(told).not.toContain('not enough seen');
    }
    expect(JSON.parse(reportJson(over)).leak.verdict).toBe('learning');
  });
});

import {createHash} from 'node:crypto';
import {describe, expect, it} from 'vitest';
import {reportHtml} from '../../../src/sinks/report/html.ts';
import {HOSTILE, hostileFacts, hostileRun} from './hostile.ts';
import {elementsOf} from './parse-html.ts';
import {GIB, gpuOf, processOf, startRun} from './run.ts';

describe('reportHtml', () => {
  it('is one well-formed page that loads nothing and runs nothing but its own script', () => {
    const run = startRun();
    for (let second = 0; second < 60; second += 1)
      run.feed({ram: 50 + second, swap: 5, gpus: [gpuOf(0, 40)]});
    const html = reportHtml(run.report(), run.chart());
    const elements = elementsOf(html);
    expect(elements.filter(({name}) => ['link', 'img', 'iframe', 'image', 'use'].includes(name))).toEqual([]);
    expect(html.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|@import|\bon\w+=/);
    expect(html).toContain("default-src 'none'");
    expect(elements.filter(({name}) => name === 'svg')).toHaveLength(1);
    const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text = '']) => text);
    const [hash] = scripts.map((text) => createHash('sha256').update(text).digest('base64'));
    expect(scripts).toHaveLength(1);
    expect(html).toContain(`script-src 'sha256-${hash}'`);
    expect(html).not.toContain('unsafe-inline');
  });

  it('tells the same figures as the other forms', () => {
    const run = startRun();
    run.feed({ram: 85, processes: [processOf(5, GIB, 'gateway')]});
    run.feed({ram: 50, afterMs: 10_000});
    const cells = elementsOf(reportHtml(run.report(), run.chart()))
      .filter(({name}) => name === 'td')
      .map(({text}) => text);
    expect(cells.slice(0, 8)).toEqual([
      'RAM (host)',
      '50.0%',
      '32.0 of 64.0 GiB',
      '85.0%',
      '85.0% at 08:10:00',
      '80%',
      '10 s (100.0% of the time)',
      'stable (2 checks)',
    ]);
    expect(cells).toContain('gateway (5) 1.0 GiB');
  });

  it('tells a session without a single sample in words', () => {
    const run = startRun();
    const html = reportHtml(run.report(), run.chart());
    const elements = elementsOf(html);
    expect(elements.some(({name}) => name === 'svg')).toBe(false);
    expect(elements.filter(({name}) => name === 'p').map(({text}) => text)).toEqual([
      'atlas · 2026-11-22 08:10:00 to 08:10:00 (0 s) · ended: quit with q',
      'There is no history to draw.',
      'No alerts.',
      'Not known: they were not read yet.',
    ]);
  });

  it.each(HOSTILE)('stays the same page under %j', (name) => {
    const page = (text: string) => {
      const run = hostileRun(text);
      return reportHtml(run.report(hostileFacts(text)), run.chart());
    };
    const html = page(name);
    const shape = (text: string) =>
      elementsOf(text)
        .filter(({name: tag}) => tag !== 'text')
        .map(({name: tag, attributes}) => [tag, attributes]);
    // Labels of signs are left out by length, cells may break by length: neither is part of the shape.
    const names = (text: string) => shape(text).map(([tag]) => tag);
    const [, data = ''] =
      /<script type="application\/json" id="chart-data">([\s\S]*?)<\/script>/.exec(html) ?? [];
    expect(data).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(data)).toMatchObject({pools: [{name: 'RAM'}, {}, {}], marks: [{}]});
    expect(names(html)).toEqual(names(page('plain')));
    expect(
      elementsOf(html).flatMap(({attributes}) => attributes.filter((key) => key.startsWith('on'))),
    ).toEqual([]);
    expect(html).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  });

  it('keeps other scripts', () => {
    expect(reportHtml(startRun().report({hostName: '訓練 ماكينة'}), undefined)).toContain(
      '<title>memtop report: 訓練 ماكينة</title>',
    );
  });
});

import {describe, expect, it} from 'vitest';
import {chartLegend, chartSvg} from '../../../src/sinks/report/html-chart.ts';
import {chartScale} from '../../../src/sinks/report/html-chart-scale.ts';
import {elementsOf} from './parse-html.ts';
import {gpuOf, type Run, START, startRun} from './run.ts';

const svgOf = (run: Run) => chartSvg(run.chart() ?? expect.unreachable(), run.report());
const pathsOf = (svg: string, className: string) =>
  [...svg.matchAll(new RegExp(`<path class="${className}" d="([^"]*)"`, 'g'))].map(([, path = '']) => path);

describe('chartSvg', () => {
  it('draws the mean at its place', () => {
    const run = startRun();
    for (let second = 0; second < 10; second += 1) run.feed({ram: second < 5 ? 0 : 100});
    const {columnX, top, bottom} = chartScale(run.chart() ?? expect.unreachable());
    const [line = ''] = pathsOf(svgOf(run), 'line color-0');
    const points = line.slice(1).split('L');
    expect(points).toHaveLength(10);
    expect(points[0]).toBe(`${columnX(0)} ${bottom}`);
    expect(points[9]).toBe(`${columnX(9)} ${top}`);
  });

  it('draws the lowest and highest of a column as a band', () => {
    const run = startRun();
    for (let second = 0; second < 3000; second += 1) run.feed({ram: second % 2 === 0 ? 20 : 40});
    const chart = run.chart();
    expect(chart).toMatchObject({columnMs: 10_000, count: 300});
    expect(chart?.series[0]?.columns[7]).toMatchObject({mean: 30});
    const {y} = chartScale(chart ?? expect.unreachable());
    const [band = ''] = pathsOf(svgOf(run), 'band color-0');
    expect(band).toContain(` ${y(20)}`);
    expect(band).toContain(` ${y(40)}`);
    expect(band).toContain('Z');
  });

  it('draws a gap as a gap, and through times in which nothing was due', () => {
    const run = startRun();
    for (let check = 0; check < 10; check += 1)
      run.feed({afterMs: 5000, ram: check === 5 ? 'not readable' : 50});
    const [line = ''] = pathsOf(svgOf(run), 'line color-0');
    expect(line.match(/M/g)).toHaveLength(2);
    expect(line.match(/[ML]/g)).toHaveLength(9);
    expect(svgOf(run)).toContain('RAM not read');
  });

  it('draws no line through a time in which a GPU was gone', () => {
    const run = startRun();
    for (let second = 0; second < 30; second += 1) {
      run.feed({gpus: second >= 10 && second < 20 ? 'driver gone' : [gpuOf(0, 40)]});
    }
    const [line = ''] = pathsOf(svgOf(run), 'line color-1');
    expect(line.match(/M/g)).toHaveLength(2);
  });

  it('shows a lone reading', () => {
    const run = startRun();
    run.feed({ram: 50});
    expect(pathsOf(svgOf(run), 'line color-0')[0]).toMatch(/^M[\d.]+ [\d.]+h1$/);
  });

  it('moves the threshold line when the threshold is changed', () => {
    const run = startRun();
    for (let second = 0; second < 100; second += 1) run.feed({ram: 50});
    run.session.setThreshold('ram', 60, START + 50_000);
    const {x, y, left, right} = chartScale(run.chart() ?? expect.unreachable());
    expect(pathsOf(svgOf(run), 'threshold')).toEqual([
      `M${left} ${y(80)}H${x(START + 50_000)}V${y(60)}H${right}`,
    ]);
    expect(svgOf(run)).toContain('threshold 60% RAM');
  });

  it('gives GPUs with the same threshold one line', () => {
    const run = startRun();
    run.feed({gpus: [gpuOf(0, 10), gpuOf(1, 20)]});
    expect(svgOf(run)).toContain('threshold 90% GPU 0, GPU 1');
    expect(pathsOf(svgOf(run), 'threshold')).toHaveLength(2);
  });

  it('signs alerts, marks and the peak, with their labels', () => {
    const run = startRun();
    for (let second = 0; second < 120; second += 1) {
      run.feed({ram: second >= 30 && second < 40 ? 85 : 50});
      if (second === 70) run.session.emit({kind: 'mark', at: run.now(), note: 'model <B> loaded'});
    }
    const elements = elementsOf(svgOf(run));
    const titles = elements.filter(({name}) => name === 'title').map(({text}) => text);
    const labels = elements.filter(({name}) => name === 'text').map(({text}) => text);
    expect(titles).toContain('RAM alert, raised 08:10:30, lasted 10 s, peak 85.0%');
    expect(titles).toContain('mark at 08:11:10: model <B> loaded');
    expect(titles).toContain('08:10:31\nRAM 85.0%');
    expect(labels).toEqual(
      expect.arrayContaining(['RAM 85.0%', 'model <B> loaded', 'peak 85.0% at 08:10:30']),
    );
    expect(labels).toEqual(expect.arrayContaining(['0%', '50%', '100%', '08:10:30', '08:11:00']));
  });

  it('leaves out labels that would cover each other, and keeps their titles', () => {
    const run = startRun();
    for (let second = 0; second < 300; second += 1) run.feed({});
    for (let mark = 0; mark < 50; mark += 1) {
      run.session.emit({kind: 'mark', at: START + mark * 1000, note: `mark number ${mark}`});
    }
    const svg = svgOf(run);
    expect(svg.match(/class="mark-label"/g)).toHaveLength(1);
    expect(svg.match(/class="mark-sign"/g)).toHaveLength(50);
    expect(svg).toContain('mark at 08:10:07: mark number 7');
  });

  it('covers a session of 40 days with what history keeps', () => {
    const run = startRun();
    for (let hour = 0; hour < 40 * 24; hour += 1) run.feed({afterMs: 3_600_000, ram: 40});
    const chart = run.chart();
    expect(chart?.count).toBeLessThanOrEqual(361);
    expect(chart?.series[0]?.columns.filter((column) => typeof column === 'object').length).toBeGreaterThan(
      300,
    );
    expect(elementsOf(svgOf(run)).length).toBeGreaterThan(0);
  });

  it('has every pool in its legend', () => {
    const run = startRun();
    run.feed({swap: 5, gpus: [gpuOf(0, 10)]});
    const texts = elementsOf(chartLegend(run.chart() ?? expect.unreachable())).map(({text}) => text);
    expect(texts).toEqual(expect.arrayContaining(['RAM', 'swap', 'GPU 0 VRAM']));
  });

  it('has nothing to draw without a history', () => {
    const run = startRun({keepHistory: false});
    run.feed({});
    expect(run.chart()).toBeUndefined();
  });
});

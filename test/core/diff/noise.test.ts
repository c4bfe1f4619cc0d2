import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {BATCHES, DIFF_COLUMNS, RunSeries} from '../../../src/core/diff/batches.ts';
import {changeOfMean, changeOfPeak, judge} from '../../../src/core/diff/noise.ts';

const MIB = 2 ** 20;
const SECONDS = 3600;

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A run of an hour at a level, whose readings follow each other by `kin`, with a rise an hour; MiB. */
function runOf(seed: number, {kin = 0.9, level = 8000, rise = 0, noise = 300, from = 0} = {}): RunSeries {
  const random = randomOf(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const series = new RunSeries(SECONDS * 1000);
  let deviation = normal();
  for (let second = 0; second <= SECONDS; second += 5) {
    deviation = kin * deviation + Math.sqrt(1 - kin * kin) * normal();
    const grown = (rise * Math.max(0, second - from)) / SECONDS;
    series.add(second * 1000, (level + grown + deviation * noise) * MIB);
  }
  return series;
}

const meanChange = (before: RunSeries, after: RunSeries) =>
  changeOfMean(before.batches, after.batches, ({mean}) => mean);

const peakChange = (before: RunSeries, after: RunSeries) =>
  judge(
    changeOfPeak(
      {peak: before.peak?.bytes ?? 0, batches: before.batches},
      {peak: after.peak?.bytes ?? 0, batches: after.batches},
    ),
    64 * MIB,
  );

describe('one run', () => {
  test('is weighted by time, whatever the beat of its readings', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({min: 1, max: 60}), fc.integer({min: 0, max: 1000})), {
          minLength: 2,
          maxLength: 50,
        }),
        (steps) => {
          const length = steps.reduce((sum, [seconds]) => sum + seconds * 1000, 0);
          const series = new RunSeries(length);
          let [at, weighted] = [0, 0];
          for (const [seconds, value] of steps) {
            series.add(at, value);
            at += seconds * 1000;
            weighted += value * seconds * 1000;
          }
          series.breakOff(at);
          expect(series.average).toBeCloseTo(weighted / length, 6);
          expect(series.peak?.bytes).toBe(Math.max(...steps.map(([, value]) => value)));
          expect(series.batches).toHaveLength(BATCHES);
          expect(series.columns).toHaveLength(DIFF_COLUMNS);
        },
      ),
    );
  });

  test('says nothing of a pause, nor of what lies behind what is compared', () => {
    const series = new RunSeries(100_000);
    series.add(0, 100);
    series.breakOff(10_000);
    series.add(90_000, 300, true);
    series.add(110_000, 900, true);
    expect([series.average, series.aboveShare, series.readings]).toEqual([200, 0.5, 2]);
    expect(series.peak).toEqual({bytes: 300, at: 90_000});
    expect(series.batches.filter((batch) => batch !== undefined)).toHaveLength(4);
  });
});

describe('a change', () => {
  test('is called one by chance alone in about one of twenty pairs of runs that do not differ', () => {
    const rates = [0, 0.9, 0.99].map((kin) => {
      const judged = Array.from({length: 300}, (_, index) =>
        judge(meanChange(runOf(2 * index, {kin}), runOf(2 * index + 1, {kin})), 0),
      );
      return judged.filter((one) => one === 'higher' || one === 'lower').length / judged.length;
    });
    // 5 % is what a 95 % interval allows; readings that hang together for minutes cost a little more.
    expect(Math.max(...rates), rates.join()).toBeLessThan(0.1);
    expect(Math.min(...rates), rates.join()).toBeGreaterThan(0);
  });

  test('is seen where there is one: of the level, of the rise, of both', () => {
    const seen = (more: Parameters<typeof runOf>[1]) =>
      Array.from({length: 60}, (_, index) =>
        judge(meanChange(runOf(2 * index), runOf(2 * index + 1, more)), 64 * MIB),
      ).filter((one) => one === 'higher').length / 60;
    expect(seen({level: 8300})).toBeGreaterThan(0.9);
    expect(seen({rise: 1500})).toBeGreaterThan(0.9);
    // What begins late bends, and is no straight line: its mean is told with less power, its peak always.
    expect(seen({rise: 3000, from: 1200})).toBeGreaterThan(0.6);
    const late = Array.from({length: 60}, (_, index) =>
      peakChange(runOf(2 * index), runOf(2 * index + 1, {rise: 3000, from: 1200})),
    );
    expect(late.every((one) => one === 'higher')).toBe(true);
  });

  test('too small to matter is none, however sure', () => {
    const [before, after] = [runOf(1, {noise: 1}), runOf(2, {noise: 1, level: 8020})];
    expect(judge(meanChange(before, after), 64 * MIB)).toBe('same');
    expect(judge(meanChange(before, after), 10 * MIB)).toBe('higher');
  });

  test('of runs with too little in common is not known', () => {
    const short = new RunSeries(SECONDS * 1000);
    short.add(0, 1);
    short.breakOff(600_000);
    expect(meanChange(short, runOf(1))).toBeUndefined();
    expect(judge(undefined, 0)).toBe('noise');
  });

  test('of the peak leaves out as much as readings usually jitter, and sees a single spike', () => {
    const judged = Array.from({length: 100}, (_, index) =>
      peakChange(runOf(2 * index), runOf(2 * index + 1)),
    );
    expect(judged.filter((one) => one === 'higher' || one === 'lower').length).toBeLessThan(10);
    const spiked = runOf(5);
    spiked.add(SECONDS * 1000, 12_000 * MIB);
    expect(peakChange(runOf(4), spiked)).toBe('higher');
    expect(peakChange(spiked, runOf(4))).toBe('lower');
  });
});

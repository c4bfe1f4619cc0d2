import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {LeakDetector} from '../../../src/core/leak/detector.ts';
import {leakEvidence} from '../../../src/core/leak/evidence.ts';
import {LEAK_STATES} from '../../../src/core/leak/verdict.ts';
import {makeTrace} from '../../eval/corpus.ts';
import {GIB, HOUR, MIB} from './series.ts';

const odd = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 0, -0, 1e300, Number.MIN_VALUE),
  fc.integer({min: 0, max: 2 ** 40}),
);
const step = fc.oneof(
  fc.record({
    do: fc.constant('add' as const),
    aheadMs: fc.oneof(fc.integer({min: -5000, max: 1e8}), odd),
    bytes: odd,
  }),
  fc.record({do: fc.constant('limit' as const), limit: fc.option(odd, {nil: undefined})}),
  fc.record({do: fc.constant('restart' as const)}),
);

describe('whatever is fed to it', () => {
  test('it answers, with figures that are figures', () => {
    fc.assert(
      fc.property(fc.array(step, {maxLength: 400}), (steps) => {
        const detector = new LeakDetector({limit: GIB});
        let timelineMs = 0;
        for (const one of steps) {
          if (one.do === 'restart') detector.restarted();
          if (one.do === 'limit') detector.setLimit(one.limit);
          if (one.do === 'add') {
            timelineMs += one.aheadMs;
            detector.add({timelineMs, bytes: one.bytes});
          }
          const verdict = detector.verdict();
          expect(LEAK_STATES).toContain(verdict.state);
          expect(verdict.confidence).toBeGreaterThanOrEqual(0);
          expect(verdict.confidence).toBeLessThanOrEqual(1);
          if (verdict.state === 'growing' || verdict.state === 'leak')
            expect(verdict.ratePerHour ?? 1).toBeGreaterThan(0);
          if (verdict.state !== 'growing' && verdict.state !== 'leak') expect(verdict.forecast).toEqual({});
          expect(leakEvidence(verdict, String)).not.toMatch(/NaN|undefined|Infinity/);
        }
      }),
      {numRuns: 150},
    );
  });

  test('a forecast lies inside its interval', () => {
    fc.assert(
      fc.property(
        fc.integer({min: 1, max: 400}),
        fc.integer({min: 0, max: 30}),
        fc.integer({min: 500, max: 600_000}),
        (perStep, noise, everyMs) => {
          const detector = new LeakDetector({limit: GIB});
          for (let index = 0; index < 300; index += 1) {
            const bytes = 100 * MIB + index * perStep * 1000 + ((index * 7919) % 31) * noise * 1000;
            detector.add({timelineMs: index * everyMs, bytes});
            const {toLimit, toThreshold} = detector.verdict().forecast;
            expect(toThreshold).toBeUndefined();
            if (toLimit === undefined) continue;
            expect(toLimit.lowMs).toBeGreaterThanOrEqual(0);
            expect(toLimit.lowMs).toBeLessThanOrEqual(toLimit.ms);
            expect(toLimit.highMs).toBeGreaterThanOrEqual(toLimit.ms);
          }
        },
      ),
      {numRuns: 40},
    );
  });
});

describe('the same readings', () => {
  const trace = makeTrace('gc-rising-floor', 501);

  function verdicts(askEach: boolean): string {
    const detector = new LeakDetector({limit: trace.limit});
    trace.times.forEach((timelineMs, index) => {
      detector.add({timelineMs, bytes: trace.values[index] ?? Number.NaN});
      if (askEach) detector.verdict();
    });
    return JSON.stringify(detector.verdict());
  }

  test('give the same verdict, however often it was asked for', () => {
    expect(verdicts(true)).toBe(verdicts(false));
    expect(JSON.parse(verdicts(false)).state).toBe('leak');
  });

  test('give the same verdict wherever the line begins', () => {
    const from = (startMs: number) => {
      const detector = new LeakDetector({limit: trace.limit});
      trace.times.forEach((ms, index) => {
        detector.add({timelineMs: startMs + ms, bytes: trace.values[index] ?? Number.NaN});
      });
      return detector.verdict();
    };
    expect(from(1_772_000_000_000).leakSinceMs).toBe((from(0).leakSinceMs ?? 0) + 1_772_000_000_000);
  });
});

test('a reading from before the latest one, or none at all, changes nothing', () => {
  const [plain, odd] = [new LeakDetector({limit: GIB}), new LeakDetector({limit: GIB})];
  for (let index = 0; index < 500; index += 1) {
    const reading = {timelineMs: index * 1000, bytes: 100 * MIB + index * 50_000};
    plain.add(reading);
    odd.add(reading);
    odd.add({timelineMs: index * 1000 - 5000, bytes: 7});
    odd.add({timelineMs: index * 1000 + 400, bytes: Number.NaN});
  }
  expect(odd.verdict()).toEqual(plain.verdict());
});

test('a series takes at most 64 KB, however long it is', () => {
  const detector = new LeakDetector({limit: GIB});
  const before = detector.bytes;
  for (let index = 0; index < 300_000; index += 1) {
    detector.add({timelineMs: index * 500, bytes: 300 * MIB + ((index * 7919) % 1009) * 1000});
  }
  expect(detector.bytes).toBe(before);
  expect(detector.bytes).toBeLessThanOrEqual(64_000);
  expect(detector.verdict(300_000 * 500 + HOUR).state).toBe('steady');
});

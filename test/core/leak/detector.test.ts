import {describe, expect, test} from 'vitest';
import {LeakDetector} from '../../../src/core/leak/detector.ts';
import {leakEvidence} from '../../../src/core/leak/evidence.ts';
import {Random} from '../../eval/random.ts';
import {DAY, GIB, HOUR, MIB, MINUTE, watch} from './series.ts';

const clock = (ms: number) =>
  `${Math.floor(ms / HOUR)}:${String(Math.floor(ms / MINUTE) % 60).padStart(2, '0')}`;

describe('learning', () => {
  test('says how much longer', () => {
    const {verdict} = watch(() => 500 * MIB, {lengthMs: 19_000, limit: GIB});
    expect(verdict).toMatchObject({state: 'learning', confidence: 0, learningMs: 46_000, forecast: {}});
    expect(leakEvidence(verdict, clock)).toBe('not enough seen yet, 46 s more');
  });

  test('needs nothing to answer', () => {
    expect(new LeakDetector().verdict()).toMatchObject({state: 'learning', forecast: {}});
  });

  test('ends after a minute of readings each second', () => {
    expect(watch(() => 500 * MIB, {lengthMs: 66_000}).verdict.state).toBe('steady');
  });
});

describe('a leak', () => {
  const {verdict, firstMs} = watch((ms) => 500 * MIB + (200 * MIB * ms) / HOUR, {
    lengthMs: 3 * HOUR,
    everyMs: 5000,
    limit: 2 * GIB,
    threshold: 1.6 * GIB,
  });

  test('is told with its pace and its beginning', () => {
    expect(verdict.state).toBe('leak');
    expect(verdict.ratePerHour).toBeCloseTo(200 * MIB, -7);
    expect(verdict.ratePerHourInterval?.low).toBeLessThanOrEqual(200.5 * MIB);
    expect(verdict.ratePerHourInterval?.high).toBeGreaterThanOrEqual(199.5 * MIB);
    expect(verdict.sinceMs).toBeLessThan(10 * MINUTE);
    expect(verdict.confidence).toBeGreaterThan(0.8);
    expect(verdict.reason).toBeUndefined();
  });

  test('is growing first, and told before a third of the way', () => {
    expect(firstMs.growing).toBeLessThan(firstMs.leak ?? 0);
    expect(verdict.leakSinceMs).toBe(firstMs.leak);
    expect(firstMs.leak).toBeLessThan(0.33 * 7.7 * HOUR);
  });

  test('has its times to the limit and to the threshold', () => {
    const left = (mark: number) => ((mark - 1100 * MIB) / (200 * MIB)) * HOUR;
    const {toLimit, toThreshold} = verdict.forecast;
    expect(Math.abs((toLimit?.ms ?? 0) / left(2 * GIB) - 1)).toBeLessThan(0.05);
    expect(Math.abs((toThreshold?.ms ?? 0) / left(1.6 * GIB) - 1)).toBeLessThan(0.05);
    expect(toLimit?.lowMs).toBeLessThan(toLimit?.ms ?? 0);
    expect(toLimit?.highMs).toBeGreaterThan(toLimit?.ms ?? 0);
  });

  test('is said in one sentence', () => {
    expect(leakEvidence(verdict, clock)).toMatch(
      /^the floor rose from \d+ MiB to 1\.\d GiB in 2 h \d+ m; growth ((199|200)–)?(200|201) MiB\/h since 0:0\d$/,
    );
  });

  test('of a garbage collector is told by its cycles', () => {
    const cycle = 4 * MINUTE;
    const saw = watch((ms) => (300 + (80 * ms) / HOUR + (200 * (ms % cycle)) / cycle) * MIB, {
      lengthMs: 4 * HOUR,
      everyMs: 5000,
      limit: GIB,
    });
    expect(saw.verdict.state).toBe('leak');
    expect(saw.verdict.facts?.cycles?.riseEachBytes).toBeCloseTo((80 * MIB) / 15, -6);
    expect(leakEvidence(saw.verdict, clock)).toMatch(
      /^the floor of the last \d+ cycles rose 5 MiB each; growth/,
    );
  });
});

describe('what comes after a leak', () => {
  const leaking = (ms: number) => 500 * MIB + (200 * MIB * ms) / HOUR;
  const options = {everyMs: 5000, limit: 2 * GIB};

  test('is nothing once it is given back', () => {
    const {states, verdict} = watch((ms) => (ms < 3 * HOUR ? leaking(ms) : 500 * MIB), {
      ...options,
      lengthMs: 4 * HOUR,
    });
    expect(states).toContain('leak');
    expect(verdict.state).not.toBe('leak');
  });

  test('is told sooner in the next life of what was killed at its limit, though nobody said so', () => {
    const {firstMs, verdict} = watch((ms) => leaking(ms % (7 * HOUR)), {...options, lengthMs: 7.5 * HOUR});
    expect(verdict.state).toBe('leak');
    expect((verdict.leakSinceMs ?? 0) - 7 * HOUR).toBeLessThan(0.6 * (firstMs.leak ?? 0));
  });

  test('is remembered by who is told of restarts', () => {
    const detector = new LeakDetector({limit: 20 * GIB});
    let [life, leakAt] = [0, 0];
    for (let ms = 0; ms < 40 * HOUR && leakAt === 0; ms += 30_000) {
      if (Math.floor(ms / (3 * HOUR)) > life) {
        life += 1;
        detector.restarted();
      }
      detector.add({timelineMs: ms, bytes: leaking(ms % (3 * HOUR)) + (ms % 7) * 1000});
      if (detector.state === 'leak') leakAt = ms;
    }
    expect(life).toBeGreaterThan(0);
    expect(leakAt).toBeGreaterThan(0);
  });
});

describe('the limit', () => {
  const leaking = (ms: number) => 500 * MIB + (100 * MIB * ms) / HOUR;

  test('that is raised moves the forecast at once', () => {
    const {detector, verdict} = watch(leaking, {lengthMs: 4 * HOUR, everyMs: 10_000, limit: 2 * GIB});
    detector.setLimit(3 * GIB);
    const later = detector.verdict();
    expect((later.forecast.toLimit?.ms ?? 0) - (verdict.forecast.toLimit?.ms ?? 0)).toBeCloseTo(
      10.24 * HOUR,
      -6.3,
    );
    expect(later.state).toBe('leak');
  });

  test('that is unknown leaves nothing to forecast', () => {
    const {verdict} = watch(leaking, {lengthMs: 30 * HOUR, everyMs: 60_000});
    expect(verdict.state).toBe('leak');
    expect(verdict.forecast).toEqual({});
    expect(verdict.fastExhaustion).toBeUndefined();
  });

  test('that is a month away makes no leak', () => {
    const {states} = watch(leaking, {lengthMs: 30 * HOUR, everyMs: 60_000, limit: 1000 * GIB});
    expect(states).not.toContain('leak');
  });
});

describe('a fast runaway', () => {
  test('has a time to the limit within 15 s', () => {
    const {firstMs, verdict} = watch((ms) => (300 + (20 * ms) / 1000) * MIB, {
      lengthMs: 15_000,
      limit: 2 * GIB,
    });
    expect(firstMs.growing).toBeLessThanOrEqual(15_000);
    const left = ((2048 - 600) / 20) * 1000;
    expect(Math.abs((verdict.fastExhaustion?.ms ?? 0) / left - 1)).toBeLessThan(0.05);
    expect(leakEvidence(verdict, clock)).toBe('it rises without a break and is at the limit in ~1 m');
  });

  test('of 2 MB each second grows with a time to the limit within 3 minutes', () => {
    for (const limit of [GIB, 2 * GIB, 8 * GIB]) {
      const {verdict} = watch((ms) => 60 * MIB + ms * 2000, {lengthMs: 3 * MINUTE, limit});
      expect(verdict.state).toBe('growing');
      const left = (limit - 60 * MIB) / 2000 - 3 * MINUTE;
      const told = verdict.fastExhaustion ?? verdict.forecast.toLimit;
      expect(Math.abs((told?.ms ?? 0) / left - 1)).toBeLessThan(0.15);
    }
  });

  test('is none where the same heights come again and again', () => {
    const saw = watch((ms) => (300 + ((ms / 1000) % 40) * 20) * MIB, {
      lengthMs: 10 * MINUTE,
      limit: 1.5 * GIB,
    });
    expect(saw.detector.verdict().fastExhaustion).toBeUndefined();
    expect(saw.states).not.toContain('leak');
  });
});

describe('minutes of what is no leak', () => {
  test('a cache that fills to its cap', () => {
    const {states} = watch((ms) => Math.min(400, 60 + ms / 500) * MIB, {lengthMs: 20 * MINUTE, limit: GIB});
    expect(states).not.toContain('leak');
  });

  test('a saw-tooth', () => {
    const {states} = watch((ms) => (100 + ((ms / 1000) % 25) * 8) * MIB, {lengthMs: 20 * MINUTE, limit: GIB});
    expect(states).not.toContain('leak');
  });
});

test('falling is told as such', () => {
  const {verdict} = watch((ms) => 2 * GIB - (300 * MIB * ms) / HOUR, {
    lengthMs: 2 * HOUR,
    everyMs: 5000,
    limit: 4 * GIB,
  });
  expect(verdict.state).toBe('falling');
  expect(verdict.ratePerHour).toBeCloseTo(-300 * MIB, -7);
  expect(verdict.forecast).toEqual({});
  expect(leakEvidence(verdict, clock)).toMatch(
    /^the floor fell from .* fall ((299|300)–)?30\d MiB\/h since 0:0\d$/,
  );
});

describe('a slow leak under a daily rhythm', () => {
  const level = (ms: number) =>
    2 * GIB + 600 * MIB * Math.sin((2 * Math.PI * ms) / DAY) + (4 * MIB * ms) / HOUR;
  const {firstMs, verdict} = watch(level, {lengthMs: 7 * DAY, everyMs: 5 * MINUTE, limit: 4 * GIB});

  test('is found by taking the rhythm out', () => {
    expect(firstMs.leak).toBeGreaterThanOrEqual(2 * DAY);
    expect(firstMs.leak).toBeLessThan(4 * DAY);
  });

  test('is at its limit at the height of a day', () => {
    let left = 0;
    while (level(7 * DAY + left) < 4 * GIB) left += 5 * MINUTE;
    const {ms = 0, lowMs = 0, highMs = 0} = verdict.forecast.toLimit ?? {};
    expect(Math.abs(ms - left)).toBeLessThan(DAY);
    expect(lowMs).toBeLessThanOrEqual(left);
    expect(highMs).toBeGreaterThanOrEqual(left);
  });
});

test('growth that slows down has more time than a straight line leaves it', () => {
  const {verdict} = watch((ms) => GIB + 20 * MIB * (ms / MINUTE) ** 0.8, {
    lengthMs: 4 * HOUR,
    everyMs: 5000,
    limit: 4 * GIB,
  });
  const left = ((3 * 1024) / 20) ** 1.25 * MINUTE - 4 * HOUR;
  expect(Math.abs((verdict.forecast.toLimit?.ms ?? 0) / left - 1)).toBeLessThan(0.12);
});

describe('a leak under the rhythm of the day', () => {
  test('is told once, and each night is no return', () => {
    const detector = new LeakDetector({limit: 100 * GIB});
    let [episodes, was] = [0, false];
    for (let ms = 0; ms <= 14 * DAY; ms += MINUTE) {
      const hours = ms / HOUR;
      const bytes = (24 + 0.3 * hours + 8 * Math.sin((hours / 24) * 2 * Math.PI)) * GIB;
      detector.add({timelineMs: ms, bytes});
      const is = detector.state === 'leak';
      if (is && !was) episodes += 1;
      was = is;
    }
    expect(episodes).toBe(1);
  });
});

describe('a leak that began late', () => {
  test('is told since then, also where longer looks reach back to before it', () => {
    const start = 4 * HOUR;
    const level = (ms: number) => (10 + (2 * Math.max(0, ms - start)) / HOUR) * GIB;
    const {verdict} = watch(level, {lengthMs: 10 * HOUR, everyMs: MINUTE, limit: 56 * GIB});
    expect(verdict.state).toBe('leak');
    expect(Math.abs((verdict.sinceMs ?? 0) - start)).toBeLessThan(HOUR / 2);
  });
});

test('what only comes and goes with the day is never said to be at its limit', () => {
  const detector = new LeakDetector({limit: 56 * GIB, threshold: 45 * GIB});
  for (let ms = 0; ms <= 2 * DAY; ms += MINUTE) {
    const bytes = (20 + 8 * Math.sin((ms / DAY) * 2 * Math.PI)) * GIB;
    detector.add({timelineMs: ms, bytes});
    const {toLimit, toThreshold} = detector.verdict().forecast;
    for (const time of [toLimit, toThreshold]) if (time) expect(time.ms).toBeGreaterThan(2 * HOUR);
  }
});

describe('a runaway', () => {
  /** 40 GiB that are given back in an hour, then 20 GiB that are loaded within a minute. */
  const loaded = (ms: number) =>
    (ms < HOUR ? 50 - (10 * ms) / HOUR : 40 + (20 * Math.min(ms - HOUR, MINUTE)) / MINUTE) * GIB;

  test('over what fell before is no fall', () => {
    const {verdict} = watch(loaded, {lengthMs: HOUR + 45_000, limit: 80 * GIB, threshold: 64 * GIB});
    expect(verdict.state).toBe('growing');
    expect(verdict.ratePerHour).toBeGreaterThan(0);
    expect(verdict.forecast).toEqual({});
    expect(verdict.fastExhaustion?.ratePerHour).toBeGreaterThan(0);
  });

  test('that has stopped is none within a few readings', () => {
    const {verdict} = watch(loaded, {lengthMs: HOUR + MINUTE + 4000, limit: 80 * GIB});
    expect(verdict).not.toHaveProperty('fastExhaustion');
  });

  test('is minutes away, however rare the readings are', () => {
    const level = (ms: number) => (40 + (20 * ms) / (6 * HOUR)) * GIB;
    const {detector} = watch(level, {lengthMs: 3 * HOUR, everyMs: 5 * MINUTE, limit: 80 * GIB});
    expect(detector.verdict()).not.toHaveProperty('fastExhaustion');
  });

  test('is no saw-tooth that comes near the limit again and again', () => {
    const detector = new LeakDetector({limit: 100 * GIB});
    for (let ms = 0; ms <= 6 * HOUR; ms += 1000) {
      detector.add({timelineMs: ms, bytes: (60 + (32 * (ms % (20 * MINUTE))) / (20 * MINUTE)) * GIB});
      if (ms > HOUR) expect(detector.verdict().fastExhaustion).toBeUndefined();
    }
  });
});

test('growth under noise is called growing and not steady by turns', () => {
  const random = new Random(3);
  const detector = new LeakDetector({limit: 24 * GIB});
  let [slow, changes, was] = [0, 0, ''];
  for (let ms = 0; ms <= HOUR / 2; ms += 1000) {
    slow = slow * 0.97 + random.gaussian() * 0.24;
    const noise = 0.2 * (slow + 0.3 * random.gaussian());
    detector.add({timelineMs: ms, bytes: (3 + (5 * ms) / HOUR + noise) * GIB});
    if (detector.state !== was) changes += 1;
    was = detector.state;
  }
  expect(was).toBe('growing');
  expect(changes).toBeLessThanOrEqual(6);
});

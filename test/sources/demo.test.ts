import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {SessionEvent} from '../../src/core/event.ts';
import type {ProcessReading, Sample} from '../../src/core/sample.ts';
import {Session} from '../../src/core/session.ts';
import {demoPast, demoSource} from '../../src/sources/demo.ts';

const START = Date.parse('2026-03-01T12:00:00Z');
const GIB = 2 ** 30;
const LOOP_S = 240;

class Clock {
  ms = 0;
  now = () => START + this.ms;
  monotonic = () => 500 + this.ms;
}

function open(seed: number) {
  const clock = new Clock();
  return {clock, source: demoSource({seed, clock})};
}

async function samples(seed: number, seconds: readonly number[]): Promise<Sample[]> {
  const {clock, source} = open(seed);
  const taken: Sample[] = [];
  for (const second of seconds) {
    clock.ms = second * 1000;
    taken.push(await source.sample());
  }
  return taken;
}

const range = (count: number, from = 0) => Array.from({length: count}, (_, index) => from + index);

function valueIn<T>(reading: {status: string; value?: T; reason?: string} | undefined): T {
  if (reading?.value === undefined) throw new Error(`expected a value, got ${JSON.stringify(reading)}`);
  return reading.value;
}

/** Every figure that a panel draws, with the most that it may move in a second. */
function figures(sample: Sample): Record<string, readonly [value: number, perSecond: number]> {
  const memory = valueIn(sample.memory);
  const [limit] = sample.limits;
  const [gpu] = valueIn(sample.gpus);
  if (limit === undefined || gpu === undefined) throw new Error('expected a limit and a GPU');
  const swapUsed = (memory.swapTotalBytes ?? 0) - (memory.swapFreeBytes ?? 0);
  const {processes} = valueIn(sample.processes);
  return {
    hostUsed: [memory.totalBytes - memory.availableBytes, 2.5 * GIB],
    limitUsed: [limit.currentBytes - limit.inactiveFileBytes, 2.5 * GIB],
    idleCache: [limit.inactiveFileBytes, 0.7 * GIB],
    swapUsed: [swapUsed, 0.06 * GIB],
    some10: [valueIn(sample.pressure).some10, 3],
    temperature: [gpu.temperatureCelsius ?? 0, 4],
    ...Object.fromEntries(processes.map(({pid, rssBytes}) => [`rss ${pid}`, [rssBytes, 2.5 * GIB]])),
  };
}

describe('the demo', () => {
  test('is the same for the same seed at the same time, and another for another seed', async () => {
    const times = [0, 7.25, 33, 241];
    const first = await samples(5, times);
    expect(await samples(5, times)).toEqual(first);
    const other = await samples(6, times);
    for (const [index, sample] of first.entries()) expect(other[index]?.memory).not.toEqual(sample.memory);
  });

  test('gives the same at a moment whatever was asked before it', async () => {
    expect((await samples(5, [1, 2, 3, 50])).at(-1)).toEqual((await samples(5, [50]))[0]);
  });

  test('is plain JSON with the machine it promises', async () => {
    const [sample] = await samples(1, [0]);
    expect(JSON.parse(JSON.stringify(sample))).toEqual(sample);
    expect(sample).toMatchObject({
      memory: {value: {totalBytes: Math.round(62.7 * GIB), swapTotalBytes: 8 * GIB}},
      limits: [{name: 'llm.slice', path: '/user.slice/llm.slice', version: 2, limitBytes: 56 * GIB}],
      gpus: {value: [{index: 0, name: 'NVIDIA GeForce RTX 3090', totalBytes: 24 * GIB}]},
    });
    expect(open(1).source.hostName).toBe('demo');
  });

  test('stays inside every limit, at any seed and time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.double({min: 0, max: 5000, noNaN: true}), async (seed, second) => {
        const [sample] = await samples(seed, [second]);
        if (sample === undefined) throw new Error('expected a sample');
        const memory = valueIn(sample.memory);
        const [limit] = sample.limits;
        const [gpu] = valueIn(sample.gpus);
        expect(memory.availableBytes).toBeLessThan(memory.totalBytes);
        expect(memory.freeBytes).toBeGreaterThan(GIB);
        expect((memory.freeBytes ?? 0) + (memory.cachedBytes ?? 0)).toBeLessThan(memory.totalBytes);
        expect(memory.swapFreeBytes).toBeLessThanOrEqual(8 * GIB);
        expect(memory.swapFreeBytes).toBeGreaterThan(6 * GIB);
        expect(limit?.currentBytes).toBeLessThan(limit?.limitBytes ?? 0);
        expect(limit?.anonBytes).toBeGreaterThan(0);
        expect(gpu?.usedBytes).toBeLessThan(0.9 * 24 * GIB);
        expect(gpu?.utilizationPercent).toBeGreaterThanOrEqual(0);
        expect(gpu?.utilizationPercent).toBeLessThanOrEqual(100);
        const {processes} = valueIn(sample.processes);
        expect(new Set(processes.map(({pid}) => pid)).size).toBe(processes.length);
        expect(processes.every(({rssBytes}) => rssBytes > 0 && Number.isSafeInteger(rssBytes))).toBe(true);
      }),
      {numRuns: 200},
    );
  });

  test('moves without a jump, from its past through the end of the story', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const past = demoPast({seed: seed}, {nowMs: START, count: 3, monotonicMs: 500});
        const live = await samples(seed, range(LOOP_S * 2 + 30));
        // Its past comes every 4 s and is calm, so that the same bound holds.
        const all = [...past, ...live];
        for (const [index, sample] of all.entries()) {
          const next = all[index + 1];
          if (next === undefined) break;
          const after = figures(next);
          for (const [name, [value, most]] of Object.entries(figures(sample))) {
            const change = Math.abs((after[name]?.[0] ?? Number.NaN) - value);
            if (!(change <= most)) throw new Error(`${name} moved by ${change} after sample ${index}`);
          }
        }
      }),
      {numRuns: 5},
    );
  });

  test('has counters of CPU and swap that only rise', async () => {
    const all = [
      ...demoPast({seed: 1}, {nowMs: START, count: 20, monotonicMs: 500}),
      ...(await samples(1, range(LOOP_S + 60))),
    ];
    const counters = (sample: Sample) => [
      sample.swapCounters?.inPages ?? 0,
      sample.swapCounters?.outPages ?? 0,
      sample.self?.cpuMs ?? 0,
      ...valueIn(sample.processes).processes.map(({cpuMs = 0}) => cpuMs),
    ];
    for (const [index, sample] of all.slice(1).entries()) {
      const before = counters(all[index] ?? sample);
      for (const [at, count] of counters(sample).entries())
        expect(count).toBeGreaterThanOrEqual(before[at] ?? 0);
    }
    expect(all.at(-1)?.swapCounters?.outPages).toBeGreaterThan(all[0]?.swapCounters?.outPages ?? 0);
  });

  test('loads a model into the GPU within half a minute, then wanders between 85 and 89 %', async () => {
    const shares = (await samples(3, [0, ...range(180, 20)])).map(
      (sample) => ((valueIn(sample.gpus)[0]?.usedBytes ?? 0) / (24 * GIB)) * 100,
    );
    expect(shares[0]).toBeLessThan(12);
    for (const share of shares.slice(1)) {
      expect(share).toBeGreaterThanOrEqual(84.9);
      expect(share).toBeLessThanOrEqual(89.1);
    }
    expect(new Set(shares).size).toBeGreaterThan(20);
  });

  test('raises one alert on RAM after some 12 s and resolves it within the first minute', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const session = new Session();
        const events: SessionEvent[] = [];
        session.onEvent((event) => events.push(event));
        for (const sample of [
          ...demoPast({seed: seed}, {nowMs: START, count: 225, monotonicMs: 500}),
          ...(await samples(seed, range(61))),
        ]) {
          expect(session.feed(sample).limit?.name).toBe('llm.slice');
        }
        expect(events.map(({kind}) => kind)).toEqual(['raised', 'resolved']);
        const [raised, resolved] = events.map(({at}) => (at - START) / 1000);
        expect(raised).toBeGreaterThanOrEqual(10);
        expect(raised).toBeLessThanOrEqual(14);
        expect(resolved).toBeLessThan(60);
        expect(events[0]).toMatchObject({what: 'RAM', top: {name: 'llama-server'}});
      }),
      {numRuns: 10},
    );
  });
});

describe("the demo's past", () => {
  test('comes every 4 s, ends 4 s before the start and stays below the threshold', () => {
    const past = demoPast({seed: 2}, {nowMs: START, count: 225});
    expect(past).toHaveLength(225);
    expect(past[0]?.at).toBe(START - 900_000);
    expect(past.at(-1)).toMatchObject({at: START - 4000, monotonicMs: -4000});
    const session = new Session();
    for (const sample of past) {
      const {ram} = session.feed(sample);
      expect(valueIn(ram.reading).percent).toBeGreaterThan(50);
      expect(valueIn(ram.reading).percent).toBeLessThan(65);
    }
  });

  test('names the same processes as the live demo', async () => {
    const identities = (sample: Sample | undefined) =>
      valueIn(sample?.processes).processes.map(({pid, startKey, startedAt}) => [pid, startKey, startedAt]);
    const [live] = await samples(2, [0]);
    expect(identities(demoPast({seed: 2}, {nowMs: START, count: 1})[0])).toEqual(identities(live));
  });
});

describe('its processes', () => {
  test('form trees, belong to several users, and the workers to one job', async () => {
    const {processes} = valueIn((await samples(1, [0]))[0]?.processes);
    const pids = new Set(processes.map(({pid}) => pid));
    expect(processes.length).toBeGreaterThanOrEqual(35);
    expect(processes.filter(({parentPid}) => parentPid !== 0 && !pids.has(parentPid))).toEqual([]);
    expect(new Set(processes.map(({user}) => user))).toEqual(new Set(['root', 'postgres', 'qdrant', 'mira']));
    const trainers = processes.filter(({args}) => args?.[1] === 'train.py');
    const main = trainers.find(({pid}) => trainers.some(({parentPid}) => parentPid === pid));
    expect(trainers.filter(({parentPid}) => parentPid === main?.pid)).toHaveLength(8);
  });

  test('leak in a saw-tooth with a rising floor', async () => {
    const rss = (sample: Sample) => processOf(sample, 5210).rssBytes;
    const sizes = (await samples(1, range(200))).map(rss);
    const lowest = range(6).map((tooth) => Math.min(...sizes.slice(tooth * 30, tooth * 30 + 30)));
    for (const [index, low] of lowest.slice(1).entries())
      expect(low).toBeGreaterThan(lowest[index] ?? Infinity);
    expect(Math.max(...sizes.slice(0, 30)) - (sizes[30] ?? 0)).toBeGreaterThan(0.3 * GIB);
  });

  test('tell what their memory is made of, adding up to their RSS and no more than their peak', async () => {
    const {clock, source} = open(1);
    for (clock.ms of [0, 20_000, 100_000]) {
      const sample = await source.sample();
      for (const {pid, rssBytes} of valueIn(sample.processes).processes) {
        const memory = valueIn(await source.processMemory(pid));
        const {rssAnonBytes = 0, rssFileBytes = 0, rssShmemBytes = 0, peakRssBytes, pssBytes} = memory;
        expect(memory.rssBytes).toBe(rssBytes);
        expect(rssAnonBytes + rssFileBytes + rssShmemBytes).toBe(rssBytes);
        expect(Math.min(rssAnonBytes, rssFileBytes, rssShmemBytes)).toBeGreaterThanOrEqual(0);
        expect(peakRssBytes).toBeGreaterThanOrEqual(rssBytes);
        expect(pssBytes).toBeGreaterThan(0);
        expect(pssBytes).toBeLessThanOrEqual(rssBytes);
      }
    }
    expect(await source.processMemory(99_999)).toMatchObject({status: 'unsupported'});
  });
});

describe('a signal', () => {
  test('that ends a process takes it and its memory away for good', async () => {
    const {source} = open(1);
    const before = await source.sample();
    const trainer = processOf(before, 7311);
    expect(await source.kill?.(7311, trainer.startKey, 'SIGTERM')).toEqual({status: 'sent'});
    const after = await source.sample();
    const {processes} = valueIn(after.processes);
    expect(processes.some(({pid}) => pid === 7311)).toBe(false);
    expect(processOf(after, 7320).parentPid).toBe(1);
    const freed = valueIn(after.memory).availableBytes - valueIn(before.memory).availableBytes;
    expect(freed).toBe(trainer.rssBytes);
    expect(await source.kill?.(7311, trainer.startKey, 'SIGKILL')).toEqual({status: 'gone'});
    expect(await source.processMemory(7311)).toMatchObject({status: 'unsupported'});
  });

  test('goes to nobody with another start key, and not to what belongs to others', async () => {
    const {source} = open(1);
    const sample = await source.sample();
    expect(await source.kill?.(5210, 'another', 'SIGTERM')).toEqual({status: 'gone'});
    expect(await source.kill?.(912, processOf(sample, 912).startKey, 'SIGTERM')).toEqual({
      status: 'denied',
      reason: 'not permitted: postgres (912) belongs to postgres',
    });
    expect(await source.kill?.(5210, processOf(sample, 5210).startKey, 'SIGSTOP')).toEqual({status: 'sent'});
    expect(await source.sample()).toEqual(sample);
  });

  test('that ends the model program frees its VRAM', async () => {
    const {clock, source} = open(1);
    clock.ms = 30_000;
    await source.kill?.(4127, processOf(await source.sample(), 4127).startKey, 'SIGKILL');
    expect(valueIn((await source.sample()).gpus)[0]?.usedBytes).toBeLessThan(3 * GIB);
  });
});

function processOf(sample: Sample, pid: number): ProcessReading {
  const found = valueIn(sample.processes).processes.find((process) => process.pid === pid);
  if (found === undefined) throw new Error(`expected a process ${pid}`);
  return found;
}

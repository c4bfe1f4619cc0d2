import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {LoggedRun} from '../../src/cli/logged-run.ts';
import {eventLine} from '../../src/core/event-lines.ts';
import {LaneBook} from '../../src/core/log/lane-book.ts';
import {checkLine, startLine, stopLine} from '../../src/core/log-lines.ts';
import {type GpuReading, ok, type Sample} from '../../src/core/sample.ts';
import {Session} from '../../src/core/session.ts';
import {renderReport} from '../../src/sinks/report/index.ts';
import {
  GIB as G,
  hostMemory,
  limitReading,
  processesAt,
  processReading,
  START as S,
  sampleAt,
} from '../core/samples.ts';
import {settingsOf} from './settings.ts';

/** Most lines of a log are read by their figures alone: what comes of it must be what each read whole would give. */

interface Step {
  readonly seconds: number;
  readonly used: number;
  readonly cgroup: number;
  readonly vram: number;
  readonly swap: number;
  readonly what: 'reading' | 'processes' | 'failed' | 'lost GPU' | 'no job';
}

const step = fc.record({
  seconds: fc.oneof({weight: 8, arbitrary: fc.constant(1)}, fc.integer({min: 0, max: 90}), fc.constant(4000)),
  used: fc.integer({min: 1, max: 99}),
  cgroup: fc.integer({min: 1, max: 50}),
  vram: fc.integer({min: 1, max: 24}),
  swap: fc.integer({min: 0, max: 8}),
  what: fc.oneof(
    {weight: 12, arbitrary: fc.constant('reading' as const)},
    fc.constantFrom('processes', 'failed', 'lost GPU', 'no job'),
  ),
});
const steps = fc.array(step, {minLength: 3, maxLength: 60});
const shape = fc.record({
  hasLimit: fc.boolean(),
  hasGpu: fc.boolean(),
  hasJob: fc.boolean(),
  hasSwap: fc.boolean(),
});
type Machine = typeof shape extends fc.Arbitrary<infer T> ? T : never;

function sampleOf({used, cgroup, vram, swap, what}: Step, second: number, machine: Machine): Sample {
  const {hasLimit, hasGpu, hasJob, hasSwap} = machine;
  const gpu: GpuReading = {
    index: 0,
    name: 'RTX 4090',
    uuid: 'GPU-1',
    totalBytes: 24 * G,
    ...(what === 'lost GPU' ? {lost: {status: 'failed', reason: 'fell off the bus'}} : {usedBytes: vram * G}),
  };
  const swapFigures = hasSwap ? {swapTotalBytes: 8 * G, swapFreeBytes: (8 - swap) * G} : {};
  const member = {pid: 812, startKey: 'k812', rssBytes: (1 + (used % 7)) * G};
  return sampleAt(second, used, {
    memory:
      what === 'failed'
        ? {status: 'failed', reason: 'EIO'}
        : ok(hostMemory(used, {cachedBytes: 3 * G, ...swapFigures})),
    limits: hasLimit && what !== 'failed' ? [limitReading({currentBytes: cgroup * G})] : [],
    processes: processesAt(second, [processReading(3, used * 1e8), processReading(812, cgroup * 1e8)]),
    ...(hasGpu && {gpus: ok([gpu])}),
    ...(hasJob && {
      job: {
        name: 'train',
        pid: 812,
        state: what === 'no job' ? 'ended' : 'running',
        members: what === 'no job' ? [] : [member],
        cpuMs: second,
      },
    }),
  });
}

/** As `LogSink` writes it, with the processes where the step says so. */
function ownLog(all: readonly Step[], machine: Machine): readonly object[] {
  const session = new Session({keepHistory: false, watchLeaks: false});
  const lines: object[] = [
    startLine(
      S,
      {version: '9.8.7', host: 'n', platform: 'linux', pid: 7, options: {threshold_percent: 80}},
      {limits: []},
    ),
  ];
  session.onEvent((event) => lines.push(...[eventLine(event) ?? []].flat()));
  let second = 0;
  for (const one of all) {
    second += one.seconds;
    lines.push(
      checkLine(session.feed(sampleOf(one, second, machine)), {processes: one.what === 'processes' ? 5 : 0}),
    );
  }
  return [...lines, stopLine(S + second * 1000, 'quit with q')];
}

function plainLog(all: readonly Step[]): readonly object[] {
  let second = 0;
  return all.map(({seconds, used}) => {
    second += seconds;
    const fields = {
      percent: `${used}.0`,
      used_mb: String(used * 160),
      available_mb: String((100 - used) * 160),
      total_mb: '16000',
    };
    return {timestamp: new Date(S + second * 1000).toISOString(), ...fields, trend: 'stable'};
  });
}

function reportOf(
  lines: readonly object[],
  leak: 'on' | 'off',
  isWhole: boolean,
  span?: {readonly from: number; readonly to: number},
): unknown {
  const run = new LoggedRun({
    values: settingsOf({leak}, 'report').values,
    ownThreshold: false,
    ...(span !== undefined && {span}),
  });
  for (const line of lines) {
    // What names processes is always read whole.
    const text = JSON.stringify(isWhole ? {processes: null, ...line} : line);
    run.lines.take(Buffer.from(text));
    run.lines.settle();
  }
  return JSON.parse(renderReport('json', run.report('/logs/run.jsonl')));
}

describe('a log read by its figures', () => {
  test('of ours is reported as one whose lines are all read whole', () => {
    fc.assert(
      fc.property(steps, shape, (all, machine) => {
        const lines = ownLog(all, machine);
        expect(reportOf(lines, 'off', false)).toEqual(reportOf(lines, 'off', true));
      }),
      {numRuns: 60},
    );
  }, 30_000);

  test('of the six fields alone is reported so too, with its alerts and verdicts', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const lines = plainLog(all);
        expect(reportOf(lines, 'on', false)).toEqual(reportOf(lines, 'on', true));
      }),
      {numRuns: 60},
    );
  }, 30_000);

  test('ends with its latest reading, whatever stands behind it, and a part of it with its own', () => {
    const lines = plainLog(
      Array.from({length: 100}, (_, index) => ({
        ...{seconds: 1, cgroup: 1, vram: 1, swap: 0, what: 'reading' as const},
        used: 1 + (index % 90),
      })),
    );
    const noted = lines.map((line, index) => (index === 50 ? {...line, note: 1} : line));
    for (const behind of [
      [],
      [{}],
      [{timestamp: 'soon'}],
      [{timestamp: lines[0], event_type: 'OF_TOMORROW'}],
    ])
      expect(reportOf([...lines, ...behind], 'off', false)).toMatchObject({
        pools: [{current: {percent: 10}}],
      });
    for (const second of [48, 49, 50, 51, 60]) {
      const span = {from: Number.NEGATIVE_INFINITY, to: S + second * 1000};
      const told = reportOf(noted, 'off', false, span);
      expect(told).toEqual(reportOf(noted, 'off', true, span));
      expect(told).toMatchObject({pools: [{current: {percent: second}}]});
    }
  });

  test('that leaks is told to leak at the same moment, with the same alert', () => {
    const lines = Array.from({length: 600}, (_, minute) => {
      const used = 3000 + minute * 12 + ((minute * 7919) % 61);
      const fields = {
        percent: (used / 160).toFixed(1),
        used_mb: String(used),
        available_mb: String(16_000 - used),
        total_mb: '16000',
      };
      return {timestamp: new Date(S + minute * 60_000).toISOString(), ...fields, trend: 'stable'};
    });
    const report = reportOf(lines, 'on', false);
    expect(report).toEqual(reportOf(lines, 'on', true));
    expect(report).toMatchObject({
      leak: {verdict: 'leak'},
      alerts: expect.arrayContaining([expect.objectContaining({what: 'RAM leak'})]),
    });
  });

  test('does read most of its lines so', () => {
    const matched: boolean[] = [];
    const {match} = LaneBook.prototype;
    LaneBook.prototype.match = function (...line) {
      const known = match.apply(this, line);
      matched.push(known !== undefined);
      return known;
    };
    const calm = Array.from(
      {length: 100},
      (_, index): Step => ({
        seconds: 1,
        used: 40 + (index % 9),
        cgroup: 20,
        vram: 9,
        swap: 1,
        what: 'reading',
      }),
    );
    reportOf(ownLog(calm, {hasLimit: true, hasGpu: true, hasJob: true, hasSwap: true}), 'off', false);
    LaneBook.prototype.match = match;
    expect(matched.filter(Boolean).length).toBeGreaterThan(90);
  });
});

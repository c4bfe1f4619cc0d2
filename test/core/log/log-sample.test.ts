import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {Frame} from '../../../src/core/frame.ts';
import type {Fields} from '../../../src/core/log/log-fields.ts';
import {failedSample, sampleOfLine} from '../../../src/core/log/log-sample.ts';
import {checkLine} from '../../../src/core/log-lines.ts';
import {largest, processKey} from '../../../src/core/process-series.ts';
import {programName} from '../../../src/core/program.ts';
import {failed, ok, type Sample} from '../../../src/core/sample.ts';
import {Session} from '../../../src/core/session.ts';
import {limitReading, MIB, processesAt, processReading, START, sampleAt} from '../samples.ts';
import {runs} from './machines.ts';

const LOOK = {at: START, monotonicMs: START, before: undefined};
const read = (line: object, before?: Sample) => sampleOfLine({...line}, {...LOOK, before});
const asRead = (line: object) => JSON.parse(JSON.stringify(line)) as Fields;

/** What a check tells of its pools, its processes and its job. */
function toldOf(frame: Frame) {
  const {pools, processes, job, limit, noGpuReason, swapRate} = frame;
  return {
    limit: limit?.id,
    noGpuReason,
    swapRate,
    pressure: frame.pressure,
    pools: pools.map(({id, detail, reading, what, trend, status}) => {
      const figures = reading.status === 'ok' ? {...reading.value, cacheBytes: 0} : reading.reason;
      return {id, detail, figures, what, trend, status};
    }),
    job: job && {bytes: job.bytes, measure: job.measure, name: job.reading.name, state: job.reading.state},
    processes:
      processes?.status === 'ok'
        ? largest(processes.value.processes, 50).map((process) => {
            const {pid, parentPid, startKey, rssBytes, user, cpuMs} = process;
            return {pid, parentPid, startKey, rssBytes, user, cpuMs, name: programName(process)};
          })
        : processes,
  };
}

describe('the line of a check, read again', () => {
  test('gives the figures that the check gave, whatever the machine', () => {
    fc.assert(
      fc.property(runs, (samples) => {
        const live = new Session({keepHistory: false});
        const again = new Session({keepHistory: false});
        let before: Sample | undefined;
        for (const sample of samples) {
          const frame = live.feed(sample);
          const line = asRead(checkLine(frame, {processes: 50, gpusMissing: true}));
          before = sampleOfLine(line, {at: sample.at, monotonicMs: sample.monotonicMs, before});
          if (before === undefined) throw new Error('not taken for a check');
          expect(toldOf(again.feed(before))).toEqual(toldOf(frame));
        }
      }),
      {numRuns: 40, seed: 7},
    );
  });

  test('and is written again as it was', () => {
    fc.assert(
      fc.property(runs, ([sample]) => {
        if (sample === undefined) return;
        const {gpus, ...line} = asRead(
          checkLine(new Session().feed(sample), {processes: 50, gpusMissing: true}),
        );
        const again = read({...line, gpus}) ?? failedSample('', LOOK);
        const frame = new Session().feed({...again, at: sample.at});
        expect(asRead(checkLine(frame, {processes: 50, gpusMissing: true}))).toEqual({
          ...line,
          ...(gpus !== undefined && {gpus}),
        });
      }),
      {numRuns: 60, seed: 8},
    );
  });

  test('without processes has those of the line before, with their time', () => {
    const processes = processesAt(0, [processReading(3, MIB)]);
    const first = sampleAt(0, 50, {processes});
    const [line, bare] = [5, 0].map((count) => checkLine(new Session().feed(first), {processes: count}));
    const before = read(line ?? {});
    expect(before?.processes).toMatchObject({status: 'ok', value: {at: START, processes: [{pid: 3}]}});
    expect(read(bare ?? {}, before)?.processes).toBe(before?.processes);
    expect(read(bare ?? {})?.processes).toEqual({
      status: 'unsupported',
      reason: 'the log names no processes',
    });
  });

  test('tells why there is no GPU for as long as no other line says otherwise', () => {
    const before = read({total_mb: 10, used_mb: 5, gpus_missing: 'no NVIDIA driver'});
    expect(before?.gpus).toEqual({status: 'unsupported', reason: 'no NVIDIA driver'});
    expect(read({total_mb: 10, used_mb: 5}, before)?.gpus).toEqual(before?.gpus);
  });

  test('without figures of the host has its limits alone', () => {
    const frame = new Session().feed(sampleAt(0, 0, {memory: failed('EIO'), limits: [limitReading()]}));
    const sample = read(asRead(checkLine(frame, {processes: 0})));
    expect(sample).toMatchObject({memory: {status: 'failed'}, limits: [limitReading()]});
  });

  test('of a job tells which of the named processes are its, until others are named', () => {
    const line = {total_mb: 1000, used_mb: 500};
    const job = {name: 'sh', pid: 7, state: 'running', started_at: new Date(START).toISOString()};
    const held = {...job, rss_bytes: 150, processes: 4, cpu_ms: 5};
    const named = (pid: number, more: object = {}) => {
      return {pid, start_key: `k${pid}`, name: `p${pid}`, rss_bytes: 1000 - pid, ...more};
    };
    const keys = (sample: Sample | undefined) => sample?.job?.members.map(processKey);
    const processes = [
      named(7, {parent_pid: 1, cpu_ms: 3}),
      named(8, {parent_pid: 7}),
      named(9, {parent_pid: 8}),
      named(10, {parent_pid: 1}),
      named(11, {parent_pid: 1, job: true}),
    ];
    const told = read({...line, processes, job: held});
    expect(keys(told)).toEqual(['7@k7', '8@k8', '9@k9', '11@k11']);
    expect(told?.job).toMatchObject({startedAt: START, members: [{cpuMs: 3}, {}, {}, {}]});
    const later = read({...line, job: held}, told);
    expect(keys(later)).toEqual(keys(told));
    // One whose parent has ended stays the job's.
    const fewer = read({...line, processes: [named(9, {parent_pid: 1}), named(10)], job: held}, later);
    expect(keys(fewer)).toEqual(['9@k9']);
    const ended = read({...line, job: {...job, state: 'ended', processes: 0}}, fewer);
    expect(keys(ended)).toEqual([]);
    expect(ended?.job?.startedAt).toBeUndefined();
    expect(keys(read({...line, job: {...held, pid: 99}}, fewer))).toEqual([]);
  });

  test('of a job that is only a sum has no process of its own, and counts all', () => {
    const line = {total_mb: 1000, used_mb: 500};
    const job = {name: 'python train', pid: 7, state: 'running', measure: 'pss', bytes: 100, rss_bytes: 150};
    const told = read({...line, job: {...job, pss_at: '2026-03-01T12:00:00.000Z', processes: 3, cpu_ms: 5}});
    expect(told?.job).toEqual({
      name: 'python train',
      pid: 7,
      state: 'running',
      members: [],
      sum: {processes: 3, rssBytes: 150},
      pss: ok({bytes: 100, at: START}),
      cpuMs: 5,
    });
    const ended = read({...line, job: {name: 'python train', pid: 7, state: 'ended', processes: 0}}, told);
    expect(ended?.job).toMatchObject({sum: {processes: 0}, cpuMs: 5});
  });
});

describe('a line with no more than the six fields', () => {
  const [TOTAL, USED] = [16_000 * MIB, 4000 * MIB];
  test.each([
    [{percent: '25.0', used_mb: '4000', available_mb: '12000', total_mb: '16000', trend: 'stable'}],
    [{percent: 25, used_mb: 4000, available_mb: 12_000, total_mb: 16_000, trend: 'stable'}],
    // What is in use goes before the rounded share, and that before what is left.
    [{percent: 25.04, used_mb: 4000, available_mb: 11_000, total_mb: 16_000}],
    [{percent: '25', available_mb: '11000', total_mb: '16000'}],
    [{available_mb: '12000', total_mb: '16000'}],
    [{used_mb: '4000', available_mb: '12000'}],
    [{used_mb: '4000', percent: '25'}],
    [{percent: 'n/a', used_mb: null, available_mb: 12_000, total_mb: ' 16000 ', extra: {deep: [1]}}],
  ])('%j', (line) => {
    const sample = read(line);
    expect(sample?.memory).toEqual(ok({totalBytes: TOTAL, availableBytes: TOTAL - USED}));
    expect(sample?.limits).toEqual([]);
  });

  test('has exact bytes where it tells them', () => {
    const memory = {
      used_bytes: USED + 1,
      available_bytes: TOTAL - USED - 1,
      total_bytes: TOTAL,
      cache_bytes: 5,
    };
    const line = {percent: '25.0', used_mb: '4000', available_mb: '12000', total_mb: '16000', memory};
    expect(read(line)?.memory).toEqual(
      ok({totalBytes: TOTAL, availableBytes: TOTAL - USED - 1, cachedBytes: 5}),
    );
  });

  test.each([
    [{}],
    [{percent: '25.0'}],
    [{percent: '25.0', used_mb: '', total_mb: ''}],
    [{total_mb: 0, used_mb: 0}],
    [{total_mb: -5, used_mb: 1}],
    [{total_mb: '1e999', used_mb: 1}],
    [{total_mb: {}, used_mb: []}],
    [{used_mb: 5, percent: 0}],
  ])('that is none: %j', (line) => {
    expect(read(line)).toBeUndefined();
  });
});

test('a check at which memory could not be read keeps all else as it was', () => {
  const before = read({total_mb: 10, used_mb: 5, gpus: [{index: 0, name: 'x', used_mb: 1, total_mb: 2}]});
  const sample = failedSample('EIO', {at: START + 5, monotonicMs: 9, before});
  expect(sample).toMatchObject({at: START + 5, monotonicMs: 9, memory: failed('EIO'), gpus: before?.gpus});
});

test('nothing that stands in a line makes reading it fail', () => {
  const names = [
    ...['memory', 'host', 'limits', 'swap', 'swap_counters', 'shm', 'job', 'pressure', 'gpus', 'gpu_notes'],
    ...['processes', 'percent', 'used_mb', 'available_mb', 'total_mb', 'gpus_missing'],
  ];
  const inner = [
    ...['used_bytes', 'total_bytes', 'available_bytes', 'limit_bytes', 'current_bytes', 'name', 'path'],
    ...[
      'inactive_file_bytes',
      'index',
      'instance',
      'pid',
      'rss_bytes',
      'state',
      'measure',
      'bytes',
      'missing',
    ],
    ...['some_avg10', 'some_avg60', 'full_avg10', 'full_avg60', 'processes', 'memory', 'start_key', 'all'],
  ];
  const odd = fc.oneof(
    fc.constantFrom(0, -1, 1e300, 5, '5', '', ' ', 'running', 'pss', 'unified', null, true, [], {}, 2 ** 60),
    fc.jsonValue({maxDepth: 2}),
  );
  const fields = fc.dictionary(fc.constantFrom(...inner), odd, {maxKeys: 12});
  const value = fc.oneof(odd, fields, fc.array(fields, {maxLength: 3}));
  const line = fc.dictionary(fc.constantFrom(...names), value, {maxKeys: 16});
  fc.assert(
    fc.property(fc.array(line, {maxLength: 6}), (lines) => {
      const session = new Session({keepHistory: false});
      let before: Sample | undefined;
      for (const [index, one] of lines.entries()) {
        const sample = sampleOfLine(one, {at: START + index, monotonicMs: index, before});
        if (sample === undefined) continue;
        before = sample;
        const {reading} = session.feed(sample).ram;
        expect(reading.status).toBe('ok');
        if (reading.status === 'ok') expect(Number.isFinite(reading.value.percent)).toBe(true);
      }
    }),
    {numRuns: 300, seed: 9},
  );
});

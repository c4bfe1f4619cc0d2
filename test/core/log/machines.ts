import fc from 'fast-check';
import {
  failed,
  type GpuReading,
  type JobReading,
  type LimitReading,
  ok,
  type ProcessReading,
  type Sample,
} from '../../../src/core/sample.ts';
import {MIB, START} from '../samples.ts';

/** Samples as a live source may give them, whole bytes throughout, as arbitrary values for properties. */

const bytes = fc.integer({min: 0, max: 2 ** 42});
const share = fc.double({min: 0, max: 1, noNaN: true});
const word = fc.stringMatching(/^[a-z]{1,12}$/);

const memory = fc
  .record({total: fc.integer({min: MIB, max: 2 ** 42}), used: share, swap: share})
  .map(({total, used, swap}) =>
    ok({
      totalBytes: total,
      availableBytes: Math.round(total * (1 - used)),
      cachedBytes: Math.round((total * used) / 3),
      ...(swap > 0.3 && {swapTotalBytes: 2 ** 33, swapFreeBytes: Math.round(2 ** 33 * swap)}),
    }),
  );

const limit: fc.Arbitrary<LimitReading> = fc
  .record({name: word, limitBytes: fc.integer({min: MIB, max: 2 ** 41}), used: share, cache: share})
  .map(({name, limitBytes, used, cache}) => ({
    name,
    path: `/slurm/${name}`,
    version: 2,
    limitBytes,
    currentBytes: Math.round(limitBytes * used),
    inactiveFileBytes: Math.round(limitBytes * used * cache),
  }));

const gpu = fc
  .record({total: fc.integer({min: MIB, max: 2 ** 37}), used: share, kind: fc.nat(4), name: word})
  .map(({total, used, kind, name}): Omit<GpuReading, 'index'> => {
    if (kind === 0) return {name, lost: failed('fell off the bus')};
    const usedBytes = Math.round(total * used);
    if (kind === 1) return {name, totalBytes: total, missing: {used: failed('not told')}};
    const processes = [
      {pid: 3, usedBytes},
      {pid: 9, hidden: 'in another container'},
    ];
    return {name, uuid: `GPU-${name}`, usedBytes, totalBytes: total, utilizationPercent: 71, processes};
  });

const gpus = fc
  .array(gpu, {maxLength: 3})
  .map((all): Sample['gpus'] =>
    all.length === 0
      ? {status: 'unsupported', reason: 'no GPU found'}
      : ok(all.map((one, index) => ({...one, index}))),
  );

const process: fc.Arbitrary<ProcessReading> = fc
  .record({
    pid: fc.integer({min: 2, max: 4_000_000}),
    rssBytes: bytes,
    args: fc.constantFrom<readonly string[]>(
      ['python3', 'train.py', '--lr', '1'],
      ['/usr/bin/node', '-e', 'x'],
      ['postgres: 16/main: checkpointer '],
      ['/bin/solo'],
      ['bash'],
      ['python', '--lr', '1'],
    ),
    name: fc.constantFrom('p', 'kworker/0:1', 'a\u001b[31mb'),
    cpuMs: fc.nat(),
  })
  .map((told) => ({...told, parentPid: 1, startKey: `k${told.pid}`, user: 'mira'}));

const job = fc
  .record({sizes: fc.array(bytes, {maxLength: 4}), isPss: fc.boolean(), hasEnded: fc.boolean()})
  .map(({sizes, isPss, hasEnded}): JobReading => {
    const members = sizes.map((rssBytes, index) => ({pid: 100 + index, startKey: `j${index}`, rssBytes}));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    return {
      name: 'python train',
      pid: 100,
      state: hasEnded ? 'ended' : 'running',
      members,
      cpuMs: 1234,
      ...(isPss && members.length > 0 && {pss: ok({bytes: Math.floor(total / 2), at: START})}),
    };
  });

const machine = fc.record({
  memory,
  limits: fc.uniqueArray(limit, {maxLength: 2, selector: ({path}) => path}),
  gpus,
  processes: fc.uniqueArray(process, {minLength: 1, maxLength: 6, selector: ({pid}) => pid}),
  job: fc.option(job, {nil: undefined}),
  shm: fc.option(share, {nil: undefined}),
  step: fc.integer({min: 1, max: 90_000}),
});

/** A run of some checks. */
export const runs: fc.Arbitrary<readonly Sample[]> = fc
  .array(machine, {minLength: 1, maxLength: 12})
  .map((machines) => {
    let at = START;
    return machines.map(({memory, limits, gpus, processes, job, shm, step}): Sample => {
      at += step;
      return {
        at,
        monotonicMs: at - START,
        memory,
        limits,
        gpus,
        processes: ok({at, processes}),
        pressure: ok({some10: 1.5, some60: 0.5, full10: 0.25, full60: 0}),
        swapCounters: {inPages: 5, outPages: 6},
        ...(job !== undefined && {job}),
        ...(shm !== undefined && {shm: {totalBytes: 2 ** 33, usedBytes: Math.round(2 ** 33 * shm)}}),
      };
    });
  });

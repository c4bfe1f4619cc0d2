import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {denied, failed, ok} from '../../../src/core/sample.ts';
import {label} from '../../../src/sinks/prometheus/metric.ts';
import {familiesOf, METRIC_NAMES, METRICS} from '../../../src/sinks/prometheus/metrics.ts';
import {GIB, limitReading, processesAt, processReading, sampleAt} from '../../core/samples.ts';
import {endedJob, gpu, job, lostGpu, NOW, noGpu, sampleAt as wholeSample} from '../../tui/machine.ts';
import {figureOf, pointsOf, viewOf} from './views.ts';

const UNITS = /_(bytes|seconds|celsius|ratio|pages|info|total|per_second)(_total)?$/;
const COUNTS =
  /^(memtop_(memory_limit_in_force|gpu_up|leak_verdict|alert_firing|job_processes|job_state|processes|reading_ok)|memtop_(alerts|oom_kills)_total)$/;

describe('the table', () => {
  test.each(METRIC_NAMES)('%s keeps to the conventions of names', (name) => {
    const {type, help, labels} = METRICS[name];
    expect(name).toMatch(/^(memtop|process)_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(UNITS.test(name) || COUNTS.test(name)).toBe(true);
    expect(help).toMatch(/^[A-Z0-9/].*\.$/);
    // Prometheus writes these itself.
    for (const label of labels) expect(['job', 'instance', 'le', 'quantile']).not.toContain(label);
  });
});

describe('memory', () => {
  const view = viewOf([sampleAt(0, 40, {limits: [limitReading()]})]);

  test('is that of the limit in force, and all limits stand beside it', () => {
    expect(figureOf(view, 'memtop_memory_used_bytes')).toBe(25 * GIB);
    expect(figureOf(view, 'memtop_memory_available_bytes')).toBe(25 * GIB);
    expect(pointsOf(view, 'memtop_memory_limit_bytes')).toEqual([
      [{source: 'host'}, 100 * GIB],
      [{source: '/slurm/job_7'}, 50 * GIB],
    ]);
    expect(pointsOf(view, 'memtop_memory_limit_used_bytes')).toEqual([
      [{source: 'host'}, 40 * GIB],
      [{source: '/slurm/job_7'}, 25 * GIB],
    ]);
    expect(pointsOf(view, 'memtop_memory_limit_in_force')).toEqual([
      [{source: 'host'}, 0],
      [{source: '/slurm/job_7'}, 1],
    ]);
  });

  test('is nowhere where it cannot be read: missing is never zero', () => {
    const broken = viewOf([
      sampleAt(0, 40),
      sampleAt(1, 40, {memory: failed('gone'), pressure: denied('no')}),
    ]);
    const told = familiesOf(broken).map(({name}) => name);
    expect(told.filter((name) => /memory_(used|available|limit)|leak|swap|shm|pressure/.test(name))).toEqual(
      [],
    );
    expect(pointsOf(broken, 'memtop_reading_ok')).toEqual([
      [{reading: 'memory'}, 0],
      [{reading: 'pressure'}, 0],
    ]);
  });

  test('has swap, shared memory, pressure and kills where there are such', () => {
    const oom = {counters: [{scope: 'host', id: 'host', name: 'host', kills: 2}], victims: []} as const;
    const whole = viewOf([
      {...wholeSample(NOW, {shmPercent: 50, oom}), swapCounters: {inPages: 7, outPages: 9}},
    ]);
    expect(figureOf(whole, 'memtop_swap_total_bytes')).toBe(8 * GIB);
    expect(figureOf(whole, 'memtop_shm_total_bytes')).toBe(32 * GIB);
    expect(figureOf(whole, 'memtop_swap_out_pages_total')).toBe(9);
    expect(pointsOf(whole, 'memtop_oom_kills_total')).toEqual([[{source: 'host'}, 2]]);
    expect(pointsOf(whole, 'memtop_memory_pressure_ratio')[0]).toEqual([
      {stall: 'some', window: '10s'},
      0.003,
    ]);
  });
});

describe('GPUs', () => {
  test('one that gives no answer is down, and has no figures left over', () => {
    const gpus = ok([gpu(50, 0, {uuid: 'GPU-1'}), lostGpu(1)]);
    const view = viewOf([
      wholeSample(NOW, {gpus: ok([gpu(50, 0), gpu(40, 1)])}),
      wholeSample(NOW + 1000, {gpus}),
    ]);
    const name = 'NVIDIA GeForce RTX 3090';
    expect(pointsOf(view, 'memtop_gpu_up')).toEqual([
      [{gpu: '0', uuid: 'GPU-1', name}, 1],
      [{gpu: '1', name}, 0],
    ]);
    expect(pointsOf(view, 'memtop_gpu_memory_used_bytes')).toEqual([
      [{gpu: '0', uuid: 'GPU-1', name}, 12 * GIB],
    ]);
    expect(pointsOf(view, 'memtop_gpu_utilization_ratio')).toEqual([[{gpu: '0', uuid: 'GPU-1', name}, 0.94]]);
    expect(pointsOf(view, 'memtop_leak_verdict').some(([{pool}]) => pool === 'gpu1')).toBe(false);
  });

  test('without any there is no series, and no failed reading', () => {
    const view = viewOf([wholeSample(NOW, {gpus: noGpu})]);
    expect(familiesOf(view).filter(({name}) => name.includes('gpu'))).toEqual([]);
    expect(pointsOf(view, 'memtop_reading_ok').map(([{reading}]) => reading)).not.toContain('gpus');
  });
});

describe('a leak', () => {
  const hours = (count: number) =>
    Array.from({length: count * 60 + 1}, (_, minute) => sampleAt(minute * 60, 20 + minute / 30));

  test('has one verdict at 1, growth in bytes per second, and the time to the limit with its interval', () => {
    const view = viewOf(hours(24));
    const verdicts = pointsOf(view, 'memtop_leak_verdict');
    expect(verdicts).toHaveLength(5);
    expect(verdicts.filter(([, value]) => value === 1)).toEqual([[{pool: 'ram', verdict: 'leak'}, 1]]);
    const [growth = 0] = pointsOf(view, 'memtop_leak_growth_bytes_per_second').map(([, value]) => value);
    expect((growth * 3600) / GIB).toBeCloseTo(2, 1);
    const [low = 0, middle = 0, high = 0] = (
      [
        'memtop_time_to_limit_low_seconds',
        'memtop_time_to_limit_seconds',
        'memtop_time_to_limit_high_seconds',
      ] as const
    ).map((name) => pointsOf(view, name)[0]?.[1]);
    expect(middle / 3600).toBeCloseTo(16, 0);
    expect(low <= middle && middle <= high).toBe(true);
    expect(pointsOf(view, 'memtop_alert_firing')).toContainEqual([{rule: 'leak:ram'}, 1]);
    expect(pointsOf(view, 'memtop_alerts_total')).toContainEqual([{rule: 'leak:ram'}, 1]);
  });

  test('of what stands nothing is foretold, which is not the same as 0', () => {
    const view = viewOf(Array.from({length: 300}, (_, minute) => sampleAt(minute * 60, 40)));
    expect(pointsOf(view, 'memtop_leak_verdict')).toContainEqual([{pool: 'ram', verdict: 'steady'}, 1]);
    for (const name of ['memtop_time_to_limit_seconds', 'memtop_leak_growth_bytes_per_second'] as const)
      expect(pointsOf(view, name)).toEqual([]);
  });

  test('is not looked for where that is switched off', () => {
    expect(
      familiesOf(viewOf(hours(1), {watchLeaks: false})).filter(({name}) => /leak|time_to/.test(name)),
    ).toEqual([]);
  });
});

describe('alerts', () => {
  test('stand at 0 before they are raised, are counted once, and end', () => {
    const quiet = [sampleAt(0, 50)];
    const loud = [...quiet, ...Array.from({length: 400}, (_, second) => sampleAt(1 + second, 90))];
    const over = [...loud, ...Array.from({length: 60}, (_, second) => sampleAt(401 + second, 50))];
    const at = (samples: typeof quiet) => {
      const view = viewOf(samples, {expected: ['oom']});
      const of = (name: 'memtop_alerts_total' | 'memtop_alert_firing') =>
        Object.fromEntries(pointsOf(view, name).map(([{rule}, value]) => [rule, value]));
      return [of('memtop_alerts_total'), of('memtop_alert_firing')];
    };
    expect(at(quiet)).toEqual([
      {oom: 0, ram: 0, 'leak:ram': 0},
      {oom: 0, ram: 0, 'leak:ram': 0},
    ]);
    // Reminders after 1 and 5 minutes are no alerts.
    expect(at(loud)).toMatchObject([{ram: 1}, {ram: 1}]);
    expect(at(over)).toMatchObject([{ram: 1}, {ram: 0}]);
    expect(pointsOf(viewOf(quiet), 'memtop_alert_threshold_ratio')).toEqual([[{pool: 'ram'}, 0.8]]);
  });

  test('on single processes are one rule, however many there are', () => {
    const second = (at: number, bytes: number) =>
      sampleAt(at, 50, {
        processes: processesAt(
          at,
          [1, 2, 3].map((pid) => processReading(pid, bytes)),
        ),
      });
    const samples = [second(0, GIB), second(1, 20 * GIB), second(2, 20 * GIB)];
    const view = viewOf(samples, {rules: {process: {bytes: 10 * GIB}}, expected: ['process']});
    const ofProcesses = (name: 'memtop_alerts_total' | 'memtop_alert_firing') =>
      pointsOf(view, name).filter(([{rule}]) => rule?.startsWith('process'));
    expect(ofProcesses('memtop_alerts_total')).toEqual([[{rule: 'process'}, 3]]);
    expect(ofProcesses('memtop_alert_firing')).toEqual([[{rule: 'process'}, 1]]);
  });
});

describe('the job', () => {
  test('is told with its measure and state', () => {
    const view = viewOf([wholeSample(NOW, {job: job()})]);
    const name = 'python gateway';
    expect(pointsOf(view, 'memtop_job_memory_bytes')).toEqual([[{name, measure: 'pss'}, expect.any(Number)]]);
    expect(pointsOf(view, 'memtop_job_processes')).toEqual([[{name}, 13]]);
    expect(pointsOf(view, 'memtop_job_cpu_seconds_total')).toEqual([[{name}, 41_400]]);
    expect(pointsOf(view, 'memtop_job_state')).toContainEqual([{name, state: 'running'}, 1]);
  });

  test('holds nothing that could be told once it has ended', () => {
    const view = viewOf([wholeSample(NOW, {job: endedJob({at: NOW, code: 0})})]);
    expect(pointsOf(view, 'memtop_job_memory_bytes')).toEqual([]);
    expect(pointsOf(view, 'memtop_job_resident_bytes')).toEqual([]);
    expect(pointsOf(view, 'memtop_job_state')).toContainEqual([{name: 'python gateway', state: 'ended'}, 1]);
  });
});

describe('programs', () => {
  const scan = (second: number, pids: readonly number[]) =>
    sampleAt(second, 50, {
      processes: processesAt(second, [
        ...pids.map((pid) => processReading(pid, GIB, {name: 'worker', args: ['worker'], user: 'mira'})),
        ...[901, 902, 903].map((pid) => processReading(pid, (pid - 900) * GIB)),
      ]),
    });

  test('are the largest, the processes of one name and user together', () => {
    const view = viewOf([scan(0, [1, 2, 3, 4])], {top: 2});
    expect(pointsOf(view, 'memtop_process_resident_bytes')).toEqual([
      [{name: 'worker', user: 'mira'}, 4 * GIB],
      [{name: 'p903'}, 3 * GIB],
    ]);
    expect(pointsOf(view, 'memtop_processes')[0]).toEqual([{name: 'worker', user: 'mira'}, 4]);
  });

  test('make no new series when workers are started anew', () => {
    const labels = (view: ReturnType<typeof viewOf>) =>
      pointsOf(view, 'memtop_process_resident_bytes').map(([label]) => label);
    expect(labels(viewOf([scan(0, [1, 2, 3, 4]), scan(1, [5, 6, 7, 8])]))).toEqual(
      labels(viewOf([scan(0, [1, 2, 3, 4])])),
    );
  });

  test('what a name from outside holds cannot end a label or a line', () => {
    expect(label('a"b\\c\nd\u001b[31m\u202e{}')).toBe('a"b\\c d{}');
    expect(label('x'.repeat(300))).toHaveLength(80);
  });

  test('long names that differ anywhere stay apart', () => {
    const slice = `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${'0f'.repeat(16)}.slice`;
    const paths = [slice, `${slice}/cri-containerd-a.scope`, `${slice}/cri-containerd-b.scope`];
    expect(new Set(paths.map(label)).size).toBe(3);
    expect(label(paths[1] ?? '')).toMatch(
      /^\/kubepods\.slice\/kube.*…[0-9a-f]{8}….*cri-containerd-a\.scope$/,
    );
    fc.assert(
      fc.property(fc.nat(199), (place) => {
        const text = 'a'.repeat(200);
        const other = `${text.slice(0, place)}b${text.slice(place + 1)}`;
        expect(label(other)).not.toBe(label(text));
        expect(label(other)).toHaveLength(80);
      }),
    );
  });
});

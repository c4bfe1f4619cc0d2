import type {
  GpuReading,
  HostMemory,
  JobReading,
  LimitReading,
  OomReading,
  Pressure,
  ProcessReading,
  Reading,
  Sample,
} from '../../src/core/sample.ts';
import {failed, ok, unsupported} from '../../src/core/sample.ts';

const GIB = 2 ** 30;
const MIB = 2 ** 20;

/** When the picture is taken. */
export const NOW = Date.parse('2026-11-22T14:32:07Z');

/** A machine whose figures are known by heart, so that a test can say what must be on the screen. */
export interface Machine {
  readonly ramPercent?: number;
  readonly swapPercent?: number;
  readonly vramPercent?: number;
  readonly gpus?: Reading<readonly GpuReading[]>;
  readonly memory?: Reading<HostMemory>;
  readonly limits?: readonly LimitReading[];
  readonly processes?: Sample['processes'] | 'none';
  readonly pressure?: Reading<Pressure>;
  readonly job?: JobReading;
  readonly oom?: OomReading;
  /** Of a /dev/shm of 32 GiB. */
  readonly shmPercent?: number;
}

const COMMANDS: readonly (readonly [number, string, string, number, readonly string[]])[] = [
  [
    4127,
    'llama-server',
    'mira',
    19.6 * GIB,
    [
      '/opt/llama/llama-server',
      '-m',
      '/models/llama-3.3-70b-instruct-q4_k_m.gguf',
      '-ngl',
      '84',
      '--port',
      '8080',
    ],
  ],
  [
    5210,
    'python',
    'mira',
    15.2 * GIB,
    [
      '/opt/gw/venv/bin/python',
      'gateway.py',
      '--upstream',
      'http://127.0.0.1:8080',
      '--cache',
      '4096',
      '--port',
      '8000',
    ],
  ],
  [
    1388,
    'qdrant',
    'qdrant',
    3.1 * GIB,
    ['/usr/bin/qdrant', '--config-path', '/etc/qdrant/config/development/config.yaml'],
  ],
  [
    6044,
    'jupyter-lab',
    'mira',
    1.2 * GIB,
    ['/usr/bin/python3.11', '/usr/bin/jupyter-lab', '--no-browser', '--port', '8888'],
  ],
  [912, 'postgres', 'postgres', 612 * MIB, ['postgres: 16/main: checkpointer ']],
];

export function processes(): readonly ProcessReading[] {
  const named = COMMANDS.map(([pid, name, user, rssBytes, args]) =>
    process({pid, name, user, rssBytes, args}),
  );
  const workers = Array.from({length: 12}, (_, index) =>
    process({
      pid: 7000 + index,
      name: 'python',
      user: 'mira',
      rssBytes: (120 + index) * MIB,
      args: ['python', 'train.py', '--worker', String(index)],
      parentPid: 7000,
    }),
  );
  return [...named, ...workers];
}

export function process(given: Partial<ProcessReading> & {readonly pid: number}): ProcessReading {
  const args = given.args ?? [given.name ?? 'program'];
  return {
    parentPid: 1,
    startKey: `start${given.pid}`,
    startedAt: NOW - 6 * 3_600_000,
    name: 'program',
    user: 'mira',
    rssBytes: 10 * MIB,
    cpuMs: 1000,
    command: args.join(' '),
    ...given,
    args,
  };
}

/** A sample of that machine at a moment. */
export function sampleAt(at: number, machine: Machine = {}): Sample {
  const {ramPercent = 73.8, swapPercent = 4, vramPercent = 87.1} = machine;
  const used = 56 * GIB * (ramPercent / 100);
  const memory: Reading<HostMemory> =
    machine.memory ??
    ok({
      totalBytes: 62.7 * GIB,
      availableBytes: 62.7 * GIB - used,
      cachedBytes: 12.4 * GIB,
      shmemBytes: 208 * MIB,
      swapTotalBytes: 8 * GIB,
      swapFreeBytes: 8 * GIB * (1 - swapPercent / 100),
    });
  const table = machine.processes ?? ok({at, processes: processes()});
  return {
    at,
    monotonicMs: at - NOW + 1_000_000_000,
    memory,
    limits: machine.limits ?? [limit(used)],
    pressure: machine.pressure ?? ok({some10: 0.3, full10: 0, some60: 0.1, full60: 0}),
    swapCounters: {inPages: 0, outPages: 0},
    gpus: machine.gpus ?? ok([gpu(vramPercent, 0, {processes: [{pid: 4127, usedBytes: 20.6 * GIB}]})]),
    self: {rssBytes: 61 * MIB, cpuMs: (at - NOW) * 0.003 + 10_000},
    ...(table !== 'none' && {processes: table}),
    ...(machine.job !== undefined && {job: machine.job}),
    ...(machine.oom !== undefined && {oom: machine.oom}),
    ...(machine.shmPercent !== undefined && {
      shm: {totalBytes: 32 * GIB, usedBytes: 0.32 * GIB * machine.shmPercent},
    }),
  };
}

/** The gateway with twelve workers beside it: 16.1 GiB in proportional shares, 16.7 GiB in resident sets. */
export function job(more: Partial<JobReading> = {}): JobReading {
  const own = processes().filter(({name}) => name === 'python');
  const members = own.map(({pid, startKey, rssBytes}) => ({
    pid,
    startKey,
    rssBytes,
    pssBytes: pid === 5210 ? 15 * GIB : 90 * MIB,
    cpuMs: 1000,
  }));
  const bytes = members.reduce((sum, {pssBytes}) => sum + pssBytes, 0);
  return {
    name: 'python gateway',
    pid: 5210,
    startedAt: NOW - (5 * 60 + 22) * 60_000,
    state: 'running',
    members,
    pss: ok({bytes, at: NOW}),
    cpuMs: 41_400_000,
    ...more,
  };
}

/** The quarter of an hour before `NOW` with that job: two cores busy, 12.1 GiB growing to 16.1 GiB. */
export function jobQuarterHour(machine: Machine = {}): readonly Sample[] {
  return quarterHour(machine).map((sample, second) => {
    const missing = 4 * GIB * (1 - second / 900);
    const {members, cpuMs, pss, ...rest} = job();
    const bytes = pss?.status === 'ok' ? pss.value.bytes - missing : 0;
    const grown = members.map((member, index) =>
      index === 0 ? {...member, pssBytes: (member.pssBytes ?? 0) - missing} : member,
    );
    return {
      ...sample,
      job: {
        ...rest,
        members: grown,
        cpuMs: cpuMs - (900 - second) * 2140,
        pss: ok({bytes, at: sample.at}),
      },
    };
  });
}

/** RAM that stands still, where the machine's own grows. */
export const STILL = {ramPercent: 73.8} as const;

/** The same when all its processes have ended. */
export function endedJob(exit: NonNullable<JobReading['exit']>): JobReading {
  return job({state: 'ended', members: [], exit});
}

export const noGpu = unsupported('no GPU found');

function limit(used: number): LimitReading {
  return {
    name: 'llm.slice',
    path: '/user.slice/llm.slice',
    version: 2,
    limitBytes: 56 * GIB,
    currentBytes: used + 4 * GIB,
    inactiveFileBytes: 4 * GIB,
    activeFileBytes: 8.4 * GIB,
  };
}

export function gpu(vramPercent: number, index = 0, more: Partial<GpuReading> = {}): GpuReading {
  return {
    index,
    name: 'NVIDIA GeForce RTX 3090',
    usedBytes: 24 * GIB * (vramPercent / 100),
    totalBytes: 24 * GIB,
    utilizationPercent: 94,
    temperatureCelsius: 71,
    processes: [],
    ...more,
  };
}

/** A GPU that was there and answers no more. */
export function lostGpu(index: number): GpuReading {
  const lost = failed('lost at 14:02:10: fell off the bus');
  return {index, name: 'NVIDIA GeForce RTX 3090', lost};
}

/** An instance of a GPU that is parted by MIG: the driver tells neither its use nor its heat. */
export function migGpu(vramPercent: number, instance: number): GpuReading {
  const untold = unsupported('not told for MIG instances');
  return {
    index: 0,
    instance,
    name: 'NVIDIA A100 1g.10gb',
    usedBytes: 9.75 * GIB * (vramPercent / 100),
    totalBytes: 9.75 * GIB,
    processes: [],
    missing: {utilization: untold, temperature: untold},
  };
}

/** A GPU that has no memory but the machine's. */
export function unifiedGpu(more: Partial<GpuReading> = {}): GpuReading {
  return {
    index: 0,
    name: 'Apple M2 Max',
    vendor: 'Apple',
    memory: 'unified',
    usedBytes: 9.1 * GIB,
    utilizationPercent: 34,
    missing: {
      temperature: unsupported('the system does not tell it'),
      processes: unsupported('the system does not tell what its processes hold'),
    },
    ...more,
  };
}

export function apu(vramPercent: number): GpuReading {
  return gpu(vramPercent, 0, {
    name: 'AMD Radeon 780M Graphics',
    vendor: 'AMD',
    memory: 'vram+gtt',
  });
}

/** The quarter of an hour before `NOW`, a sample each second: RAM rises from 58.0 % to 73.8 %. */
export function quarterHour(machine: Machine = {}): readonly Sample[] {
  return Array.from({length: 901}, (_, second) =>
    sampleAt(NOW - (900 - second) * 1000, {ramPercent: 58 + (15.8 * second) / 900, ...machine}),
  );
}

const NIGHT_MINUTES = 12 * 60;

/** The twelve hours before `NOW`, a sample a minute: RAM rises from 41.0 % to 73.8 %, all of it in the gateway. */
export function leakingNight(machine: Machine = {}): readonly Sample[] {
  return Array.from({length: NIGHT_MINUTES + 1}, (_, minute) => {
    const missing = 1 - minute / NIGHT_MINUTES;
    const at = NOW - (NIGHT_MINUTES - minute) * 60_000;
    const all = processes().map((one) =>
      one.pid === 5210 ? {...one, rssBytes: one.rssBytes - missing * 0.328 * 56 * GIB * 0.7} : one,
    );
    return sampleAt(at, {ramPercent: 73.8 - 32.8 * missing, processes: ok({at, processes: all}), ...machine});
  });
}

import type {GpuProcess, GpuReading} from '../core/sample.ts';
import {type Moment, offloaded, tight, warm, wave} from './demo-curves.ts';

const GIB = 2 ** 30;
const MIB = 2 ** 20;
const VRAM_BYTES = 24 * GIB;
const LLAMA_PID = 4127;
/** Small in RAM, and not in VRAM. */
const NOTEBOOK_PID = 6120;
const TRAINER_PID = 7311;
/** What the driver keeps for itself. */
const DRIVER_BYTES = 300 * MIB;

interface Players {
  readonly seed: number;
  readonly gpus: number;
  readonly ended: ReadonlySet<number>;
}

/** The demo's GPUs: the first serves a model, the others train one. */
export function demoGpus(players: Players, moment: Moment): readonly GpuReading[] {
  return Array.from({length: players.gpus}, (_, index) =>
    index === 0 ? server(players, moment) : trainer(players, moment, index),
  );
}

function server({seed, ended}: Players, moment: Moment): GpuReading {
  const model = offloaded(moment) * (0.78 + 0.018 * wave(seed, 901, moment));
  const heat = ended.has(LLAMA_PID) ? 0 : warm(moment);
  const load = ended.has(LLAMA_PID) ? 0 : offloaded(moment) * (66 + 14 * wave(seed, 903, moment, 17_000));
  return reading(ended, {
    index: 0,
    holders: [
      [LLAMA_PID, model * VRAM_BYTES],
      [NOTEBOOK_PID, 1.86 * GIB],
    ],
    load: 4 + 3 * wave(seed, 902, moment) + load,
    celsius: 42 + 24 * heat + 1.2 * wave(seed, 904, moment, 61_000),
  });
}

function trainer({seed, ended}: Players, moment: Moment, index: number): GpuReading {
  const isBusy = !ended.has(TRAINER_PID);
  // One of them takes more when the job does, and goes over its threshold.
  const share = 0.83 + (index === 2 ? 0.08 * tight(moment) : 0) + 0.004 * wave(seed, 910 + index, moment);
  return reading(ended, {
    index,
    holders: [[TRAINER_PID, share * VRAM_BYTES]],
    load: isBusy ? 95 + 4 * wave(seed, 930 + index, moment, 11_000) : 1,
    celsius: (isBusy ? 66 : 41) + index + 1.4 * wave(seed, 950 + index, moment, 47_000),
  });
}

interface Figures {
  readonly index: number;
  readonly holders: readonly (readonly [pid: number, bytes: number])[];
  readonly load: number;
  readonly celsius: number;
}

/** Who ends a program frees its VRAM. */
function reading(ended: ReadonlySet<number>, {index, holders, load, celsius}: Figures): GpuReading {
  const processes = holders
    .filter(([pid, bytes]) => !ended.has(pid) && bytes >= MIB)
    .map(([pid, bytes]): GpuProcess & {readonly usedBytes: number} => ({pid, usedBytes: wholeMib(bytes)}))
    .sort((a, b) => b.usedBytes - a.usedBytes);
  return {
    index,
    name: 'NVIDIA GeForce RTX 3090',
    uuid: `GPU-0a9b3c5e-000${index}-4d1f-8a7b-5e6f7a8b9c0d`,
    vendor: 'NVIDIA',
    usedBytes: processes.reduce((sum, {usedBytes}) => sum + usedBytes, DRIVER_BYTES),
    totalBytes: VRAM_BYTES,
    utilizationPercent: Math.round(Math.max(0, Math.min(100, load))),
    temperatureCelsius: Math.round(celsius),
    processes,
  };
}

function wholeMib(bytes: number): number {
  return Math.round(bytes / MIB) * MIB;
}

import type {Missing} from '../../core/sample.ts';
import type {Figure} from './figure.ts';
import {figureOf} from './nvidia-figure.ts';

const MIB = 2 ** 20;
const TIMESTAMP = /^\d{4}\/[01]\d\/[0-3]\d [0-2]\d:[0-5]\d:[0-6]\d(\.\d+)?$/;

/**
 * What is asked of each GPU: first what changes from turn to turn, then what it is. The name stands last: it alone may
 * hold a comma.
 */
export const GPU_FIELDS = [
  'timestamp',
  'memory.used',
  'utilization.gpu',
  'temperature.gpu',
  'index',
  'uuid',
  'pci.bus_id',
  'memory.total',
  'mig.mode.current',
  'name',
] as const;
/** How many of them change. */
const MOVING = 4;
export type GpuField = (typeof GPU_FIELDS)[number];

/** What is asked of each process that computes. */
export const APP_FIELDS = ['timestamp', 'gpu_uuid', 'pid', 'used_gpu_memory'] as const;

/** What a GPU is, which no turn changes. */
export interface GpuIdentity {
  readonly index: number;
  readonly uuid: string;
  readonly busId: string;
  readonly name: string;
  readonly isMig: boolean;
  readonly total: Figure;
}

/** One line of `--query-gpu`. */
export interface GpuLine {
  readonly gpu: GpuIdentity;
  readonly used: Figure;
  readonly utilization: Figure;
  readonly temperature: Figure;
}

/** One line of `--query-compute-apps`. */
export interface AppLine {
  /** Its moment within the day, milliseconds: good for telling lines of one turn from others. */
  readonly timeMs: number;
  readonly gpuUuid: string;
  readonly pid: number;
  readonly usedBytes?: number;
  readonly missing?: Missing;
}

/** Reads lines of figures, and gives nothing for any other, such as a message. What a GPU is, is read once. */
export function gpuLineParser(fields: readonly GpuField[]): (line: string) => GpuLine | undefined {
  const known = new Map<string, GpuIdentity>();
  return (line) => {
    const [timestamp = '', used = '', utilization = '', temperature = '', rest] = cellsOf(line, MOVING + 1);
    if (rest === undefined || !TIMESTAMP.test(timestamp)) return undefined;
    const gpu = known.get(rest) ?? identityOf(rest, fields.slice(MOVING));
    if (gpu === undefined) return undefined;
    if (known.size < MOST_KNOWN) known.set(rest, gpu);
    return {
      gpu,
      used: within(figureOf('used', used, MIB), gpu.total),
      utilization: figureOf('utilization', utilization),
      temperature: figureOf('temperature', temperature),
    };
  };
}

/** A machine has fewer GPUs; lines that are broken in ever new ways must not fill memory. */
const MOST_KNOWN = 256;

function identityOf(text: string, fields: readonly GpuField[]): GpuIdentity | undefined {
  const cells = cellsOf(text, fields.length);
  const cell = (field: GpuField) => cells[fields.indexOf(field)]?.trim() ?? '';
  const index = cell('index');
  // A line that was cut short says nothing of any GPU.
  if (cells.length < fields.length || !/^\d{1,4}$/.test(index)) return undefined;
  return {
    index: Number(index),
    uuid: plain(cell('uuid')),
    busId: plain(cell('pci.bus_id')),
    name: plain(cell('name')) || 'NVIDIA GPU',
    isMig: cell('mig.mode.current') === 'Enabled',
    total: positive(figureOf('total', cell('memory.total'), MIB)),
  };
}

/** A line of a process; `undefined` for any other. */
export function parseAppLine(line: string): AppLine | undefined {
  const [timestamp = '', gpuUuid = '', pid = '', used = ''] = cellsOf(line, APP_FIELDS.length);
  const timeMs = timeOf(timestamp);
  if (timeMs === undefined || !/^[1-9]\d{0,9}$/.test(pid) || plain(gpuUuid) === '') return undefined;
  const figure = figureOf('processes', used, MIB);
  const bytes = 'value' in figure ? {usedBytes: figure.value} : {missing: figure.missing};
  return {timeMs, gpuUuid, pid: Number(pid), ...bytes};
}

function positive(total: Figure): Figure {
  return 'value' in total && total.value === 0 ? figureOf('total', '[N/A]') : total;
}

/** No GPU has more in use than it has; such a pair was torn. */
function within(used: Figure, total: Figure): Figure {
  const isTooMuch = 'value' in used && 'value' in total && used.value > total.value;
  return isTooMuch ? figureOf('used', 'more than there is') : used;
}

/** The cells without the spaces around them; the last takes all that is left. */
function cellsOf(line: string, count: number): readonly string[] {
  const cells: string[] = [];
  let from = 0;
  while (cells.length < count - 1) {
    const comma = line.indexOf(',', from);
    if (comma < 0) break;
    cells.push(line.slice(from, comma).trim());
    from = comma + 1;
  }
  cells.push(line.slice(from).trim());
  return cells;
}

const DAY_MS = 86_400_000;

/** The moment of a line within its day, milliseconds. */
function timeOf(text: string): number | undefined {
  if (!TIMESTAMP.test(text)) return undefined;
  const part = (from: number, to?: number) => Number(text.slice(from, to));
  return (((part(11, 13) * 60 + part(14, 16)) * 60 + part(17)) * 1000) % DAY_MS;
}

/** A text of the driver's, and nothing where it has words in brackets instead. */
function plain(text: string): string {
  return /^\[.*\]$/.test(text) || /^(n\/a|err!)$/i.test(text) ? '' : text.slice(0, 120);
}

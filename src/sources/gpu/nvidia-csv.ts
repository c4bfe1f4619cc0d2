import type {GpuFigure, Missing} from '../../core/sample.ts';
import type {Figure} from './figure.ts';
import {figureOf} from './nvidia-figure.ts';

const MIB = 2 ** 20;

/** What is asked of each GPU. The name stands last: it alone may hold a comma. */
export const GPU_FIELDS = [
  'timestamp',
  'index',
  'uuid',
  'pci.bus_id',
  'memory.total',
  'memory.used',
  'utilization.gpu',
  'temperature.gpu',
  'mig.mode.current',
  'name',
] as const;
export type GpuField = (typeof GPU_FIELDS)[number];

/** What is asked of each process that computes. */
export const APP_FIELDS = ['timestamp', 'gpu_uuid', 'pid', 'used_gpu_memory'] as const;

/** One line of `--query-gpu`. */
export interface GpuLine {
  readonly index: number;
  readonly uuid: string;
  readonly busId: string;
  readonly name: string;
  readonly isMig: boolean;
  readonly usedBytes?: number;
  readonly totalBytes?: number;
  readonly utilizationPercent?: number;
  readonly temperatureCelsius?: number;
  readonly missing: Readonly<Partial<Record<GpuFigure, Missing>>>;
}

/** One line of `--query-compute-apps`. `timestampMs` is only good for telling lines of one moment from others. */
export interface AppLine {
  readonly timestampMs: number;
  readonly gpuUuid: string;
  readonly pid: number;
  readonly usedBytes?: number;
  readonly missing?: Missing;
}

/** A line of figures; `undefined` for any other, such as a message. */
export function parseGpuLine(line: string, fields: readonly GpuField[]): GpuLine | undefined {
  const cells = cellsOf(line, fields.length);
  const cell = (field: GpuField) => cells[fields.indexOf(field)]?.trim() ?? '';
  const index = cell('index');
  if (timestampOf(cell('timestamp')) === undefined || !/^\d{1,4}$/.test(index)) return undefined;
  const used = figureOf('used', cell('memory.used'), MIB);
  const total = positive(figureOf('total', cell('memory.total'), MIB));
  return {
    index: Number(index),
    uuid: plain(cell('uuid')),
    busId: plain(cell('pci.bus_id')),
    name: plain(cell('name')) || 'NVIDIA GPU',
    isMig: cell('mig.mode.current') === 'Enabled',
    ...figures({
      used: within(used, total),
      total,
      utilization: figureOf('utilization', cell('utilization.gpu')),
      temperature: figureOf('temperature', cell('temperature.gpu')),
    }),
  };
}

/** A line of a process; `undefined` for any other. */
export function parseAppLine(line: string): AppLine | undefined {
  const [timestamp = '', gpuUuid = '', pid = '', used = ''] = cellsOf(line, APP_FIELDS.length).map((cell) =>
    cell.trim(),
  );
  const timestampMs = timestampOf(timestamp);
  if (timestampMs === undefined || !/^[1-9]\d{0,9}$/.test(pid) || plain(gpuUuid) === '') return undefined;
  const figure = figureOf('processes', used, MIB);
  const bytes = 'value' in figure ? {usedBytes: figure.value} : {missing: figure.missing};
  return {timestampMs, gpuUuid, pid: Number(pid), ...bytes};
}

type Figures = Readonly<Record<Exclude<GpuFigure, 'processes'>, Figure>>;

function figures(given: Figures): Pick<GpuLine, 'missing'> & Partial<GpuLine> {
  const value = (figure: Figure) => ('value' in figure ? figure.value : undefined);
  const [usedBytes, totalBytes] = [value(given.used), value(given.total)];
  const [utilizationPercent, temperatureCelsius] = [value(given.utilization), value(given.temperature)];
  return {
    ...(usedBytes !== undefined && {usedBytes}),
    ...(totalBytes !== undefined && {totalBytes}),
    ...(utilizationPercent !== undefined && {utilizationPercent}),
    ...(temperatureCelsius !== undefined && {temperatureCelsius}),
    missing: Object.fromEntries(
      Object.entries(given).flatMap(([name, figure]) =>
        'missing' in figure ? [[name, figure.missing]] : [],
      ),
    ),
  };
}

function positive(total: Figure): Figure {
  return 'value' in total && total.value === 0 ? figureOf('total', '[N/A]') : total;
}

/** No GPU has more in use than it has; such a pair was torn. */
function within(used: Figure, total: Figure): Figure {
  const isTooMuch = 'value' in used && 'value' in total && used.value > total.value;
  return isTooMuch ? figureOf('used', 'more than there is') : used;
}

/** The last cell takes all that is left. */
function cellsOf(line: string, count: number): readonly string[] {
  const parts = line.split(',');
  return parts.length <= count ? parts : [...parts.slice(0, count - 1), parts.slice(count - 1).join(',')];
}

function timestampOf(text: string): number | undefined {
  if (!/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(\.\d+)?$/.test(text)) return undefined;
  const ms = Date.parse(`${text.replaceAll('/', '-').replace(' ', 'T')}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** A text of the driver's, and nothing where it has words in brackets instead. */
function plain(text: string): string {
  return /^\[.*\]$/.test(text) || /^(n\/a|err!)$/i.test(text) ? '' : text.slice(0, 120);
}

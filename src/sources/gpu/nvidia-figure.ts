import {denied, failed, type GpuFigure, unsupported} from '../../core/sample.ts';
import {cutEnd, safeText} from '../../core/text.ts';
import type {Figure} from './figure.ts';

/** What each figure is called in a reason. */
const NAMES: Readonly<Record<GpuFigure, string>> = {
  used: 'VRAM in use',
  total: 'its VRAM',
  utilization: 'utilisation',
  temperature: 'temperature',
  processes: 'what its processes hold',
};

/** One cell of nvidia-smi's CSV: a plain number, or words in brackets that say why there is none. */
export function figureOf(figure: GpuFigure, cell: string, unit = 1): Figure {
  const text = cell.trim();
  if (/^\d{1,9}(\.\d{1,6})?$/.test(text)) return {value: Number(text) * unit};
  const words = text.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (words === 'n/a' || words === 'not supported' || words === 'not found')
    return {missing: unsupported(`this GPU does not tell ${NAMES[figure]}`)};
  if (words === 'insufficient permissions')
    return {missing: denied(`not permitted to read ${NAMES[figure]}`)};
  if (words === 'gpu is lost') return {missing: failed(FELL_OFF)};
  return {missing: failed(`the driver answers "${cutEnd(safeText(text), 24)}" for ${NAMES[figure]}`)};
}

/** The reason of a GPU that the bus has no longer. */
export const FELL_OFF = 'fell off the bus';

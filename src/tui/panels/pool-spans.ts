import type {Pool, PoolFigures} from '../../core/frame.ts';
import type {GpuReading} from '../../core/sample.ts';
import {cutEnd, safeText} from '../../core/text.ts';
import {cursorSpan, fit, inverted, type Line, type Span, span} from '../line.ts';
import {levelOf} from '../pool-leak.ts';
import type {Role} from '../roles.ts';
import type {View} from '../view.ts';
import {bar} from './bar.ts';

/** Level and cursor stand before every name. */
export const MARKS = 2;

const SIGNS = {NORMAL: ' ', HIGH: '▲', CRITICAL: '■'} as const;
const ROLES = {NORMAL: 'ok', HIGH: 'warn', CRITICAL: 'critical'} as const;

/** Of the gauge: how full it is, and not where it goes. */
export function levelRole({status}: Pool): Role {
  return ROLES[status];
}

/** A pool's row, or its half of one: its marks in front, in another look under the cursor and where it is news. */
export function poolLine(view: View, pool: Pool, body: Line, width: number): Line {
  const isUnderCursor = view.ui.focus === 'memory' && view.ui.cursors.memory === pool.id;
  const level = levelOf(pool);
  const line = fit([span(SIGNS[level], ROLES[level]), cursorSpan(isUnderCursor), ...body], width);
  if (isUnderCursor) return inverted(line, width, 'accent');
  return view.flashing.has(pool.id) ? inverted(line, width, ROLES[level]) : line;
}

export function poolBar(pool: Pool, {percent}: PoolFigures, width: number, role: Role): readonly Span[] {
  return bar({percent, thresholdPercent: pool.thresholdPercent, width, role});
}

/** A pool that was never read: its model, unless that leaves too little room for the reason, and the reason. */
export function neverReadSpans(
  {label}: Pool,
  detail: string,
  reason: string,
  width: number,
): readonly Span[] {
  const room = width - MARKS - label.length;
  const hasRoom = room - detail.length - 3 >= Math.min(reason.length, room * 0.6);
  const model = detail !== '' && hasRoom ? ` ${detail}` : '';
  return [
    span(label),
    span(model, 'muted'),
    span(`  ${cutEnd(reason, Math.max(0, room - model.length - 2))}`, 'warn'),
  ];
}

/** The GPU whose figures stand in a pool's row; of unified memory the first that shares it. */
export function gpuOf({gpu, unified}: Pool): GpuReading | undefined {
  return gpu ?? unified?.[0];
}

/** What stands beside the label. */
export function detailName({detail, gpu, unified}: Pool): string {
  if (unified !== undefined) return 'unified';
  const name = shortGpuName(safeText(detail));
  return gpu?.memory === 'vram+gtt' ? `+GTT ${name}`.trim() : name;
}

export function utilText({utilizationPercent, missing}: GpuReading): string {
  if (utilizationPercent === undefined) return missing?.utilization === undefined ? '' : '–';
  return `${Math.round(utilizationPercent)}%`;
}

/** In 5 cells: `74 °C`. */
export function tempText(gpu: GpuReading): string {
  return temperature(gpu, (degrees) => `${degrees}${degrees < 100 ? ' ' : ''}°C`);
}

/** In 3 cells: `74°`. */
export function narrowTempText(gpu: GpuReading): string {
  return temperature(gpu, (degrees) => `${degrees}${degrees < 100 ? '°' : ''}`);
}

function temperature({temperatureCelsius, missing}: GpuReading, write: (degrees: number) => string): string {
  if (temperatureCelsius === undefined) return missing?.temperature === undefined ? '' : '–';
  return write(Math.round(temperatureCelsius));
}

/** The vendor's words say nothing that the model does not. */
function shortGpuName(name: string): string {
  return name.replace(/^(NVIDIA GeForce|NVIDIA|AMD Radeon|AMD|Intel\(R\)|Intel)\s+/, '');
}

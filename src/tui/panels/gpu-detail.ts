import {formatBytes, formatClock, formatPercent, formatThreshold} from '../../core/format.ts';
import type {Frame, Pool} from '../../core/frame.ts';
import {programName} from '../../core/program.ts';
import type {GpuFigure, GpuProcess, GpuReading} from '../../core/sample.ts';
import {cutEnd, safeText} from '../../core/text.ts';
import {gpuNumber} from '../../core/vram.ts';
import {fit, type Line, type Span, span, wrap} from '../line.ts';
import {hasPace} from '../pool-leak.ts';
import type {View} from '../view.ts';
import {evidenceText, verdictText} from './leak-lines.ts';

interface Fact {
  readonly name: string;
  readonly value: string;
  /** A reason stands in place of the figure. */
  readonly isMissing?: boolean;
}

const NAME_WIDTH = 13;

/** All that is known of one GPU, and who holds its memory. */
export function gpuFacts(view: View, pool: Pool, gpu: GpuReading): readonly Line[] {
  return [...lost(gpu), ...inColumns(factsOf(view, pool, gpu), view.width), ...processRows(view, gpu)];
}

function lost({lost}: GpuReading): readonly Line[] {
  return lost === undefined ? [] : [[span(`  ${safeText(lost.reason)}`, 'warn')]];
}

function factsOf(view: View, pool: Pool, gpu: GpuReading): readonly Fact[] {
  return [
    ...memoryFacts(pool, gpu),
    ...verdictFacts(view, pool),
    figure('utilisation', gpu, 'utilization', gpu.utilizationPercent, (value) => `${Math.round(value)}%`),
    figure('temperature', gpu, 'temperature', gpu.temperatureCelsius, (value) => `${Math.round(value)} °C`),
    {name: 'average', value: pool.average === undefined ? '–' : formatPercent(pool.average)},
    {name: 'peak', value: peakText(pool)},
    {name: 'trend', value: pool.trend},
    {name: 'threshold', value: formatThreshold(pool.thresholdPercent)},
    ...(gpu.memory === 'vram+gtt'
      ? [{name: 'memory', value: 'VRAM and GTT (system memory that the GPU maps)'}]
      : []),
    ...(gpu.vendor === undefined ? [] : [{name: 'vendor', value: safeText(gpu.vendor)}]),
    ...(gpu.uuid === undefined ? [] : [{name: 'uuid', value: safeText(gpu.uuid)}]),
  ];
}

function verdictFacts(view: View, {leak}: Pool): readonly Fact[] {
  if (leak === undefined) return [];
  // Who holds its memory needs the rows more than why nothing is to be said.
  const isNews = hasPace(leak);
  return [
    {name: 'verdict', value: verdictText(view, leak)},
    ...(isNews ? [{name: 'evidence', value: evidenceText(view, leak)}] : []),
  ];
}

function peakText({peak}: Pool): string {
  return peak === undefined ? '–' : `${formatPercent(peak.percent)} at ${formatClock(peak.at)}`;
}

/** Where nothing is known now, what was known last. */
function memoryFacts({reading, lastGood}: Pool, gpu: GpuReading): readonly Fact[] {
  const figures = reading.status === 'ok' ? reading.value : lastGood?.figures;
  if (figures === undefined)
    return [
      figure('used', gpu, 'used', gpu.usedBytes, formatBytes),
      figure('total', gpu, 'total', gpu.totalBytes, formatBytes),
    ];
  const {usedBytes, totalBytes, availableBytes, percent} = figures;
  const used = `${formatBytes(usedBytes)} of ${formatBytes(totalBytes)}, ${formatPercent(percent)}`;
  const left: Fact = {name: 'left', value: formatBytes(availableBytes)};
  if (reading.status === 'ok') return [{name: 'used', value: used}, left];
  const at = lastGood === undefined ? '' : ` at ${formatClock(lastGood.at)}`;
  const reason =
    gpu.lost === undefined ? [{name: 'now', value: safeText(reading.reason), isMissing: true}] : [];
  return [...reason, {name: 'last used', value: `${used}${at}`}, left];
}

function figure(
  name: string,
  {missing, lost}: GpuReading,
  kind: GpuFigure,
  value: number | undefined,
  write: (value: number) => string,
): Fact {
  if (value !== undefined) return {name, value: write(value)};
  const reason = lost === undefined ? missing?.[kind]?.reason : undefined;
  return {name, value: safeText(reason ?? '–'), isMissing: true};
}

/** Two beside each other where both fit and the screen is wide enough. */
function inColumns(facts: readonly Fact[], width: number): readonly Line[] {
  const half = Math.floor(width / 2);
  const fits = ({value}: Fact) => width >= 80 && value.length <= half - NAME_WIDTH - 3;
  const lines: Line[] = [];
  for (let index = 0; index < facts.length; index += 1) {
    const [fact, next] = facts.slice(index, index + 2);
    if (fact === undefined) break;
    const isPair = next !== undefined && fits(fact) && fits(next);
    if (isPair) lines.push([...fit(factSpans(fact), half), ...factSpans(next)]);
    else lines.push(...wholeRows(fact, width));
    if (isPair) index += 1;
  }
  return lines;
}

function wholeRows({name, value, isMissing = false}: Fact, width: number): readonly Line[] {
  const texts = wrap(value, width - NAME_WIDTH - 3);
  return texts.map((text, index) => factSpans({name: index === 0 ? name : '', value: text, isMissing}));
}

function factSpans({name, value, isMissing = false}: Fact): readonly Span[] {
  return [span(`  ${name.padEnd(NAME_WIDTH)}`, 'muted'), span(value, isMissing ? 'muted' : 'text')];
}

function processRows({frame, width}: View, gpu: GpuReading): readonly Line[] {
  if (gpu.processes === undefined || gpu.processes.length === 0) {
    const none = gpu.processes === undefined ? (gpu.missing?.processes?.reason ?? '–') : 'none';
    return wholeRows({name: 'processes', value: safeText(none), isMissing: true}, width);
  }
  return [
    [span('  processes', 'muted')],
    ...gpu.processes.map((share) => processRow(frame, gpu, share, width)),
  ];
}

const WHO_WIDTH = 28;

function processRow(frame: Frame, gpu: GpuReading, share: GpuProcess, width: number): Line {
  const hidden = hiddenReason(frame, gpu, share);
  const whoWidth = width >= 60 ? WHO_WIDTH : 20;
  const pid = ` (${share.pid})`;
  const name = hidden === undefined ? nameOf(frame, share.pid) : undefined;
  const who = name === undefined ? `pid ${share.pid}` : `${cutEnd(name, whoWidth - pid.length)}${pid}`;
  const held = share.usedBytes === undefined ? '–' : formatBytes(share.usedBytes);
  const reason = cutEnd(safeText(hidden ?? ''), Math.max(0, width - whoWidth - 14));
  return [span(`  ${who.padEnd(whoWidth)} ${held.padStart(8)}`), span(`  ${reason}`, 'muted')];
}

function hiddenReason({vram}: Frame, gpu: GpuReading, {pid, hidden}: GpuProcess): string | undefined {
  const number = gpuNumber(gpu);
  return hidden ?? vram?.hidden.find((share) => share.pid === pid && share.gpu === number)?.hidden;
}

function nameOf({processes}: Frame, pid: number): string | undefined {
  if (processes?.status !== 'ok') return undefined;
  const process = processes.value.processes.find((one) => one.pid === pid);
  return process && programName(process).title;
}

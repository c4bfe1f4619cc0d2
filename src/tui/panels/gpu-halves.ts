import {formatBytes, formatPair} from '../../core/format.ts';
import type {Pool, PoolFigures} from '../../core/frame.ts';
import type {GpuReading} from '../../core/sample.ts';
import {cutEnd, safeText} from '../../core/text.ts';
import {type Line, type Span, span} from '../line.ts';
import {gpuPools, type PoolRow} from '../pool-rows.ts';
import type {View} from '../view.ts';
import {
  detailName,
  levelRole,
  MARKS,
  narrowTempText,
  neverReadSpans,
  poolBar,
  poolLine,
  tempText,
  utilText,
} from './pool-spans.ts';

type Form = readonly {
  readonly width: number;
  readonly cell: (figures: PoolFigures, gpu: GpuReading) => string;
}[];

const UTIL = {width: 4, cell: (_: PoolFigures, gpu: GpuReading) => utilText(gpu)};
const WIDE: Form = [
  {width: 15, cell: ({usedBytes, totalBytes}) => formatPair(usedBytes, totalBytes)},
  UTIL,
  {width: 5, cell: (_, gpu) => tempText(gpu)},
];
const USED = {width: 8, cell: ({usedBytes}: PoolFigures) => formatBytes(usedBytes)};
const MIDDLE: Form = [USED, UTIL, {width: 3, cell: (_, gpu) => narrowTempText(gpu)}];
const NARROW: Form = [USED];

/** The bar carries its figure in these. */
const LEAST_BAR = 6;

/** Two GPUs in one row, each with its own level and cursor. */
export function gpuHalves(view: View, {left, right}: Extract<PoolRow, {kind: 'halves'}>): Line {
  const half = Math.floor((view.width - 1) / 2);
  const nameWidth = Math.max(...gpuPools(view.frame).map(({label}) => label.length));
  const [first, second] = [left, right].map((pool) =>
    pool === undefined ? [] : poolLine(view, pool, halfSpans(pool, half, nameWidth), half),
  );
  return [...(first ?? []), span(' '.repeat(view.width - 2 * half)), ...(second ?? [])];
}

function formFor(half: number): Form {
  if (half >= 59) return WIDE;
  return half >= 39 ? MIDDLE : NARROW;
}

function halfSpans(pool: Pool, half: number, nameWidth: number): Line {
  const {reading, lastGood, gpu} = pool;
  const form = formFor(half);
  const cellsWidth = form.reduce((sum, {width}) => sum + width + 1, 0);
  const head = MARKS + nameWidth + 1;
  const barWidth = Math.max(LEAST_BAR, half - head - cellsWidth);
  const name = span(`${pool.label.padEnd(nameWidth)} `);
  if (reading.status === 'ok')
    return [
      name,
      ...poolBar(pool, reading.value, barWidth, levelRole(pool)),
      ...(gpu === undefined ? [] : form.map(({width, cell}) => cellSpan(cell(reading.value, gpu), width))),
    ];
  const reason = safeText(reading.reason);
  if (lastGood === undefined) return neverReadSpans(pool, detailName(pool), reason, half);
  return [
    name,
    ...poolBar(pool, lastGood.figures, barWidth, 'muted'),
    span(` ${cutEnd(reason, half - head - barWidth - 1)}`, 'warn'),
  ];
}

function cellSpan(text: string, width: number): Span {
  return span(` ${text.padStart(width)}`, text === '–' ? 'muted' : 'text');
}

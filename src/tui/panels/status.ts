import {formatBytes, formatElapsed, formatPercent, formatThreshold} from '../../core/format.ts';
import type {Pool} from '../../core/frame.ts';
import {safeText} from '../../core/text.ts';
import type {WidthClass} from '../layout.ts';
import {fit, inverted, type Line, span} from '../line.ts';
import type {Role} from '../roles.ts';
import type {View} from '../view.ts';

type Chip = 'NORMAL' | 'HIGH' | 'NO DATA' | 'CRITICAL';

const RANK: Readonly<Record<Chip, number>> = {NORMAL: 0, HIGH: 1, 'NO DATA': 2, CRITICAL: 3};
const SIGN: Readonly<Record<Chip, string>> = {NORMAL: '●', HIGH: '▲', 'NO DATA': '▲', CRITICAL: '■'};
const ROLE: Readonly<Record<Chip, Role>> = {
  NORMAL: 'ok',
  HIGH: 'warn',
  'NO DATA': 'warn',
  CRITICAL: 'critical',
};

/** The second row: one chip and one sentence, the worst truth now. */
export function statusLine(view: View, widthClass: WidthClass): Line {
  const concerns = view.frame.pools.map((pool) => ({pool, chip: chipOf(pool)})).sort(worseFirst);
  const [worst = {pool: view.frame.ram, chip: 'NORMAL' as const}] = concerns;
  const others = concerns.filter(({chip}) => chip !== 'NORMAL').length - 1;
  const more = others > 0 && widthClass >= 60 ? ` · +${others} more` : '';
  const silenced = worst.pool.silenced ? ' silenced' : '';
  const text = ` ${sentence(view, worst.pool, worst.chip, widthClass)}${more}`;
  const chip = ` ${SIGN[worst.chip]} ${worst.chip}${silenced} `;
  if (worst.chip === 'CRITICAL') return inverted([span(chip), span(text)], view.width, 'critical');
  return fit(
    [span(chip, ROLE[worst.chip], {inverse: worst.chip !== 'NORMAL', bold: true}), span(text)],
    view.width,
  );
}

interface Concern {
  readonly pool: Pool;
  readonly chip: Chip;
}

function chipOf(pool: Pool): Chip {
  // A GPU whose figures nobody can tell is no news; memory that was read and is no more, is. Swap goes with RAM.
  if (pool.reading.status !== 'ok') {
    const isNews = pool.kind === 'ram' || (pool.kind === 'gpu' && pool.lastGood !== undefined);
    return isNews ? 'NO DATA' : 'NORMAL';
  }
  return pool.status;
}

function worseFirst(a: Concern, b: Concern): number {
  return RANK[b.chip] - RANK[a.chip] || Number(a.pool.silenced) - Number(b.pool.silenced);
}

function sentence(view: View, pool: Pool, chip: Chip, widthClass: WidthClass): string {
  if (pool.reading.status !== 'ok') return missingSentence(view, pool, pool.reading.reason);
  const {percent, availableBytes} = pool.reading.value;
  const share = formatPercent(percent);
  if (chip === 'NORMAL') return normalSentence(view, `${pool.what} ${share}`, pool, widthClass);
  const left = `${formatBytes(availableBytes)} left`;
  if (widthClass === 40) return `${pool.kind === 'ram' ? '' : `${pool.label} `}${share}, ${left}`;
  const since = pool.firingMs === undefined ? '' : ` for ${formatElapsed(pool.firingMs)}`;
  const over = `${pool.what} ${share}, over ${formatThreshold(pool.thresholdPercent)}${since}`;
  if (widthClass === 60) return over;
  const trend = widthClass === 100 && pool.trend !== 'stable' ? `, ${pool.trend}` : '';
  return `${over}${trend} · ${left}`;
}

function normalSentence(view: View, what: string, pool: Pool, widthClass: WidthClass): string {
  if (widthClass === 40) return `${what}, ${pool.trend}`;
  return `${what}, ${pool.trend} · no alert for ${formatElapsed(view.quietMs)}`;
}

function missingSentence(view: View, pool: Pool, reason: string): string {
  const since = pool.lastGood === undefined ? '' : ` for ${formatElapsed(view.now - pool.lastGood.at)}`;
  return `${pool.what} not read${since}: ${safeText(reason)}`;
}

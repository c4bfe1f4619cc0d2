import {formatBytes, formatElapsed, formatPercent, formatThreshold} from '../../core/format.ts';
import type {Pool} from '../../core/frame.ts';
import {endingText} from '../../core/job/job-ending.ts';
import type {FiringAlert} from '../../core/rules/rule.ts';
import {cutEnd, safeText} from '../../core/text.ts';
import type {WidthClass} from '../layout.ts';
import {fit, inverted, type Line, span} from '../line.ts';
import type {Role} from '../roles.ts';
import type {View} from '../view.ts';

type Chip = 'NORMAL' | 'ENDED' | 'HIGH' | 'NO DATA' | 'CRITICAL';

const RANK: Readonly<Record<Chip, number>> = {
  NORMAL: 0,
  HIGH: 1,
  'NO DATA': 2,
  CRITICAL: 3,
  ENDED: 4,
};
const SIGN: Readonly<Record<Chip, string>> = {
  NORMAL: '●',
  ENDED: '●',
  HIGH: '▲',
  'NO DATA': '▲',
  CRITICAL: '■',
};
const ROLE: Readonly<Record<Chip, Role>> = {
  NORMAL: 'ok',
  ENDED: 'ok',
  HIGH: 'warn',
  'NO DATA': 'warn',
  CRITICAL: 'critical',
};

/** The second row: one chip and one sentence, the worst truth now. */
export function statusLine(view: View, widthClass: WidthClass): Line {
  const {pools, alerts, ram} = view.frame;
  const concerns: readonly Concern[] = [
    ...endedConcern(view),
    ...pools.map((pool) => poolConcern(view, pool, widthClass)),
    ...alerts.map((alert) => alertConcern(alert, widthClass)),
  ];
  const [worst = poolConcern(view, ram, widthClass)] = concerns.toSorted(worseFirst);
  const others = concerns.filter(({chip}) => chip !== 'NORMAL').length - 1;
  const more = others > 0 && widthClass >= 60 ? ` · +${others} more` : '';
  const silenced = worst.silenced ? ' silenced' : '';
  const chip = ` ${worst.isBad ? SIGN.CRITICAL : SIGN[worst.chip]} ${worst.chip}${silenced} `;
  const text = ` ${cutEnd(worst.text, Math.max(8, view.width - more.length - chip.length - 1))}${more}`;
  if (worst.chip === 'CRITICAL' || worst.isBad)
    return inverted([span(chip), span(text)], view.width, 'critical');
  return fit(
    [span(chip, ROLE[worst.chip], {inverse: worst.chip !== 'NORMAL', bold: true}), span(text)],
    view.width,
  );
}

interface Concern {
  readonly chip: Chip;
  readonly text: string;
  readonly silenced: boolean;
  /** A job that did not end well. */
  readonly isBad?: boolean;
}

/** `job ended with 0 after 5 h 22 m · peak 36.7 GiB`: nothing is worth more than how it ended. */
function endedConcern({jobEnding}: View): readonly Concern[] {
  if (jobEnding === undefined) return [];
  const isBad = jobEnding.exit.signal !== undefined || (jobEnding.exit.code ?? 0) !== 0;
  return [{chip: 'ENDED', text: `job ${safeText(endingText(jobEnding))}`, silenced: false, isBad}];
}

function poolConcern(view: View, pool: Pool, widthClass: WidthClass): Concern {
  const chip = chipOf(pool);
  return {chip, text: sentence(view, pool, chip, widthClass), silenced: pool.silenced};
}

/** `pressure some 12.4% over 10 s, over 10% for 1 m`. */
function alertConcern({what, status, text, silenced}: FiringAlert, widthClass: WidthClass): Concern {
  const whole = `${what} ${text}`;
  const short = whole.split(', ')[0] ?? whole;
  return {chip: status, text: safeText(widthClass === 40 ? short : whole), silenced};
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
  return RANK[b.chip] - RANK[a.chip] || Number(a.silenced) - Number(b.silenced);
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

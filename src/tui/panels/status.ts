import {formatBytes, formatElapsed, formatPercent, formatThreshold} from '../../core/format.ts';
import type {Pool, PoolFigures} from '../../core/frame.ts';
import {endingText} from '../../core/job/job-ending.ts';
import {isRising} from '../../core/leak/verdict.ts';
import {LEAK_RULE} from '../../core/rules/leak-rule.ts';
import type {FiringAlert} from '../../core/rules/rule.ts';
import {cutEnd, safeText} from '../../core/text.ts';
import type {WidthClass} from '../layout.ts';
import {fit, inverted, type Line, span} from '../line.ts';
import {conditionOf, isRunningOut, limitAhead} from '../pool-leak.ts';
import type {Role} from '../roles.ts';
import type {View} from '../view.ts';
import {
  calmWords,
  firstThatFits,
  growingSentence,
  growthBehind,
  leakSentence,
  runningOutSentence,
} from './status-leak.ts';

type Chip = 'NORMAL' | 'ENDED' | 'LEAK' | 'HIGH' | 'NO DATA' | 'CRITICAL';

const RANK: Readonly<Record<Chip, number>> = {
  NORMAL: 0,
  LEAK: 1,
  HIGH: 2,
  'NO DATA': 3,
  CRITICAL: 4,
  ENDED: 5,
};
const SIGN: Readonly<Record<Chip, string>> = {
  NORMAL: '●',
  ENDED: '●',
  LEAK: '▲',
  HIGH: '▲',
  'NO DATA': '▲',
  CRITICAL: '■',
};
const ROLE: Readonly<Record<Chip, Role>> = {
  NORMAL: 'ok',
  ENDED: 'ok',
  LEAK: 'warn',
  HIGH: 'warn',
  'NO DATA': 'warn',
  CRITICAL: 'critical',
};
/** The second row: one chip and one sentence, the worst truth now. */
export function statusLine(view: View, widthClass: WidthClass): Line {
  const {pools, alerts, ram} = view.frame;
  const concerns: readonly Concern[] = [
    ...endedConcern(view),
    ...pools.map((pool) => poolConcern(view, pool)),
    // Leaks are told with their pools.
    ...alerts.filter((alert) => !isLeakAlert(alert)).map((alert) => alertConcern(alert, widthClass)),
  ];
  const worst = worstOf(concerns) ?? poolConcern(view, ram);
  const others = concerns.filter(({chip}) => chip !== 'NORMAL').length - 1;
  const more = others > 0 && widthClass >= 60 ? ` · +${others} more` : '';
  const silenced = worst.silenced ? ' silenced' : '';
  const chip = ` ${worst.isBad ? SIGN.CRITICAL : SIGN[worst.chip]} ${worst.chip}${silenced} `;
  const room = Math.max(8, view.width - more.length - chip.length - 1);
  const text = ` ${cutEnd(worst.text(widthClass, room), room)}${more}`;
  if (worst.chip === 'CRITICAL' || worst.isBad)
    return inverted([span(chip), span(text)], view.width, 'critical');
  return fit(
    [span(chip, ROLE[worst.chip], {inverse: worst.chip !== 'NORMAL', bold: true}), span(text)],
    view.width,
  );
}

interface Concern {
  readonly chip: Chip;
  /** Its sentence, in so many cells where it can be told in them. */
  readonly text: (widthClass: WidthClass, room: number) => string;
  readonly silenced: boolean;
  /** Until a limit is reached, milliseconds. */
  readonly limitMs?: number | undefined;
  /** A job that did not end well. */
  readonly isBad?: boolean;
}

/** `job ended with 0 after 5 h 22 m · peak 36.7 GiB`: nothing is worth more than how it ended. */
function endedConcern({jobEnding}: View): readonly Concern[] {
  if (jobEnding === undefined) return [];
  const isBad = jobEnding.exit.signal !== undefined || (jobEnding.exit.code ?? 0) !== 0;
  const text = `job ${safeText(endingText(jobEnding))}`;
  return [{chip: 'ENDED', text: () => text, silenced: false, isBad}];
}

function poolConcern(view: View, pool: Pool): Concern {
  const chip = chipOf(pool);
  return {
    chip,
    text: (widthClass, room) => sentence(view, pool, chip, widthClass, room),
    // Its leak is another alert, that nobody may have silenced.
    silenced: isSilenced(view, pool, chip),
    limitMs: limitAhead(pool)?.ms,
  };
}

function isLeakAlert({ruleId}: FiringAlert): boolean {
  return ruleId.startsWith(LEAK_RULE);
}

/** All that is told of a pool is silenced: how full it is, and its leak, which is an alert of its own. */
function isSilenced({frame}: View, {id, silenced}: Pool, chip: Chip): boolean {
  const leak = frame.alerts.find(({ruleId}) => ruleId === `${LEAK_RULE}${id}`);
  return chip === 'LEAK' ? leak?.silenced === true : silenced && leak?.silenced !== false;
}

/** `pressure some 12.4% over 10 s, over 10% for 1 m`. */
function alertConcern({what, status, text, silenced}: FiringAlert, widthClass: WidthClass): Concern {
  const whole = `${what} ${text}`;
  const short = whole.split(', ')[0] ?? whole;
  const shown = safeText(widthClass === 40 ? short : whole);
  return {chip: status, text: () => shown, silenced};
}

function chipOf(pool: Pool): Chip {
  // A GPU whose figures nobody can tell is no news; memory that was read and is no more, is. Swap goes with RAM.
  if (pool.reading.status !== 'ok') {
    const isNews = pool.kind === 'ram' || (pool.kind === 'gpu' && pool.lastGood !== undefined);
    return isNews ? 'NO DATA' : 'NORMAL';
  }
  return conditionOf(pool);
}

/** The worst; of those that are as bad the one that is at its limit well before the first, so that two close ones do not take turns. */
function worstOf(concerns: readonly Concern[]): Concern | undefined {
  const [first, ...others] = concerns.toSorted(
    (a, b) => rankOf(b) - rankOf(a) || Number(a.silenced) - Number(b.silenced),
  );
  const isSooner = ({chip, silenced, limitMs}: Concern, than: Concern) =>
    chip === than.chip &&
    silenced === than.silenced &&
    limitMs !== undefined &&
    limitMs * WELL_BEFORE < (than.limitMs ?? Number.MAX_VALUE);
  return first && others.reduce((worst, one) => (isSooner(one, worst) ? one : worst), first);
}

const WELL_BEFORE = 1.5;

/** What was silenced gives way to a leak that was not. */
function rankOf({chip, silenced}: Concern): number {
  return chip === 'HIGH' && silenced ? RANK.LEAK - 0.5 : RANK[chip];
}

function sentence(view: View, pool: Pool, chip: Chip, widthClass: WidthClass, room: number): string {
  if (pool.reading.status !== 'ok') return missingSentence(view, pool, pool.reading.reason);
  if (chip === 'NORMAL') return normalSentence(view, pool, widthClass, room);
  if (chip === 'LEAK') return leakSentence(view, pool, widthClass, room);
  return isRunningOut(pool)
    ? runningOutSentence(pool, widthClass)
    : fullSentence(view, pool, pool.reading.value, widthClass, room);
}

/** `GPU 2 VRAM 92.1%, over 90% for 33 m · leak +0.9 GiB/h since 01:40 · limit in ~2 h 10 m (1 h 40 m – 2 h 50 m)`. */
function fullSentence(
  view: View,
  pool: Pool,
  {percent, availableBytes}: PoolFigures,
  widthClass: WidthClass,
  room: number,
): string {
  const share = formatPercent(percent);
  const left = `${formatBytes(availableBytes)} left`;
  if (widthClass === 40) return `${pool.kind === 'ram' ? '' : `${pool.label} `}${share}, ${left}`;
  const since = pool.firingMs === undefined ? '' : ` for ${formatElapsed(pool.firingMs)}`;
  const over = `${pool.what} ${share}, over ${formatThreshold(pool.thresholdPercent)}${since}`;
  const growth = pool.leak && isRising(pool.leak) ? growthBehind(view, pool) : [];
  const calm = widthClass === 60 ? [] : [` · ${left}`];
  return firstThatFits(
    [...growth.map((text) => over + text), ...calm.map((text) => over + text), over],
    room,
  );
}

function normalSentence(view: View, pool: Pool, widthClass: WidthClass, room: number): string {
  const {leak, trend} = pool;
  if (leak?.state === 'growing') return growingSentence(view, pool, widthClass, room);
  const share = pool.reading.status === 'ok' ? ` ${formatPercent(pool.reading.value.percent)}` : '';
  const state = leak === undefined ? trend : calmWords(leak, widthClass);
  const what = `${pool.what}${share}, ${state}`;
  return firstThatFits(
    [`${what} · no alert for ${formatElapsed(view.quietMs)}`, what],
    widthClass === 40 ? 0 : room,
  );
}

function missingSentence(view: View, pool: Pool, reason: string): string {
  const since = pool.lastGood === undefined ? '' : ` for ${formatElapsed(view.now - pool.lastGood.at)}`;
  return `${pool.what} not read${since}: ${safeText(reason)}`;
}

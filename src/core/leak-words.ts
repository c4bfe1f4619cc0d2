import {formatChange, formatClock, formatDay, formatDuration} from './format.ts';
import type {TimeTo} from './leak/forecast.ts';
import type {LeakVerdict} from './leak/verdict.ts';

/** How verdicts and forecasts are told, the same on the screen, in alerts and in the report. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Beyond this a forecast says nothing that anybody could use. */
const FARTHEST_MS = 30 * DAY;

/** From which time on a forecast is rounded to what. */
const STEPS: readonly (readonly [below: number, step: number])[] = [
  [MINUTE, 10 * SECOND],
  [10 * MINUTE, MINUTE],
  [HOUR, 5 * MINUTE],
  [10 * HOUR, 10 * MINUTE],
  [2 * DAY, HOUR],
  [Number.POSITIVE_INFINITY, DAY],
];

/** A forecast, which is not exact to the second: `~5 h 40 m`, `~3 d`; nothing beyond 30 days. */
export function formatAhead(ms: number): string | undefined {
  const text = ms <= FARTHEST_MS ? roundedAhead(ms) : undefined;
  return text && `~${text}`;
}

/** `~5 h 40 m (4 h 50 m – 6 h 20 m)`; an interval that rounding takes away is left out. */
export function formatForecast({ms, lowMs, highMs}: TimeTo): string | undefined {
  const ahead = formatAhead(ms);
  const [low, high] = [roundedAhead(lowMs), roundedAhead(highMs)];
  return ahead && (low === high ? ahead : `${ahead} (${low} – ${high})`);
}

/** `~5 h 40 m`, told also where it is far. */
export function roundedAhead(ms: number): string {
  const step = STEPS.find(([below]) => ms < below)?.[1] ?? DAY;
  return formatDuration(Math.max(step, Math.round(ms / step) * step));
}

/** Growth an hour, signed: `+2.6 GiB/h`; nothing where it is not known. */
export function formatGrowth({ratePerHour}: {readonly ratePerHour?: number}): string | undefined {
  return ratePerHour === undefined ? undefined : `${formatChange(ratePerHour)}/h`;
}

/** The same with its 80 % interval: `+2.6 GiB/h (2.3 – 3.0 GiB)`, `-410 MiB/h (380 – 440 MiB)`; one that is narrower than can be written, or that is not known, is left out. */
export function formatRate({ratePerHour, ratePerHourInterval: interval}: LeakVerdict): string | undefined {
  if (ratePerHour === undefined) return undefined;
  if (interval === undefined) return formatGrowth({ratePerHour});
  const sizes = [interval.low, interval.high].map((rate) => Math.max(0, ratePerHour < 0 ? -rate : rate));
  const [from = '', to = ''] = sizes
    .toSorted((a, b) => a - b)
    .map((size) => formatChange(size).replace('+', ''));
  const [figure = '', unit = ''] = from.split(' ');
  if (from === to) return `${formatChange(ratePerHour)}/h`;
  return `${formatChange(ratePerHour)}/h (${to.endsWith(` ${unit}`) ? figure : from} – ${to})`;
}

/** `88% sure`; a figure that nobody can tell from certainty is not given as certain. */
export function formatSure({confidence}: Pick<LeakVerdict, 'confidence'>): string {
  return `${Math.min(99, Math.round(confidence * 100))}% sure`;
}

/** A moment of growth, with its day where that is not the day of `now`: `09:10`, `Sun 22 Nov 09:10`. */
export function formatSince(sinceAt: number, now: number): string {
  const clock = formatClock(sinceAt, 'minutes');
  return formatDay(sinceAt) === formatDay(now) ? clock : `${formatDay(sinceAt)} ${clock}`;
}

/** Time to the limit, from whichever is told: that of a runaway comes before that of slow growth. */
export function timeToLimit({forecast, fastExhaustion}: LeakVerdict): TimeTo | undefined {
  return fastExhaustion ?? forecast.toLimit;
}

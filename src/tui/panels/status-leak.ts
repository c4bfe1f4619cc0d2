import {formatDuration, formatPercent, formatThreshold} from '../../core/format.ts';
import type {Pool} from '../../core/frame.ts';
import type {LeakVerdict} from '../../core/leak/verdict.ts';
import {
  formatAhead,
  formatForecast,
  formatGrowth,
  formatSince,
  formatSure,
  roundedAhead,
} from '../../core/leak-words.ts';
import type {WidthClass} from '../layout.ts';
import {limitAhead, paceOf} from '../pool-leak.ts';
import type {View} from '../view.ts';

/** What is told of growth, in the order in which it stands in a sentence. */
interface GrowthWords {
  /** `+2.6 GiB/h`. */
  readonly pace: string;
  /** ` since 09:10`. */
  readonly since: string;
  /** `, 94% sure`. */
  readonly sure: string;
  /** ` · 80% in ~1 h 20 m`. */
  readonly threshold: string;
  /** `limit in ~5 h 40 m`, without and with its interval. */
  readonly limit: string;
  readonly limitWithin: string;
}

/** `RAM 73.8%, +2.6 GiB/h since 09:10, 94% sure · 80% in ~1 h 20 m · limit in ~5 h 40 m (4 h 50 m – 6 h 20 m)`. */
export function leakSentence(view: View, pool: Pool, widthClass: WidthClass, room: number): string {
  const words = growthWords(view, pool);
  const {pace, since, sure, threshold} = words;
  const [limit, limitWithin] = behind(words);
  const name = pool.kind === 'ram' ? '' : `${pool.label} `;
  if (widthClass === 40) return `${name}${[pace, words.limit].filter((part) => part !== '').join(', ')}`;
  const share = shareOf(pool);
  const short = `${pool.label} ${pace}`;
  const whole = `${pool.what}${share}, ${pace}`;
  const fitting = [
    ...(widthClass === 100
      ? [`${whole}${since}${sure}${threshold}${limitWithin}`, `${whole}${since}${threshold}${limitWithin}`]
      : []),
    ...(widthClass >= 80 ? [`${short}${since}${limitWithin}`] : []),
    `${short}${since}${limit}`,
    `${short}${limit}`,
  ];
  return firstThatFits(fitting, room);
}

/** `RAM 58.0%, growing +2.4 GiB/h since 09:10, not yet a leak · limit in ~9 h 40 m (6 h – 14 h)`. */
export function growingSentence(view: View, pool: Pool, widthClass: WidthClass, room: number): string {
  const words = growthWords(view, pool);
  const {pace, since} = words;
  const [limit, limitWithin] = behind(words);
  const growing = pace === '' ? 'growing' : `growing ${pace}`;
  const what = `${pool.what}${shareOf(pool)}, ${growing}`;
  const short = `${pool.label} ${growing}`;
  if (widthClass === 40) {
    const {limit: ahead} = words;
    const texts =
      ahead === ''
        ? [`${pool.label} growing`]
        : [`${pool.label} growing, ${ahead}`, `${pool.label} ${ahead}`];
    return firstThatFits(texts, room);
  }
  const fitting = [
    ...(widthClass === 100 ? [`${what}${since}, not yet a leak${limitWithin}`] : []),
    ...(widthClass >= 80 ? [`${what}${since}${limitWithin}`, `${short}${since}${limitWithin}`] : []),
    `${short}${since}${limit}`,
    `${short}${limit}`,
  ];
  return firstThatFits(fitting, room);
}

/** `RAM limit in ~6 m at +72 GiB/h`: what comes within minutes needs no more words. */
export function runningOutSentence(pool: Pool, widthClass: WidthClass): string {
  const ahead = limitAhead(pool);
  const limit = ahead === undefined ? '' : `limit in ${formatAhead(ahead.ms)}`;
  const ratePerHour = paceOf(pool);
  const pace = ratePerHour === undefined ? undefined : formatGrowth({ratePerHour});
  if (widthClass === 40) return `${pool.label} ${limit}`;
  return `${pool.what} ${limit}${pace === undefined ? '' : ` at ${pace}`}`;
}

/** What else there is to say of a pool over its threshold: ` · leak +0.9 GiB/h since 01:40 · limit in ~2 h 10 m (…)`. */
export function growthBehind(view: View, pool: Pool): readonly string[] {
  const words = growthWords(view, pool);
  if (words.pace === '') return words.limit === '' ? [] : [` · ${words.limit}`];
  const [limit, limitWithin] = behind(words);
  const growth = `${pool.leak?.state === 'leak' ? 'leak ' : ''}${words.pace}${words.since}`;
  return [` · ${growth}${limitWithin}`, ` · ${growth}${limit}`, limit === '' ? ` · ${growth}` : limit];
}

/** `steady`, `falling`, `learning, verdict in ~1 m`. */
export function calmWords(leak: LeakVerdict, widthClass: WidthClass): string {
  const {state, learningMs} = leak;
  if (state !== 'learning' || learningMs === undefined || widthClass === 40) return state;
  return `learning, verdict in ~${learningMs < 60_000 ? formatDuration(tens(learningMs)) : roundedAhead(learningMs)}`;
}

function tens(ms: number): number {
  return Math.max(10_000, Math.ceil(ms / 10_000) * 10_000);
}

/** The longest of texts, given longest first, that fits; else the shortest. */
export function firstThatFits(texts: readonly string[], room: number): string {
  return texts.find(({length}) => length <= room) ?? texts.at(-1) ?? '';
}

function growthWords(view: View, pool: Pool): GrowthWords {
  const {leak} = pool;
  const ahead = limitAhead(pool);
  const soon = ahead && formatAhead(ahead.ms);
  const within = ahead && formatForecast(ahead);
  const pace = (leak && formatGrowth(leak)) ?? '';
  return {
    pace,
    since:
      leak?.sinceMs === undefined ? '' : ` since ${formatSince(leak.sinceMs + view.wallOffsetMs, view.now)}`,
    sure: leak === undefined ? '' : `, ${formatSure(leak)}`,
    threshold: thresholdWords(pool),
    limit: soon === undefined ? '' : `limit in ${soon}`,
    limitWithin: within === undefined ? '' : `limit in ${within}`,
  };
}

/** Behind a sentence, parted from it; of no forecast nothing. */
function behind({limit, limitWithin}: GrowthWords): readonly [string, string] {
  return [limit === '' ? '' : ` · ${limit}`, limitWithin === '' ? '' : ` · ${limitWithin}`];
}

function thresholdWords({leak, reading, thresholdPercent}: Pool): string {
  const ahead = leak?.forecast.toThreshold;
  const isBelow = reading.status === 'ok' && reading.value.percent < thresholdPercent;
  const text = ahead && isBelow ? formatAhead(ahead.ms) : undefined;
  return text === undefined ? '' : ` · ${formatThreshold(thresholdPercent)} in ${text}`;
}

function shareOf({reading}: Pool): string {
  return reading.status === 'ok' ? ` ${formatPercent(reading.value.percent)}` : '';
}

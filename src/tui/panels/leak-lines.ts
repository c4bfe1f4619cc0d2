import {leakEvidence} from '../../core/leak/evidence.ts';
import {isRising, type LeakVerdict} from '../../core/leak/verdict.ts';
import {
  formatForecast,
  formatGrowth,
  formatRate,
  formatSince,
  formatSure,
  timeToLimit,
} from '../../core/leak-words.ts';
import {cutAtWord} from '../../core/text.ts';
import {fit, type Line, span} from '../line.ts';
import type {View} from '../view.ts';
import {firstThatFits} from './status-leak.ts';

/** `leak, +2.6 GiB/h (2.3 – 3.0 GiB) since 09:10, 94% sure · limit in ~5 h 40 m (4 h 50 m – 6 h 20 m)`. */
export function verdictText(view: View, leak: LeakVerdict): string {
  const {head, since, sure} = verdictWords(view, leak);
  const ahead = isRising(leak) ? timeToLimit(leak) : undefined;
  const limit = ahead && formatForecast(ahead);
  return `${head}${since}${sure}${limit === undefined ? '' : ` · limit in ${limit}`}`;
}

/** What was seen, in one sentence. */
export function evidenceText(view: View, leak: LeakVerdict): string {
  return leakEvidence(leak, (ms) => sinceText(view, ms));
}

/**
 * The verdict on a process, and why, in a row each: the chart below needs the room. When the limit is reached is told
 * with RAM, for others grow as well.
 */
export function leakLines(view: View, leak: LeakVerdict): readonly Line[] {
  const isLeak = leak.state === 'leak';
  const room = view.width - 4;
  return [
    fit([span(isLeak ? '▲ ' : '  ', 'warn'), span(verdictIn(view, leak, room))], view.width),
    fit([span('  '), span(cutAtWord(shortEvidence(view, leak), room), 'muted')], view.width),
  ];
}

/** As much of the verdict as fits: how sure it is goes first, then the interval, then since when it grows. */
function verdictIn(view: View, leak: LeakVerdict, room: number): string {
  const {head, since, sure} = verdictWords(view, leak);
  const short = [leak.state, formatGrowth(leak)].filter((part) => part !== undefined).join(', ');
  return firstThatFits([`${head}${since}${sure}`, `${head}${since}`, `${short}${since}`, short], room);
}

/** `leak, +2.6 GiB/h (2.3 – 3.0 GiB)`, ` since 09:10`, `, 94% sure`. */
function verdictWords(view: View, leak: LeakVerdict) {
  return {
    head: [leak.state, formatRate(leak)].filter((part) => part !== undefined).join(', '),
    since: leak.sinceMs === undefined ? '' : ` since ${sinceText(view, leak.sinceMs)}`,
    // Of what only grows nobody is sure: the evidence says why.
    sure: leak.state === 'leak' ? `, ${formatSure(leak)}` : '',
  };
}

/** Without what the verdict has said. */
function shortEvidence(view: View, leak: LeakVerdict): string {
  const parts = evidenceText(view, leak).split('; ');
  return parts.filter((part) => !/^(growth|fall) /.test(part)).join('; ');
}

function sinceText({wallOffsetMs, now}: View, ms: number): string {
  return formatSince(ms + wallOffsetMs, now);
}

import {leakEvidence} from '../../core/leak/evidence.ts';
import type {LeakVerdict} from '../../core/leak/verdict.ts';
import {
  formatForecast,
  formatRate,
  formatSince,
  formatSure,
  isRising,
  timeToLimit,
} from '../../core/leak-words.ts';
import {fit, type Line, span, wrap} from '../line.ts';
import type {View} from '../view.ts';

/** `leak, +2.6 GiB/h (2.3 – 3.0 GiB) since 09:10, 94% sure · limit in ~5 h 40 m (4 h 50 m – 6 h 20 m)`. */
export function verdictText(view: View, leak: LeakVerdict): string {
  const rate = formatRate(leak);
  const since = leak.sinceMs === undefined ? '' : ` since ${sinceText(view, leak.sinceMs)}`;
  const ahead = isRising(leak) ? timeToLimit(leak) : undefined;
  const limit = ahead && formatForecast(ahead);
  const parts = [leak.state, ...(rate === undefined ? [] : [`${rate}${since}`])];
  const sure = isRising(leak) && leak.confidence > 0 ? [formatSure(leak)] : [];
  return `${[...parts, ...sure].join(', ')}${limit === undefined ? '' : ` · limit in ${limit}`}`;
}

/** What was seen, in one sentence. */
export function evidenceText(view: View, leak: LeakVerdict): string {
  return leakEvidence(leak, (ms) => sinceText(view, ms));
}

/** The verdict on what is open, and why: two rows where they fit, as many as it takes where not. */
export function leakLines(view: View, leak: LeakVerdict): readonly Line[] {
  const isLeak = leak.state === 'leak';
  const room = view.width - 4;
  const [first = '', ...others] = wrap(verdictText(view, leak), room);
  const rows = [...others, ...wrap(evidenceText(view, leak), room)];
  return [
    fit([span(isLeak ? '▲ ' : '  ', 'warn'), span(first)], view.width),
    ...rows.map((text) => fit([span(`  ${text}`, 'muted')], view.width)),
  ];
}

function sinceText({wallOffsetMs, now}: View, ms: number): string {
  return formatSince(ms + wallOffsetMs, now);
}

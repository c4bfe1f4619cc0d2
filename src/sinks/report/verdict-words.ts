import type {TimeTo} from '../../core/leak/forecast.ts';
import {formatForecast, formatRate, formatSure} from '../../core/leak-words.ts';
import type {Report} from '../../core/report.ts';
import type {ReportLeak} from '../../core/report-leaks.ts';
import {whenText} from './words.ts';

/** The phrases of verdicts. Names in them are as they came: each form makes them safe. */

/** Which verdicts are worth a row: those of pools, and of processes those that move or ever leaked. */
export function toldLeaks({leaks}: Report): readonly ReportLeak[] {
  return leaks.filter(
    ({kind, verdict, firstLeakAt}) =>
      kind !== 'process' || firstLeakAt !== undefined || !['steady', 'learning'].includes(verdict),
  );
}

/** The verdict in a word. Of what is over nothing more will come: what was to be learnt was too short. */
export function verdictWord(leak: ReportLeak, report: Report): string {
  return isTooShort(leak, report) ? 'too short to tell' : leak.verdict;
}

/** What was seen; nothing of what was too short. */
export function evidenceText(leak: ReportLeak, report: Report): string {
  return isTooShort(leak, report) ? '' : leak.evidence;
}

function isTooShort({verdict, id}: ReportLeak, {isOver = false, job}: Report): boolean {
  return verdict === 'learning' && (isOver || (id === 'job' && job?.ending !== undefined));
}

/** `+2.6 GiB/h (2.3 – 3.0 GiB)`; empty where it does not move. */
export function paceText({verdict, confidence, forecast, ...rates}: ReportLeak): string {
  return formatRate({state: verdict, confidence, forecast, ...rates}) ?? '';
}

export function sinceText({sinceAt}: ReportLeak, report: Report): string {
  return sinceAt === undefined ? '' : whenText(sinceAt, report);
}

/** How sure it is, of a leak; of what only grows nobody is. */
export function sureText({verdict: state, confidence}: ReportLeak): string {
  return state === 'leak' ? formatSure({confidence}) : '';
}

/** `~5 h 40 m (4 h 50 m – 6 h 20 m)` from the end on; empty where that would be a guess. */
export function aheadText(time: TimeTo | undefined): string {
  return (time && formatForecast(time)) ?? '';
}

export function firstLeakText({firstLeakAt}: ReportLeak, report: Report): string {
  return firstLeakAt === undefined ? '' : whenText(firstLeakAt, report);
}

/** The verdict in parts, without the evidence: `leak +2.6 GiB/h (2.3 – 3.0 GiB)`, `since 09:10:02`, `94% sure`, `limit in ~5 h 40 m (…)`. */
export function verdictParts(leak: ReportLeak, report: Report): readonly string[] {
  const {kind, forecast} = leak;
  const named = (name: string, text: string) => (text === '' ? [] : [`${name} ${text}`]);
  const sure = sureText(leak);
  return [
    `${verdictWord(leak, report)} ${paceText(leak)}`.trim(),
    ...named('since', sinceText(leak, report)),
    ...(sure === '' ? [] : [sure]),
    // Of a process it would be told as if all else stood still.
    ...(kind === 'process' ? [] : named('limit in', aheadText(forecast.toLimit))),
    ...named('leak first told', firstLeakText(leak, report)),
  ];
}

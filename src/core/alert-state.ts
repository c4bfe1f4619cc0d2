import {advanceEpisode, type Bound, isOver, type OpenEpisode, openEpisode, worseOf} from './episode.ts';

/** When an alert that lasts is told again, milliseconds after it was raised. */
export const REMIND_MS: readonly number[] = [60_000, 300_000, 900_000, 3_600_000];

export interface AlertTiming {
  /** How long a figure must be over its threshold before that is an alert, milliseconds. @default 0 */
  readonly holdMs?: number;
  /** When it is reminded of, milliseconds after it was raised. @default 1, 5, 15 and 60 minutes */
  readonly remindMs?: readonly number[];
  /** Reminds after each so many milliseconds instead. */
  readonly everyMs?: number;
  /** How long a figure must be well under its threshold before the alert is over. @default 15 s */
  readonly clearMs?: number;
}

export type AlertState =
  | {readonly phase: 'quiet'}
  /** Over its threshold, and not long enough yet. */
  | {readonly phase: 'pending'; readonly overClock: number; readonly peak: number}
  | {readonly phase: 'firing'; readonly episode: OpenEpisode};

export const QUIET: AlertState = {phase: 'quiet'};

export interface AlertLook {
  readonly value: number;
  /** Wall clock and the clock that never steps, milliseconds. */
  readonly at: number;
  readonly clock: number;
}

export interface AlertAdvance {
  readonly state: AlertState;
  /** What this check set off, if anything. */
  readonly outcome?: 'raised' | 'reminded' | 'resolved';
}

/**
 * An alert after one more check. Pure. It is raised once, when the figure has been over its threshold for as long
 * as was asked, reminded of while it lasts, and resolved when the figure was well under for a while. All spans
 * round up to the next check.
 */
export function advanceAlert(
  state: AlertState,
  look: AlertLook,
  terms: Bound & {readonly timing: AlertTiming},
): AlertAdvance {
  if (state.phase === 'firing') return advanceFiring(state.episode, look, terms);
  if (!isOver(look.value, terms)) return {state: QUIET};
  const {overClock, peak: former} =
    state.phase === 'pending' ? state : {overClock: look.clock, peak: look.value};
  const peak = worseOf(former, look.value, terms);
  if (look.clock - overClock < (terms.timing.holdMs ?? 0))
    return {state: {phase: 'pending', overClock, peak}};
  return {state: {phase: 'firing', episode: openEpisode({...look, overClock, peak})}, outcome: 'raised'};
}

function advanceFiring(
  former: OpenEpisode,
  look: AlertLook,
  terms: Bound & {readonly timing: AlertTiming},
): AlertAdvance {
  const {timing} = terms;
  const {episode, cleared} = advanceEpisode(former, look, terms, timing.clearMs);
  if (cleared) return {state: {phase: 'firing', episode}, outcome: 'resolved'};
  const passed = remindersBy(look.clock - episode.raisedClock, episode.passed, timing);
  // Below its threshold nobody is reminded, also where the alert is not over yet.
  if (episode.silenced || passed <= episode.passed || !isOver(look.value, terms))
    return {state: {phase: 'firing', episode}};
  const reminded = {...episode, passed, repeats: episode.repeats + 1};
  return {state: {phase: 'firing', episode: reminded}, outcome: 'reminded'};
}

/** How many reminders are due after so long; of those that a long wait has passed over only one is told. */
function remindersBy(
  elapsedMs: number,
  passed: number,
  {remindMs = REMIND_MS, everyMs}: AlertTiming,
): number {
  if (everyMs === undefined) return remindMs.filter((ms) => elapsedMs >= ms).length;
  return everyMs <= 0 ? passed + 1 : Math.floor(elapsedMs / everyMs);
}

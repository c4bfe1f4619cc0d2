import type {LeakTeller, LeakWatching} from '../core/leak-watch.ts';
import {Session} from '../core/session.ts';
import type {LoggedSettings} from './log-settings.ts';
import type {LoggedThresholdOptions} from './logged-thresholds.ts';
import {sessionOptions} from './session-options.ts';
import {standingThresholds} from './standing-thresholds.ts';

/** What is known of a log when its first reading comes. */
export interface LoggedSessionFacts {
  readonly settings: LoggedSettings;
  /** The session from before the span that is told of. */
  readonly former: Session | undefined;
  readonly watchLeaks: LeakWatching;
  /** Whether a run of memtop wrote it. */
  readonly isOurs: boolean;
  /** Whether it is shown as it goes on, as it was when it was written. */
  readonly isShown: boolean;
  /** The verdicts that it tells. */
  readonly leaks: LeakTeller | undefined;
}

const NO_RULES = {pressure: 'off', fullPressure: 'off'} as const;

/** A session that goes by the thresholds of a log. */
export function openLoggedSession(
  {values, ownThreshold}: LoggedThresholdOptions,
  {settings, former, watchLeaks, isOurs, isShown, leaks}: LoggedSessionFacts,
): Session {
  const {thresholds, ...options} = sessionOptions(values);
  const {windowSize} = settings;
  return new Session({
    ...options,
    thresholds: {
      ...thresholds,
      ...settings.thresholds,
      ...(former !== undefined && standingThresholds(former)),
      ...(ownThreshold && {ram: values.threshold}),
    },
    ...(windowSize !== undefined && {windowSize}),
    // What a run of ours set off stands in its log.
    ...(isOurs && {rules: isShown ? settings.rules : NO_RULES}),
    ...(isOurs && {timing: settings.timing}),
    ...(leaks !== undefined && {leaks}),
    watchLeaks,
    keepHistory: isShown,
  });
}

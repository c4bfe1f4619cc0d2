import type {LeakWatching} from '../core/leak-watch.ts';
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
}

const NO_RULES = {pressure: 'off', fullPressure: 'off'} as const;

/** A session that goes by the thresholds of a log. */
export function openLoggedSession(
  {values, ownThreshold}: LoggedThresholdOptions,
  {settings, former, watchLeaks, isOurs}: LoggedSessionFacts,
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
    ...(isOurs && {rules: NO_RULES}),
    watchLeaks,
    keepHistory: false,
  });
}

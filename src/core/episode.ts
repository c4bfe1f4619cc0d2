/** One stretch over the threshold: from the alert that raised it until it is well under for a while. */

const CLEAR_POINTS = 5;
const CLEAR_SHARE = 0.1;
const CLEAR_MS = 15_000;

export interface OpenEpisode {
  readonly raisedAt: number;
  readonly raisedClock: number;
  readonly peakPercent: number;
  readonly repeats: number;
  readonly silenced: boolean;
  /** Since when it has been under the clearing level, on the clock that never steps. */
  readonly underSince: number | undefined;
}

/**
 * From where an alert clears: 5 points under its threshold, or a tenth of it where the threshold is low,
 * so that a figure swinging around the threshold is one alert and not many.
 */
export function clearPercent(thresholdPercent: number): number {
  return thresholdPercent - Math.min(CLEAR_POINTS, thresholdPercent * CLEAR_SHARE);
}

export function openEpisode(at: number, clock: number, percent: number): OpenEpisode {
  return {
    raisedAt: at,
    raisedClock: clock,
    peakPercent: percent,
    repeats: 1,
    silenced: false,
    underSince: undefined,
  };
}

/** The episode after one more check: still open, or `cleared` once it was under for 15 s. */
export function advanceEpisode(
  episode: OpenEpisode,
  check: {readonly percent: number; readonly clock: number; readonly thresholdPercent: number},
): {readonly episode: OpenEpisode; readonly cleared: boolean} {
  const {percent, clock, thresholdPercent} = check;
  const under = percent < clearPercent(thresholdPercent);
  const underSince = under ? (episode.underSince ?? clock) : undefined;
  const next = {...episode, underSince, peakPercent: Math.max(episode.peakPercent, percent)};
  return {episode: next, cleared: underSince !== undefined && clock - underSince >= CLEAR_MS};
}

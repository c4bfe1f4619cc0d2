/** How long growth must be seen before it is called a leak, as far as it depends on what is known. */
export interface Circumstances {
  /** Hours to the limit at this pace; infinite without a limit. */
  readonly hoursLeft: number;
  /** Whether it has risen ever since the first reading. */
  readonly fromStart: boolean;
  /** Pace of the window's second half over that of its first. */
  readonly bend: number;
}

/** Share of the time left that must have been seen: what is urgent is told sooner, what is distant can wait. */
const SHARE = 0.16;
/** Who was steady and begins to rise is under load as a rule, which goes again: this many times the share. */
const LATE = 2.5;
/** Warm-ups and caches fill within the hour as a rule; a day shows any daily rhythm. */
const SHORTEST_HOURS = 0.4;
const LONGEST_HOURS = 24;
/** Where the limit is near, up to these hours are asked at this share of the time left. */
const NEAR = {share: 0.5, hours: 0.9} as const;
/** Load and the morning come slowly, then fast; a leak keeps its pace from its first hour on. */
const GATHERS = {fromStart: 1.7, late: 1.2, times: 3} as const;
/** What fills a cache or serves a load would be through with it in less than these hours. */
const FAR_HOURS = 9;

/** Hours of growth that are enough. */
export function hoursNeeded({hoursLeft, fromStart, bend}: Circumstances): number {
  const near = Math.min(NEAR.share * hoursLeft, NEAR.hours);
  const share = (fromStart ? 1 : LATE) * SHARE * hoursLeft;
  const hours = Math.min(LONGEST_HOURS, Math.max(SHORTEST_HOURS, near, share));
  return bend > (fromStart ? GATHERS.fromStart : GATHERS.late) ? hours * GATHERS.times : hours;
}

/** Whether the limit is so far that growth towards it is seldom a load or a cache that fills. */
export function isFar(hoursLeft: number): boolean {
  return hoursLeft > FAR_HOURS;
}

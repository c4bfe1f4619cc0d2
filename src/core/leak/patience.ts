/** How long growth must be seen before it is called a leak, as far as it depends on what is known. */
export interface Circumstances {
  /** Hours to the limit at this pace; infinite without a limit. */
  readonly hoursLeft: number;
  /** Whether it has risen ever since the first reading. */
  readonly fromStart: boolean;
  /** Mean step of the floor over its error. */
  readonly driftScore: number;
  /** Pace of the window's second half over that of its first. */
  readonly bend: number;
  /** F statistic of a curve that levels out, against a straight line. */
  readonly saturationGain: number;
}

/** Share of the time left that must have been seen: what is urgent is told sooner, what is distant can wait. */
const SHARE = 0.115;
/** Warm-ups and caches fill within the hour as a rule; a day shows any daily rhythm. */
const SHORTEST_HOURS = 0.45;
const LONGEST_HOURS = 24;
/** Where the limit is near, up to these hours are asked at this share of the time left. */
const NEAR = {share: 0.3, hours: 0.7} as const;
/** Who was steady and begins to rise may be under load, which takes hours to go. */
const LATE = 1.7;
const CLEAR_DRIFT = 4;
/** Load and the morning come slowly, then fast; a leak keeps its pace from its first hour on. */
const GATHERS = {fromStart: 1.7, late: 1.15, times: 2} as const;
/** A cache slows down as it fills, long before that shows where it will end. */
const FILLS = {bend: 0.85, gain: 20, times: 2.5} as const;

/** Hours of growth that are enough. */
export function hoursNeeded(circumstances: Circumstances): number {
  const {hoursLeft, fromStart, driftScore} = circumstances;
  const near = Math.min(NEAR.share * hoursLeft, NEAR.hours);
  const hours = Math.min(LONGEST_HOURS, Math.max(SHORTEST_HOURS, near, SHARE * hoursLeft));
  const unclear = Math.max(1, CLEAR_DRIFT / Math.max(driftScore, 1));
  return hours * (fromStart ? 1 : LATE) * unclear * doubtOfShape(circumstances);
}

function doubtOfShape({fromStart, bend, saturationGain}: Circumstances): number {
  if (bend > (fromStart ? GATHERS.fromStart : GATHERS.late)) {
    return !fromStart && bend > GATHERS.fromStart ? GATHERS.times ** 2 : GATHERS.times;
  }
  return bend < FILLS.bend && saturationGain > FILLS.gain ? FILLS.times : 1;
}

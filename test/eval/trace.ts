import type {Random} from './random.ts';

/** What happened to the watched program, as whoever feeds the detector would learn of it. */
export type TraceEvent =
  | {readonly atMs: number; readonly kind: 'restart'}
  | {readonly atMs: number; readonly kind: 'limit'; readonly limit: number};

/** A series with its label. Times are milliseconds from its beginning, values bytes; NaN is a failed reading. */
export interface Trace {
  readonly family: string;
  readonly seed: number;
  readonly leaks: boolean;
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly limit: number;
  /** From when it leaks, and when it is at the limit; the end, where it does not leak. */
  readonly onsetMs: number;
  readonly exhaustionMs: number;
  /** How long it takes from the base to the limit: of one life, where there are restarts between. */
  readonly wayMs: number;
  /** When the machine slept: the program stood still, and no forecast can know of it. */
  readonly sleeps: readonly {readonly atMs: number; readonly lengthMs: number}[];
  readonly events: readonly TraceEvent[];
}

/** What a program does, in its own time, before anyone looks at it. */
export interface Behaviour {
  readonly durationS: number;
  readonly base: number;
  /** Bytes at a moment, seconds; asked in rising order. */
  readonly level: (seconds: number) => number;
  /** From when it leaks, seconds; absent where it does not leak. */
  readonly onsetS?: number;
  /** How long one life takes to its limit, seconds. @default from the onset to the limit */
  readonly wayS?: number;
  /** The most it would ever reach without noise, where the trace may end before that. */
  readonly ceiling?: number;
  /** Standard deviation of the noise as a share of `base`, where the family fixes it. */
  readonly noise?: number;
  /** Share of readings that fail, and how many gaps there are beside them, where the family fixes them. */
  readonly missing?: number;
  readonly gaps?: number;
  /** Seconds of restarts that the watcher learns of. */
  readonly restarts?: readonly number[];
  /** Other limits, as shares of the first one. */
  readonly limitChanges?: readonly {readonly atS: number; readonly share: number}[];
  /** Noise with a tail so heavy that its variance is infinite. */
  readonly heavyTail?: boolean;
  readonly spikeShare?: number;
  /** How often the machine sleeps during the trace, where the family fixes it. */
  readonly sleeps?: number;
}

export type Family = (random: Random) => Behaviour;

import type {TapeTarget} from './tape-target.ts';

/** How many times faster than it was a log is replayed. */
export const TAPE_SPEEDS = [1, 2, 5, 10, 30, 60, 120, 300, 600] as const;

/** `seek` is on its way to a place. */
export type TapeState = 'play' | 'pause' | 'seek' | 'end';

/** The tape as the header shows it. */
export interface TapeView {
  /** The name of the log that the moment is in. */
  readonly file: string;
  /** Which of several logs that is: `2 of 3`. */
  readonly part?: string;
  readonly state: TapeState;
  /** Whether it goes on by itself, now or once it is where it was asked to go. */
  readonly isPlaying: boolean;
  readonly speed: number;
  /** How much of it lies behind. */
  readonly percent: number;
}

/** What the keys can do to it. */
export interface TapeControl {
  readonly view: TapeView;
  toggle(): void;
  faster(by: 1 | -1): void;
  step(by: 1 | -1): void;
  /** @returns whether there is such a place */
  goTo(target: TapeTarget): boolean;
}

import {type AlertInfo, alertTitle, checkThreshold, shareMessage} from './alert.ts';
import {type AlertState, type AlertTiming, advanceAlert, QUIET} from './alert-state.ts';
import {Callbacks} from './callbacks.ts';
import {type Bound, isOver, lastedMs, type OpenEpisode} from './episode.ts';
import {formatDuration, isoTime} from './format.ts';
import {type Status, statusOf} from './level.ts';
import {formatMeasure, type Unit} from './measure.ts';

/** What became of an alert, as callbacks get it. */
export interface LastingAlertInfo extends Omit<AlertInfo, 'percent' | 'thresholdPercent'> {
  readonly event: 'raised' | 'reminded' | 'resolved';
  readonly value: number;
  readonly threshold: number;
  readonly unit: Unit;
  /** 1 when it is raised, 2 and more for reminders. */
  readonly repeat: number;
  /** The worst so far. */
  readonly peak: number;
  /** How long it has lasted, milliseconds. */
  readonly lastedMs: number;
}

export type LastingAlertCallback = (alert: LastingAlertInfo) => unknown;

export interface LastingAlertOptions {
  /** From where to alert; percent unless `unit` says otherwise. @default 80 */
  readonly threshold?: number;
  /** @default 'percent' */
  readonly unit?: Unit;
  /** Whether it alerts at and below its threshold, as of time that is left. @default false */
  readonly isBelow?: boolean;
  /** How long the figure must be over it first, in seconds. @default 0 */
  readonly holdSeconds?: number;
  /** When it is reminded of, seconds after it was raised. @default 60, 300, 900, 3600 */
  readonly remindSeconds?: readonly number[];
  /** Reminds after each so many seconds instead. */
  readonly everySeconds?: number;
  /** How long it must be well under its threshold to be over, in seconds. @default 15 */
  readonly clearSeconds?: number;
  /** What is watched. @default 'RAM' */
  readonly what?: string;
  /** How messages begin, as in `VRAM ALERT:`. @default 'MEMORY' for RAM, else `what` in capitals */
  readonly title?: string;
  /** What messages say is in use. @default `what` */
  readonly of?: string;
  /** The whole message of an alert that is raised. @default the share of `of` that is in use */
  readonly message?: (value: number, threshold: number) => string;
  /** How bad a figure is. @default `statusOf`, for other units than percent HIGH */
  readonly status?: (value: number, threshold: number) => Status;
  /** Told once for each callback that throws or rejects. @default nobody */
  readonly onCallbackError?: (error: unknown) => void;
}

/**
 * An alert that wakes nobody twice: raised and counted once, reminded of while it lasts, and resolved when the
 * figure was well under its threshold (5 points, or a tenth) for a while. Beside `MemoryAlert`, which alerts once
 * per cooldown, with the same names.
 */
export class LastingAlert {
  readonly what: string;
  readonly unit: Unit;
  readonly #options: LastingAlertOptions;
  readonly #timing: AlertTiming;
  readonly #callbacks: Callbacks<LastingAlertInfo>;
  #threshold: number;
  #state: AlertState = QUIET;
  #count = 0;

  /** @throws {RangeError} on a threshold that is no share, or no figure of 0 or more. */
  constructor(options: LastingAlertOptions = {}) {
    const {what = 'RAM', unit = 'percent', threshold = 80, onCallbackError = () => {}} = options;
    this.what = what;
    this.unit = unit;
    this.#options = options;
    this.#timing = timingOf(options);
    this.#threshold = checkBound(threshold, unit);
    this.#callbacks = new Callbacks(onCallbackError);
  }

  /** Whether it alerts at and below its threshold. */
  get isBelow(): boolean {
    return this.#options.isBelow ?? false;
  }

  get threshold(): number {
    return this.#threshold;
  }

  /** @throws {RangeError} as the constructor. */
  set threshold(threshold: number) {
    this.#threshold = checkBound(threshold, this.unit);
  }

  /** As `threshold`, where that is a share. */
  get thresholdPercent(): number {
    return this.#threshold;
  }

  set thresholdPercent(percent: number) {
    this.threshold = percent;
  }

  /** How many were raised so far; reminders are not counted. */
  get count(): number {
    return this.#count;
  }

  /** The stretch over the threshold that goes on now. */
  get episode(): OpenEpisode | undefined {
    return this.#state.phase === 'firing' ? this.#state.episode : undefined;
  }

  /** Whether nothing fires, and nothing is over its threshold without having lasted long enough. */
  get isQuiet(): boolean {
    return this.#state.phase === 'quiet';
  }

  /** Adds a callback for what is raised, reminded of and resolved; returns what takes it away again. */
  onAlert(callback: LastingAlertCallback): () => void {
    return this.#callbacks.add(callback);
  }

  /**
   * Looks at one check. `at` is milliseconds since the epoch and `clock` a clock that never steps.
   * @returns what it set off, if anything
   */
  check(value: number, at: number, clock: number = at): LastingAlertInfo | undefined {
    // So it is nearly always, and nothing need be made for it.
    if (this.#state === QUIET && !isOver(value, this)) return undefined;
    const {state, outcome} = advanceAlert(this.#state, {value, at, clock}, this.#terms());
    this.#state = state;
    if (state.phase !== 'firing' || outcome === undefined) return undefined;
    if (outcome === 'raised') this.#count += 1;
    return outcome === 'resolved'
      ? this.#finish(state.episode, value, at, clock)
      : this.#tell(outcome, state.episode, value, at, clock);
  }

  /** Ends what fires now: its threshold was moved above the figure, or what was watched is gone. */
  end(at: number, clock: number = at): LastingAlertInfo | undefined {
    const {episode} = this;
    if (episode === undefined) this.#state = QUIET;
    return episode && this.#finish(episode, episode.peak, at, clock);
  }

  /** Silences what fires now, until it clears. @returns whether there was something to silence */
  silence(): boolean {
    const {episode} = this;
    if (episode === undefined || episode.silenced) return false;
    this.#state = {phase: 'firing', episode: {...episode, silenced: true}};
    return true;
  }

  #terms(): Bound & {readonly timing: AlertTiming} {
    const {isBelow = false} = this.#options;
    return {threshold: this.#threshold, unit: this.unit, isBelow, timing: this.#timing};
  }

  #finish(episode: OpenEpisode, value: number, at: number, clock: number): LastingAlertInfo {
    this.#state = QUIET;
    return this.#tell('resolved', episode, value, at, clock);
  }

  #tell(
    event: LastingAlertInfo['event'],
    episode: OpenEpisode,
    value: number,
    at: number,
    clock: number,
  ): LastingAlertInfo {
    const info = {
      event,
      timestamp: isoTime(at),
      what: this.what,
      value,
      threshold: this.#threshold,
      unit: this.unit,
      status: this.#statusOf(value),
      repeat: episode.repeats,
      peak: episode.peak,
      lastedMs: lastedMs(episode, clock),
    };
    const told = {...info, message: event === 'resolved' ? resolvedMessage(info) : this.#message(value)};
    this.#callbacks.call(told);
    return told;
  }

  #statusOf(value: number): Status {
    const {
      status = (one: number, bound: number) => (this.unit === 'percent' ? statusOf(one, bound) : 'HIGH'),
    } = this.#options;
    return status(value, this.#threshold);
  }

  #message(value: number): string {
    const {message, title = alertTitle(this.what), of = this.what} = this.#options;
    return message?.(value, this.#threshold) ?? shareMessage(title, of, value, this.#threshold);
  }
}

/** `RAM alert resolved: lasted 12 m · peak 92.1%`. */
function resolvedMessage(info: Pick<LastingAlertInfo, 'what' | 'lastedMs' | 'peak' | 'unit'>): string {
  return `${info.what} alert resolved: ${resolvedText(info)}`;
}

/** `lasted 12 m · peak 92.1%`. */
export function resolvedText({
  lastedMs: ms,
  peak,
  unit,
}: {
  readonly lastedMs: number;
  readonly peak: number;
  readonly unit: Unit;
}): string {
  return `lasted ${formatDuration(ms)} · peak ${formatMeasure(peak, unit)}`;
}

function timingOf({
  holdSeconds,
  remindSeconds,
  everySeconds,
  clearSeconds,
}: LastingAlertOptions): AlertTiming {
  return {
    ...(holdSeconds !== undefined && {holdMs: holdSeconds * 1000}),
    ...(remindSeconds !== undefined && {remindMs: remindSeconds.map((seconds) => seconds * 1000)}),
    ...(everySeconds !== undefined && {everyMs: everySeconds * 1000}),
    ...(clearSeconds !== undefined && {clearMs: clearSeconds * 1000}),
  };
}

function checkBound(threshold: number, unit: Unit): number {
  if (unit === 'percent') return checkThreshold(threshold);
  if (!Number.isFinite(threshold) || threshold < 0)
    throw new RangeError(`threshold: expected 0 or more, got ${String(threshold)}`);
  return threshold;
}

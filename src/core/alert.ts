import {Callbacks} from './callbacks.ts';
import {formatPercent, formatThreshold, isoTime} from './format.ts';
import {type Status, statusOf} from './level.ts';

/** One alert, as callbacks get it. */
export interface AlertInfo {
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  /** What is over its threshold: `RAM`, `swap`, `GPU 0 VRAM`. */
  readonly what: string;
  /** Used share when the alert was raised, 0–100, not rounded. */
  readonly percent: number;
  readonly thresholdPercent: number;
  readonly status: Status;
  readonly message: string;
}

export type AlertCallback = (alert: AlertInfo) => unknown;

export interface MemoryAlertOptions {
  /** Percent from which to alert. @default 80 */
  readonly thresholdPercent?: number;
  /** Least time between two alerts, in seconds. @default 60 */
  readonly cooldownSeconds?: number;
  /** What is watched. @default 'RAM' */
  readonly what?: string;
  /** How messages begin, as in `VRAM ALERT:`. @default 'MEMORY' for RAM, else `what` in capitals */
  readonly title?: string;
  /** What messages say is in use, as in `GPU 0 (NVIDIA GeForce RTX 3090)`. @default `what` */
  readonly of?: string;
  /** Told once for each callback that throws or rejects. @default nobody */
  readonly onCallbackError?: (error: unknown) => void;
}

/** Alerts while a share is at or over its threshold, at most once per cooldown. */
export class MemoryAlert {
  readonly what: string;
  readonly cooldownSeconds: number;
  readonly #title: string;
  readonly #of: string;
  readonly #callbacks: Callbacks<AlertInfo>;
  #thresholdPercent: number;
  #lastAt: number | undefined;
  #count = 0;

  /** @throws {RangeError} on a threshold outside 0–100 or a cooldown below 0. */
  constructor(options: MemoryAlertOptions = {}) {
    const {thresholdPercent = 80, cooldownSeconds = 60, what = 'RAM', onCallbackError = () => {}} = options;
    this.#thresholdPercent = checkThreshold(thresholdPercent);
    if (!Number.isFinite(cooldownSeconds) || cooldownSeconds < 0) {
      throw new RangeError(`cooldownSeconds: expected 0 or more, got ${String(cooldownSeconds)}`);
    }
    this.cooldownSeconds = cooldownSeconds;
    this.what = what;
    this.#title = options.title ?? alertTitle(what);
    this.#of = options.of ?? what;
    this.#callbacks = new Callbacks(onCallbackError);
  }

  get thresholdPercent(): number {
    return this.#thresholdPercent;
  }

  /** @throws {RangeError} on a threshold outside 0–100. */
  set thresholdPercent(percent: number) {
    this.#thresholdPercent = checkThreshold(percent);
  }

  /** How many alerts so far. */
  get count(): number {
    return this.#count;
  }

  /** Adds a callback; each is isolated from the others. Returns what takes it away again. */
  onAlert(callback: AlertCallback): () => void {
    return this.#callbacks.add(callback);
  }

  /**
   * Looks at one check and alerts when it is due. `at` is milliseconds since the epoch and `clock` a clock
   * that never steps, by which the cooldown is measured. @returns the alert, if one was raised
   */
  check(percent: number, at: number, clock: number = at): AlertInfo | undefined {
    if (percent < this.#thresholdPercent || this.#isCooling(clock)) return undefined;
    this.#lastAt = clock;
    this.#count += 1;
    const alert = this.#describe(percent, at);
    this.#callbacks.call(alert);
    return alert;
  }

  #isCooling(clock: number): boolean {
    return this.#lastAt !== undefined && clock - this.#lastAt < this.cooldownSeconds * 1000;
  }

  #describe(percent: number, at: number): AlertInfo {
    const thresholdPercent = this.#thresholdPercent;
    return {
      timestamp: isoTime(at),
      what: this.what,
      percent,
      thresholdPercent,
      status: statusOf(percent, thresholdPercent),
      message: shareMessage(this.#title, this.#of, percent, thresholdPercent),
    };
  }
}

/** How messages of an alert begin where nobody says. */
export function alertTitle(what: string): string {
  return what === 'RAM' ? 'MEMORY' : what.toUpperCase();
}

/** `MEMORY ALERT: 85.0% of RAM in use (threshold: 80%)`. */
export function shareMessage(title: string, of: string, percent: number, thresholdPercent: number): string {
  return `${title} ALERT: ${formatPercent(percent)} of ${of} in use (threshold: ${formatThreshold(thresholdPercent)})`;
}

export function checkThreshold(percent: number): number {
  if (!Number.isFinite(percent) || percent < 0 || percent > 100) {
    throw new RangeError(`thresholdPercent: expected 0 to 100, got ${String(percent)}`);
  }
  return percent;
}

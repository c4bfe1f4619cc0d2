import type {MemoryAlert} from './alert.ts';
import {advanceEpisode, lastedMs, type OpenEpisode, openEpisode} from './episode.ts';
import type {LastingAlert, LastingAlertInfo} from './lasting-alert.ts';
import type {Status} from './level.ts';

/** What a check set off, as a pool's events tell it. */
export type PoolAlertStep =
  | {
      readonly kind: 'raised';
      readonly message: string;
      readonly status: Status;
      readonly threshold: number;
      readonly repeat: number;
      /** A reminder is told and not counted. */
      readonly isReminder: boolean;
      readonly silenced: boolean;
    }
  | {readonly kind: 'resolved'; readonly lastedMs: number; readonly peak: number};

/** The alert of one pool: one that lasts, or the library's own, which alerts once per cooldown. */
export interface PoolAlert {
  thresholdPercent: number;
  readonly episode: OpenEpisode | undefined;
  check(percent: number, at: number, clock: number): readonly PoolAlertStep[];
  /** Ends what fires now. */
  end(at: number, clock: number): readonly PoolAlertStep[];
  silence(): boolean;
}

/** Raised once, reminded of, resolved. While it is off its threshold is infinite: nothing reaches that. */
export class LastingPoolAlert implements PoolAlert {
  readonly #alert: LastingAlert;
  #isOn: boolean;

  constructor(alert: LastingAlert, isOn: boolean) {
    this.#alert = alert;
    this.#isOn = isOn;
  }

  get thresholdPercent(): number {
    return this.#isOn ? this.#alert.threshold : Number.POSITIVE_INFINITY;
  }

  set thresholdPercent(percent: number) {
    this.#isOn = Number.isFinite(percent);
    if (this.#isOn) this.#alert.threshold = percent;
  }

  get episode(): OpenEpisode | undefined {
    return this.#alert.episode;
  }

  check(percent: number, at: number, clock: number): readonly PoolAlertStep[] {
    return this.#isOn ? stepsOf(this.#alert.check(percent, at, clock)) : NOTHING;
  }

  end(at: number, clock: number): readonly PoolAlertStep[] {
    return stepsOf(this.#alert.end(at, clock));
  }

  silence(): boolean {
    return this.#alert.silence();
  }
}

const NOTHING: readonly PoolAlertStep[] = [];

function stepsOf(info: LastingAlertInfo | undefined): readonly PoolAlertStep[] {
  if (info === undefined) return NOTHING;
  const {event, message, status, threshold, repeat, peak} = info;
  if (event === 'resolved') return [{kind: 'resolved', lastedMs: info.lastedMs, peak}];
  const isReminder = event === 'reminded';
  return [{kind: 'raised', message, status, threshold, repeat, isReminder, silenced: false}];
}

/** The library's alert, with the stretch over its threshold that its alerts belong to. */
export class CooldownPoolAlert implements PoolAlert {
  readonly #alert: MemoryAlert;
  #episode: OpenEpisode | undefined;

  constructor(alert: MemoryAlert) {
    this.#alert = alert;
  }

  get thresholdPercent(): number {
    return this.#alert.thresholdPercent;
  }

  set thresholdPercent(percent: number) {
    this.#alert.thresholdPercent = percent;
  }

  get episode(): OpenEpisode | undefined {
    return this.#episode;
  }

  check(percent: number, at: number, clock: number): readonly PoolAlertStep[] {
    const alert = this.#alert.check(percent, at, clock);
    const steps = this.#advance(percent, at, clock);
    if (alert === undefined) return steps;
    const {message, status, thresholdPercent: threshold} = alert;
    const episode =
      this.#episode === undefined
        ? openEpisode({at, clock, value: percent})
        : {...this.#episode, repeats: this.#episode.repeats + 1};
    this.#episode = episode;
    const {repeats: repeat, silenced} = episode;
    return [...steps, {kind: 'raised', message, status, threshold, repeat, isReminder: false, silenced}];
  }

  end(_at: number, clock: number): readonly PoolAlertStep[] {
    const episode = this.#episode;
    this.#episode = undefined;
    if (episode === undefined) return [];
    return [{kind: 'resolved', lastedMs: lastedMs(episode, clock), peak: episode.peak}];
  }

  silence(): boolean {
    if (this.#episode === undefined || this.#episode.silenced) return false;
    this.#episode = {...this.#episode, silenced: true};
    return true;
  }

  #advance(percent: number, at: number, clock: number): readonly PoolAlertStep[] {
    if (this.#episode === undefined) return [];
    const bound = {threshold: this.#alert.thresholdPercent};
    const {episode, cleared} = advanceEpisode(this.#episode, {value: percent, clock}, bound);
    this.#episode = episode;
    return cleared ? this.end(at, clock) : [];
  }
}

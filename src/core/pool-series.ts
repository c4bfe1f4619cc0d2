import {type AlertInfo, MemoryAlert} from './alert.ts';
import {advanceEpisode, type OpenEpisode, openEpisode} from './episode.ts';
import type {SessionEvent, TopProcess} from './event.ts';
import {toMb} from './format.ts';
import type {Pool, PoolFigures, PoolKind} from './frame.ts';
import {History} from './history.ts';
import {statusOf} from './level.ts';
import {MemoryMetrics} from './metrics.ts';
import type {Reading} from './sample.ts';
import {SeriesSummary} from './summary.ts';
import {type Threshold, thresholdPercent} from './threshold.ts';

export interface PoolSeriesOptions {
  readonly id: string;
  readonly kind: PoolKind;
  readonly label: string;
  readonly what: string;
  readonly threshold: Threshold;
  /** How alerts begin and what they say is in use, where not after `what`. */
  readonly title?: string;
  readonly of?: string;
  readonly cooldownSeconds: number;
  readonly windowSize: number;
  readonly keepHistory: boolean;
  readonly onCallbackError?: (error: unknown) => void;
}

export interface PoolCheck {
  /** Wall clock and the clock that never steps, in milliseconds. */
  readonly at: number;
  readonly clock: number;
  readonly timelineMs: number;
  readonly reading: Reading<PoolFigures>;
  /** Who holds most of it now; only asked when an alert is raised. */
  readonly top: () => TopProcess | undefined;
  /** It was before the session: it is shown, and neither counted nor alerted of. */
  readonly isPast?: boolean;
}

/** What a look at a pool shows beside what its series knows. */
export type PoolLook = Pick<Pool, 'detail' | 'reading' | 'gpu' | 'unified'>;

/** One pool over time: its window of metrics, its alert, its history and its sums over the session. */
export class PoolSeries {
  readonly id: string;
  readonly kind: PoolKind;
  readonly label: string;
  readonly what: string;
  readonly metrics: MemoryMetrics;
  readonly alert: MemoryAlert;
  #threshold: Threshold;
  #history: History | undefined;
  readonly summary = new SeriesSummary();
  #episode: OpenEpisode | undefined;
  #lastGood: {at: number; figures: PoolFigures} | undefined;
  #lostAt: number | undefined;
  #clock = 0;

  constructor(options: PoolSeriesOptions) {
    const {id, kind, label, what, windowSize, keepHistory, threshold, ...alertOptions} = options;
    this.id = id;
    this.kind = kind;
    this.label = label;
    this.what = what;
    this.metrics = new MemoryMetrics({windowSize});
    this.#threshold = threshold;
    this.alert = new MemoryAlert({
      ...alertOptions,
      what,
      thresholdPercent: thresholdPercent(threshold, undefined),
    });
    this.#history = keepHistory ? new History() : undefined;
  }

  /** Where histories are kept: that of the pool, of RAM that of the limit in force. */
  get history(): History | undefined {
    return this.#history;
  }

  get episode(): OpenEpisode | undefined {
    return this.#episode;
  }

  /** Takes in one check and tells what it set off. */
  feed(check: PoolCheck): readonly SessionEvent[] {
    const {reading, timelineMs} = check;
    this.#clock = check.clock;
    this.#history?.add(timelineMs, reading.status === 'ok' ? reading.value.percent : undefined);
    if (reading.status !== 'ok') return this.#lose(check, reading.reason);
    const {percent, usedBytes, totalBytes} = reading.value;
    // A threshold in bytes is another share under another limit.
    if ('bytes' in this.#threshold)
      this.alert.thresholdPercent = thresholdPercent(this.#threshold, totalBytes);
    const back = this.#find(check);
    this.#lastGood = {at: check.at, figures: reading.value};
    this.metrics.add({at: check.at, percent, usedMb: toMb(usedBytes)});
    if (check.isPast === true) return [];
    this.summary.add({...check, figures: reading.value, thresholdPercent: this.alert.thresholdPercent});
    return [...back, ...this.#checkAlert(check, reading.value)];
  }

  /** It is not there at this check: swap was turned off, a GPU is gone. What fired of it, fires no more. */
  miss(timelineMs: number, at: number, clock: number): readonly SessionEvent[] {
    this.#clock = clock;
    this.#history?.add(timelineMs, undefined);
    this.summary.breakOff();
    return this.#resolve(at, clock);
  }

  /** Sets the threshold as a share. An alert that the reading is no longer over is over. */
  setThreshold(percent: number, at: number): readonly SessionEvent[] {
    this.#threshold = {percent};
    this.alert.thresholdPercent = percent;
    const isUnder = (this.#lastGood?.figures.percent ?? 0) < percent;
    return isUnder ? this.#resolve(at, this.#clock) : [];
  }

  /** Another limit is in force: what was seen under the former says nothing of this one, whose history it goes on with. */
  restart(history: History | undefined): void {
    this.#history = history;
    this.metrics.restart();
    this.summary.breakOff();
  }

  /** Silences the alert that fires now, until it clears. */
  silence(at: number): SessionEvent | undefined {
    if (this.#episode === undefined || this.#episode.silenced) return undefined;
    this.#episode = {...this.#episode, silenced: true};
    return {kind: 'silenced', at, what: this.what};
  }

  /** What the frame shows of it. */
  view({detail, reading, gpu, unified}: PoolLook): Pool {
    const {average, peakMoment: peak, trend} = this.metrics;
    const {thresholdPercent: percentNow} = this.alert;
    const percent = this.#lastGood?.figures.percent;
    return {
      id: this.id,
      kind: this.kind,
      label: this.label,
      detail,
      what: this.what,
      reading,
      thresholdPercent: percentNow,
      status: percent === undefined ? 'NORMAL' : statusOf(percent, percentNow),
      firing: this.#episode !== undefined,
      silenced: this.#episode?.silenced ?? false,
      trend,
      ...(reading.status !== 'ok' && this.#lastGood !== undefined && {lastGood: this.#lastGood}),
      ...(this.#episode !== undefined && {firingMs: this.#clock - this.#episode.raisedClock}),
      ...(average !== undefined && {average}),
      ...(peak !== undefined && {peak}),
      ...(gpu !== undefined && {gpu}),
      ...(unified !== undefined && {unified}),
    };
  }

  #lose(check: PoolCheck, reason: string): readonly SessionEvent[] {
    this.summary.breakOff();
    // Swap comes from the same file as RAM, whose loss is told already.
    if (this.#lostAt !== undefined || this.kind === 'swap') return [];
    this.#lostAt = check.at;
    // What was never read is not lost, and no driver will tell it later.
    const isUntold = this.kind === 'gpu' && this.#lastGood === undefined;
    if (isUntold) return [{kind: 'note', at: check.at, what: this.what, text: reason}];
    return [{kind: 'lost', at: check.at, what: this.what, reason}];
  }

  #find({at}: PoolCheck): readonly SessionEvent[] {
    if (this.#lostAt === undefined) return [];
    const afterMs = Math.max(0, at - this.#lostAt);
    this.#lostAt = undefined;
    return [{kind: 'back', at, what: this.what, afterMs}];
  }

  #checkAlert(check: PoolCheck, figures: PoolFigures): readonly SessionEvent[] {
    const {at, clock} = check;
    const alert = this.alert.check(figures.percent, at, clock);
    if (alert !== undefined) {
      this.metrics.markAlert();
      this.summary.alerts += 1;
    }
    const events = this.#advance(check, figures.percent);
    if (alert === undefined) return events;
    this.#episode =
      this.#episode === undefined
        ? openEpisode(at, clock, figures.percent)
        : {...this.#episode, repeats: this.#episode.repeats + 1};
    return [...events, this.#raised(check, figures, alert, this.#episode)];
  }

  #advance(check: PoolCheck, percent: number): readonly SessionEvent[] {
    if (this.#episode === undefined) return [];
    const {thresholdPercent: threshold} = this.alert;
    const reading = {percent, clock: check.clock, thresholdPercent: threshold};
    const {episode, cleared} = advanceEpisode(this.#episode, reading);
    this.#episode = episode;
    return cleared ? this.#resolve(check.at, check.clock) : [];
  }

  #resolve(at: number, clock: number): readonly SessionEvent[] {
    const episode = this.#episode;
    if (episode === undefined) return [];
    this.#episode = undefined;
    // It lasted until it went under; that it stayed there is only what we waited for.
    const lastedMs = (episode.underSince ?? clock) - episode.raisedClock;
    return [{kind: 'resolved', at, what: this.what, lastedMs, peakPercent: episode.peakPercent}];
  }

  #raised(check: PoolCheck, figures: PoolFigures, alert: AlertInfo, episode: OpenEpisode): SessionEvent {
    const {percent, usedBytes, totalBytes} = figures;
    const top = check.top();
    return {
      kind: 'raised',
      at: check.at,
      what: this.what,
      poolId: this.id,
      percent,
      usedBytes,
      totalBytes,
      thresholdPercent: alert.thresholdPercent,
      status: alert.status,
      message: alert.message,
      repeat: episode.repeats,
      silenced: episode.silenced,
      ...(top !== undefined && {top}),
    };
  }
}

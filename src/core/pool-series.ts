import type {MemoryAlert} from './alert.ts';
import type {OpenEpisode} from './episode.ts';
import type {SessionEvent, TopProcess} from './event.ts';
import {toMb} from './format.ts';
import type {Pool, PoolFigures, PoolKind} from './frame.ts';
import {History} from './history.ts';
import {LastingAlert, type LastingAlertOptions} from './lasting-alert.ts';
import type {LeakVerdict} from './leak/verdict.ts';
import {LeakWatch, type LeakWatching, leakCheck} from './leak-watch.ts';
import {statusOf} from './level.ts';
import {MemoryMetrics} from './metrics.ts';
import {CooldownPoolAlert, LastingPoolAlert, type PoolAlert, type PoolAlertStep} from './pool-alert.ts';
import type {Reading} from './sample.ts';
import {SeriesSummary} from './summary.ts';
import {type MaybeThreshold, thresholdPercent} from './threshold.ts';

export interface PoolSeriesOptions {
  readonly id: string;
  readonly kind: PoolKind;
  readonly label: string;
  readonly what: string;
  readonly threshold: MaybeThreshold;
  /** How alerts begin and what they say is in use, where not after `what`. */
  readonly title?: string;
  readonly of?: string;
  /** The alert that it raises, where that is the library's own. @default one that lasts, by `timing` */
  readonly memoryAlert?: MemoryAlert;
  /** When an alert that lasts is raised and told again. */
  readonly timing?: AlertSpans;
  readonly windowSize: number;
  readonly keepHistory: boolean;
  /** Whether it is watched for a leak; swap and /dev/shm never are. */
  readonly watchLeaks: LeakWatching;
  /** Its verdict, where that was found elsewhere. */
  readonly toldLeak?: () => LeakVerdict | undefined;
}

/** What fills by what a program keeps; swap and /dev/shm fill by what the kernel and others put there. */
const LEAKING: ReadonlySet<PoolKind> = new Set(['ram', 'gpu', 'job']);

export type AlertSpans = Pick<LastingAlertOptions, 'holdSeconds' | 'remindSeconds' | 'everySeconds'>;

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
  readonly alert: PoolAlert;
  #threshold: MaybeThreshold;
  #history: History | undefined;
  readonly summary = new SeriesSummary();
  #leak: LeakWatch | undefined;
  readonly #toldLeak: () => LeakVerdict | undefined;
  #lastFigures: PoolFigures | undefined;
  /** When they were read. */
  #lastAt = 0;
  #lostAt: number | undefined;
  #clock = 0;

  constructor(options: PoolSeriesOptions) {
    const {id, kind, label, what, windowSize, keepHistory, threshold} = options;
    this.id = id;
    this.kind = kind;
    this.label = label;
    this.what = what;
    this.metrics = new MemoryMetrics({windowSize});
    this.#threshold = threshold;
    this.alert = alertFor(options);
    this.#history = keepHistory ? new History() : undefined;
    this.#leak = leakWatch(options);
    this.#toldLeak = options.toldLeak ?? (() => undefined);
  }

  /** Where histories are kept: that of the pool, of RAM that of the limit in force. */
  get history(): History | undefined {
    return this.#history;
  }

  /** Where leaks are looked for: of the pool, of RAM under the limit in force. */
  get leak(): LeakWatch | undefined {
    return this.#leak;
  }

  get episode(): OpenEpisode | undefined {
    return this.alert.episode;
  }

  /** Whether a reading like this will raise its alert, so that who holds the memory should be known exactly. */
  isAboutToAlert(percent: number | undefined): boolean {
    return percent !== undefined && percent >= this.alert.thresholdPercent && this.episode === undefined;
  }

  /** Takes in one check and tells what it set off. */
  feed(check: PoolCheck): readonly SessionEvent[] {
    const {reading} = check;
    if (reading.status === 'ok') return this.feedFigures(reading.value, check);
    this.#clock = check.clock;
    this.#history?.add(check.timelineMs, undefined);
    return this.#lose(check, reading.reason);
  }

  /** As `feed`, of a reading that is there. */
  feedFigures(figures: PoolFigures, check: Omit<PoolCheck, 'reading'>): readonly SessionEvent[] {
    const {percent, usedBytes, totalBytes} = figures;
    this.#clock = check.clock;
    this.#history?.add(check.timelineMs, percent);
    // A threshold in bytes is another share under another limit.
    if (this.#threshold !== 'off' && 'bytes' in this.#threshold)
      this.alert.thresholdPercent = thresholdPercent(this.#threshold, totalBytes);
    const back = this.#find(check);
    this.#lastFigures = figures;
    this.#lastAt = check.at;
    this.metrics.put(check.at, percent, toMb(usedBytes));
    this.#leak?.add(leakCheck(figures, this.alert.thresholdPercent, check));
    if (check.isPast === true) return NOTHING;
    this.summary.add(check, figures, this.alert.thresholdPercent);
    const alerts = this.#checkAlert(check, figures);
    return back.length === 0 ? alerts : [...back, ...alerts];
  }

  /** It is not there at this check: swap was turned off, a GPU is gone. What fired of it, fires no more. */
  miss(timelineMs: number, at: number, clock: number): readonly SessionEvent[] {
    this.#clock = clock;
    this.#history?.add(timelineMs, undefined);
    this.summary.breakOff();
    return this.#events({at}, this.alert.end(at, clock));
  }

  /** Sets the threshold as a share. An alert that the reading is no longer over is over. */
  setThreshold(percent: number, at: number): readonly SessionEvent[] {
    this.#threshold = {percent};
    this.alert.thresholdPercent = percent;
    const isUnder = (this.#lastFigures?.percent ?? 0) < percent;
    return isUnder ? this.#events({at}, this.alert.end(at, this.#clock)) : [];
  }

  /** Another limit is in force: what was seen under the former says nothing of this one, whose history it goes on with. */
  restart(history: History | undefined, leak = this.#leak): void {
    this.#history = history;
    this.#leak = leak;
    this.metrics.restart();
    this.summary.breakOff();
  }

  /** Silences the alert that fires now, until it clears. */
  silence(at: number): SessionEvent | undefined {
    return this.alert.silence() ? {kind: 'silenced', at, what: this.what} : undefined;
  }

  /** What the frame shows of it. */
  view({detail, reading, gpu, unified}: PoolLook): Pool {
    const {average, peakMoment: peak, trend} = this.metrics;
    const {thresholdPercent: percentNow} = this.alert;
    const percent = this.#lastFigures?.percent;
    const lastGood = this.#lastGood;
    const {episode} = this;
    const leak = this.#leak === undefined ? this.#toldLeak() : this.#leak.verdict;
    return {
      id: this.id,
      kind: this.kind,
      label: this.label,
      detail,
      what: this.what,
      reading,
      thresholdPercent: percentNow,
      status: percent === undefined ? 'NORMAL' : statusOf(percent, percentNow),
      firing: episode !== undefined,
      silenced: episode?.silenced ?? false,
      trend,
      ...(reading.status !== 'ok' && lastGood !== undefined && {lastGood}),
      ...(episode !== undefined && {firingMs: this.#clock - episode.overClock}),
      ...(average !== undefined && {average}),
      ...(peak !== undefined && {peak}),
      ...(leak !== undefined && {leak}),
      ...(gpu !== undefined && {gpu}),
      ...(unified !== undefined && {unified}),
    };
  }

  get #lastGood(): Pool['lastGood'] {
    return this.#lastFigures && {at: this.#lastAt, figures: this.#lastFigures};
  }

  #lose(check: PoolCheck, reason: string): readonly SessionEvent[] {
    this.summary.breakOff();
    // Swap comes from the same file as RAM, whose loss is told already.
    if (this.#lostAt !== undefined || this.kind === 'swap') return [];
    // A job that has ended is not lost; how it ended is told elsewhere.
    if (this.kind === 'job') return this.#events({at: check.at}, this.alert.end(check.at, check.clock));
    this.#lostAt = check.at;
    // What was never read is not lost, and no driver will tell it later.
    const isUntold = this.kind === 'gpu' && this.#lastFigures === undefined;
    if (isUntold) return [{kind: 'note', at: check.at, what: this.what, text: reason}];
    return [{kind: 'lost', at: check.at, what: this.what, reason}];
  }

  #find({at}: Pick<PoolCheck, 'at'>): readonly SessionEvent[] {
    if (this.#lostAt === undefined) return NOTHING;
    const afterMs = Math.max(0, at - this.#lostAt);
    this.#lostAt = undefined;
    return [{kind: 'back', at, what: this.what, afterMs}];
  }

  #checkAlert(check: Omit<PoolCheck, 'reading'>, figures: PoolFigures): readonly SessionEvent[] {
    const {at, clock} = check;
    const steps = this.alert.check(figures.percent, at, clock);
    if (steps.length === 0) return NOTHING;
    for (const step of steps) {
      if (step.kind !== 'raised' || step.isReminder) continue;
      this.metrics.markAlert();
      this.summary.alerts += 1;
    }
    return this.#events({at, top: check.top, figures}, steps);
  }

  #events(
    look: {
      readonly at: number;
      readonly top?: PoolCheck['top'];
      readonly figures?: PoolFigures;
    },
    steps: readonly PoolAlertStep[],
  ): readonly SessionEvent[] {
    const {at, figures} = look;
    const facts = {at, what: this.what, ruleId: this.id, unit: 'percent'} as const;
    return steps.map((step): SessionEvent => {
      if (step.kind === 'resolved') return {...facts, ...step};
      const top = look.top?.();
      const {percent: value = 0, usedBytes = 0, totalBytes = 0} = figures ?? {};
      return {...facts, ...step, value, usedBytes, totalBytes, ...(top !== undefined && {top})};
    });
  }
}

const NOTHING: readonly SessionEvent[] = [];

function leakWatch({watchLeaks, kind}: PoolSeriesOptions): LeakWatch | undefined {
  return watchLeaks !== false && LEAKING.has(kind) ? new LeakWatch(watchLeaks) : undefined;
}

function alertFor({memoryAlert, timing, threshold, what, title, of}: PoolSeriesOptions): PoolAlert {
  if (memoryAlert !== undefined) return new CooldownPoolAlert(memoryAlert);
  const isOn = threshold !== 'off';
  const lasting = new LastingAlert({
    ...timing,
    what,
    threshold: isOn ? thresholdPercent(threshold, undefined) : 100,
    ...(title !== undefined && {title}),
    ...(of !== undefined && {of}),
  });
  return new LastingPoolAlert(lasting, isOn);
}

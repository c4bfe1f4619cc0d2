import type {SessionEvent} from '../event.ts';
import {formatBytes, formatPercent} from '../format.ts';
import {LastingAlert} from '../lasting-alert.ts';
import {percentOf} from '../limit.ts';
import {formatBound, formatMeasure, type Unit} from '../measure.ts';
import type {AlertSpans} from '../pool-series.ts';
import {processKey} from '../process-series.ts';
import {programName} from '../program.ts';
import type {ProcessReading, ProcessTable} from '../sample.ts';
import type {Threshold} from '../threshold.ts';
import type {TopProcess} from '../top-process.ts';
import {
  endGone,
  type FiringAlert,
  firingOf,
  type Moment,
  type RuleFigure,
  ruleEvent,
  silenceAll,
  type WatchedAlert,
} from './rule.ts';

/** How the ids of this rule's alerts begin; the process's key follows. */
export const PROCESS_RULE = 'process:';

/** So many processes can be over the threshold at once and be told of. */
const MOST_AT_ONCE = 64;

/** Alerts on single processes: by their RSS, as a size or as a share of the limit in force. */
export class ProcessRule {
  readonly #threshold: Threshold;
  readonly #spans: AlertSpans;
  readonly #watched = new Map<string, WatchedAlert>();

  constructor(threshold: Threshold, spans: AlertSpans) {
    this.#threshold = threshold;
    this.#spans = spans;
  }

  /** Looks at one scan. */
  feed(table: ProcessTable, limitBytes: number | undefined, moment: Moment): readonly SessionEvent[] {
    // Those that are over come first: one that takes the place of another may look the same.
    const living = new Set(table.processes.map(processKey));
    const gone = endGone(this.#watched, (key) => living.has(key), moment);
    const events = table.processes.flatMap((process) => {
      const value = this.#valueOf(process, limitBytes);
      const key = processKey(process);
      return value === undefined || !this.#matters(key, value)
        ? []
        : this.#check(key, process, value, moment);
    });
    return [...gone, ...events];
  }

  firing(clock: number): readonly FiringAlert[] {
    return firingOf(this.#watched.values(), clock);
  }

  silence(at: number): readonly SessionEvent[] {
    const alerts = [...this.#watched.values()].map(({alert}) => alert);
    return silenceAll(alerts, at);
  }

  get #bound(): {readonly unit: Unit; readonly threshold: number} {
    return 'percent' in this.#threshold
      ? {unit: 'percent', threshold: this.#threshold.percent}
      : {unit: 'bytes', threshold: this.#threshold.bytes};
  }

  #valueOf({rssBytes}: ProcessReading, limitBytes: number | undefined): number | undefined {
    if ('bytes' in this.#threshold) return rssBytes;
    return limitBytes === undefined ? undefined : percentOf(rssBytes, limitBytes);
  }

  #matters(key: string, value: number): boolean {
    if (this.#watched.has(key)) return true;
    return value >= this.#bound.threshold && this.#watched.size < MOST_AT_ONCE;
  }

  #check(key: string, process: ProcessReading, value: number, moment: Moment): readonly SessionEvent[] {
    const watched = this.#watched.get(key) ?? this.#open(key, process);
    watched.figure = figureOf(process, value, this.#bound.unit);
    const info = watched.alert.check(value, moment.at, moment.clock);
    if (watched.alert.episode === undefined && value < this.#bound.threshold) this.#watched.delete(key);
    return info === undefined ? [] : [ruleEvent(watched.ruleId, info, watched.figure, moment)];
  }

  #open(key: string, process: ProcessReading): WatchedAlert {
    const what = `${programName(process).title} (${process.pid})`;
    const {unit, threshold} = this.#bound;
    const message = (value: number) =>
      `PROCESS ALERT: ${what} holds ${formatMeasure(value, unit)}${unit === 'percent' ? ' of the limit' : ''} (threshold: ${formatBound(threshold, unit)})`;
    const alert = new LastingAlert({...this.#spans, what, unit, threshold, message, status: () => 'HIGH'});
    const watched = {alert, ruleId: `${PROCESS_RULE}${key}`, figure: {value: 0, text: ''}};
    this.#watched.set(key, watched);
    return watched;
  }
}

function figureOf(process: ProcessReading, value: number, unit: Unit): RuleFigure {
  const {pid, rssBytes} = process;
  const top: TopProcess = {pid, name: programName(process).title, rssBytes};
  const share = unit === 'percent' ? `, ${formatPercent(value)} of the limit` : '';
  return {value, text: `${formatBytes(rssBytes)}${share}`, usedBytes: rssBytes, top};
}

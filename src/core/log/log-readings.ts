import {ramReading} from '../derive.ts';
import type {PoolFigures} from '../frame.ts';
import {type Limit, limitInForce, limitsOf} from '../limit.ts';
import type {Sample} from '../sample.ts';
import {EVENT_TYPES} from './log-events.ts';
import {type Fields, timeOf, wordOf} from './log-fields.ts';
import {sampleOfLine} from './log-sample.ts';
import type {LogSpan} from './log-span.ts';
import {parseLine} from './parse-line.ts';

/** One reading of a log, with what of it holds for RAM. */
export interface LogReading {
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number;
  readonly line: Fields;
  readonly sample: Sample;
  readonly limits: readonly Limit[];
  /** The limit in force. */
  readonly limit: Limit | undefined;
  readonly ram: PoolFigures;
}

/** What became of a line: a reading, a line of another kind or outside the span, or none that could be used. */
export type TakenLine = LogReading | 'other' | 'unread';

/** Reads the readings of a log one by one, in constant memory; nothing is summed up and nobody is alerted. */
export class LogReadings {
  readonly #span: LogSpan | undefined;
  #before: Sample | undefined;
  #limitId: string | undefined;

  constructor(span: LogSpan | undefined) {
    this.#span = span;
  }

  take(text: string | undefined): TakenLine {
    const line = text === undefined ? undefined : parseLine(text);
    const at = line && timeOf(line.timestamp);
    if (line === undefined || at === undefined) return 'unread';
    if (wordOf(line.event_type, EVENT_TYPES) !== undefined) return 'other';
    const sample = sampleOfLine(line, {at, monotonicMs: 0, before: this.#before});
    if (sample === undefined) return typeof line.event_type === 'string' ? 'other' : 'unread';
    this.#before = sample;
    const limits = limitsOf(sample.memory, sample.limits);
    const limit = limitInForce(limits, this.#limitId);
    this.#limitId = limit?.id;
    const ram = ramReading(sample, limit);
    if (ram.status !== 'ok') return 'unread';
    const {from, to} = this.#span ?? {from: at, to: at};
    return at < from || at > to ? 'other' : {at, line, sample, limits, limit, ram: ram.value};
  }
}

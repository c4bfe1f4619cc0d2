import type {TimeTo} from '../leak/forecast.ts';
import {LEAK_STATES, type LeakVerdict} from '../leak/verdict.ts';
import type {LeakTeller} from '../leak-watch.ts';
import type {ProcessLeak} from '../process-leaks.ts';
import {processKey} from '../process-series.ts';
import {programName} from '../program.ts';
import {amountOf, type Fields, fieldsOf, listOf, textOf, timeOf, wordOf} from './log-fields.ts';
import {processOf} from './log-processes.ts';

const MOST_POOLS = 256;
const MOST_PROCESSES = 64;
const SECOND_MS = 1000;

/** Which verdicts a line tells, in a few words: while they stay, nothing begins and nothing ends. */
export function verdictsOf({leak}: Fields): string {
  const pools = Object.entries(fieldsOf(leak) ?? {}).slice(0, MOST_POOLS);
  return pools.map(([id, fields]) => `${id} ${textOf(fieldsOf(fields)?.verdict)}`).join();
}

/** The verdicts that a log tells: what the run itself found, of every reading that it made. */
export class ToldLeaks implements LeakTeller {
  readonly #pools = new Map<string, LeakVerdict>();
  #verdicts = '';
  /** The latest last. */
  readonly #processes = new Map<string, ProcessLeak>();

  /** Whether a line tells of leaks at all. */
  static isIn({leak}: Fields): boolean {
    return fieldsOf(leak) !== undefined;
  }

  /** Takes in the line of one reading. */
  take(line: Fields, at: number): void {
    this.#verdicts = verdictsOf(line);
    const pools = Object.entries(fieldsOf(line.leak) ?? {}).slice(0, MOST_POOLS);
    for (const [id, fields] of pools) {
      const verdict = verdictOf(fieldsOf(fields));
      if (verdict !== undefined && (this.#pools.has(id) || this.#pools.size < MOST_POOLS))
        this.#pools.set(id, verdict);
    }
    const processes = listOf(line.processes, MOST_PROCESSES);
    if (processes.length > 0) this.#takeProcesses(processes, at);
  }

  /** Whether the line that was taken in last told these verdicts. */
  says(verdicts: string): boolean {
    return verdicts === this.#verdicts;
  }

  /** The latest verdict on a pool; moments in it are those of the wall clock. */
  pool(id: string): LeakVerdict | undefined {
    return this.#pools.get(id);
  }

  process(key: string): LeakVerdict | undefined {
    return this.#processes.get(key)?.verdict;
  }

  /** Those that were named last and before. */
  get processes(): readonly ProcessLeak[] {
    return [...this.#processes.values()];
  }

  #takeProcesses(processes: readonly Fields[], at: number): void {
    for (const [key, leak] of this.#processes) this.#processes.set(key, {...leak, isThere: false});
    for (const fields of processes) {
      const process = processOf(fields);
      const verdict = verdictOf({...fields, verdict: fields.leak});
      if (process === undefined || verdict === undefined) continue;
      const key = processKey(process);
      const firstLeakAt =
        this.#processes.get(key)?.firstLeakAt ?? (verdict.state === 'leak' ? at : undefined);
      const {pid, rssBytes} = process;
      this.#processes.delete(key);
      this.#processes.set(key, {
        key,
        process: {pid, name: programName(process).title, rssBytes},
        verdict,
        isThere: true,
        ...(firstLeakAt !== undefined && {firstLeakAt}),
      });
    }
    for (const key of [...this.#processes.keys()].slice(0, -MOST_PROCESSES)) this.#processes.delete(key);
  }
}

/** The way back from the log's fields of a verdict. */
function verdictOf(fields: Fields | undefined): LeakVerdict | undefined {
  const state = wordOf(fields?.verdict, LEAK_STATES);
  if (fields === undefined || state === undefined) return undefined;
  const ratePerHour = signedOf(fields.growth_bytes_per_hour);
  const [low, high] = numbersOf(fields.growth_interval);
  const sinceMs = timeOf(fields.since);
  const toLimit = timeTo(fields, 'limit_in');
  const toThreshold = timeTo(fields, 'threshold_in');
  // At the pace of the last readings, and not at that of the floor.
  const fast = signedOf(fields.limit_in_growth_bytes_per_hour);
  const isFast = toLimit !== undefined && fast !== undefined;
  return {
    state,
    confidence: Math.min(1, amountOf(fields.confidence) ?? 0),
    forecast: {
      ...(toLimit !== undefined && !isFast && {toLimit}),
      ...(toThreshold !== undefined && {toThreshold}),
    },
    ...(ratePerHour !== undefined && {ratePerHour}),
    ...(low !== undefined && high !== undefined && {ratePerHourInterval: {low, high}}),
    ...(sinceMs !== undefined && {sinceMs}),
    ...(isFast && {fastExhaustion: {...toLimit, ratePerHour: fast}}),
  };
}

function timeTo(fields: Fields, name: string): TimeTo | undefined {
  const seconds = amountOf(fields[`${name}_seconds`]);
  const [low, high] = numbersOf(fields[`${name}_interval`]);
  if (seconds === undefined || low === undefined || high === undefined) return undefined;
  return {ms: seconds * SECOND_MS, lowMs: low * SECOND_MS, highMs: high * SECOND_MS};
}

function numbersOf(value: unknown): readonly (number | undefined)[] {
  return Array.isArray(value) ? value.slice(0, 2).map(signedOf) : [];
}

/** A figure that may be less than 0. */
function signedOf(value: unknown): number | undefined {
  return typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

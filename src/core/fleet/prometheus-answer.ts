import {cutEnd, safeText} from '../text.ts';
import {type FleetPoint, MOST_LABEL, MOST_POINTS} from './point.ts';

/** One line of a range: moments in milliseconds, with their values. */
export interface FleetSeries {
  readonly labels: FleetPoint['labels'];
  readonly points: readonly (readonly [at: number, value: number])[];
}

/** What Prometheus answered, or why that is of no use, in words. */
export type Answer<T> =
  | {readonly ok: true; readonly value: T}
  | {readonly ok: false; readonly problem: string};

const NOT_ITS_FORM = 'expected an answer of Prometheus, got something else';
const LONGEST_PROBLEM = 120;

/** The answer to a query of one moment. Nothing makes it throw. */
export function parseVector(text: string): Answer<readonly FleetPoint[]> {
  return parsed(text, 'vector', (entry) => {
    const pair = readPair(entry.value);
    const labels = readLabels(entry.metric);
    if (pair === undefined || labels === undefined) return undefined;
    const {__name__: name = '', ...others} = labels;
    return {name, labels: others, value: pair[1]};
  });
}

/** The answer to a query of a range. Nothing makes it throw. */
export function parseMatrix(text: string): Answer<readonly FleetSeries[]> {
  return parsed(text, 'matrix', (entry) => {
    const labels = readLabels(entry.metric);
    if (labels === undefined || !Array.isArray(entry.values)) return undefined;
    const points = entry.values.slice(0, MOST_POINTS).flatMap((pair: unknown) => {
      const read = readPair(pair);
      return read === undefined ? [] : [read];
    });
    const {__name__: _, ...others} = labels;
    return {labels: others, points};
  });
}

/** What Prometheus says of a query that it refuses; nothing where that cannot be read. */
export function problemIn(text: string): string | undefined {
  const answer = jsonOf(text);
  const error = isObject(answer) ? answer.error : undefined;
  return typeof error === 'string' ? cutEnd(safeText(error).trim(), LONGEST_PROBLEM) : undefined;
}

function parsed<T>(
  text: string,
  form: string,
  read: (entry: Readonly<Record<string, unknown>>) => T | undefined,
): Answer<readonly T[]> {
  const answer = jsonOf(text);
  const data = isObject(answer) && answer.status === 'success' ? answer.data : undefined;
  if (!isObject(data) || data.resultType !== form || !Array.isArray(data.result))
    return {ok: false, problem: problemIn(text) ?? NOT_ITS_FORM};
  const entries: readonly unknown[] = data.result.slice(0, MOST_POINTS);
  const value = entries.flatMap((entry) => {
    const one = isObject(entry) ? read(entry) : undefined;
    return one === undefined ? [] : [one];
  });
  return {ok: true, value};
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readLabels(metric: unknown): FleetPoint['labels'] | undefined {
  if (!isObject(metric)) return undefined;
  const texts = Object.entries(metric).flatMap(([name, text]) =>
    typeof text === 'string' ? [[name, text.slice(0, MOST_LABEL)] as const] : [],
  );
  return Object.fromEntries(texts);
}

/** Seconds and a figure in quotes; in milliseconds. What is not finite is no figure. */
function readPair(pair: unknown): readonly [number, number] | undefined {
  if (!Array.isArray(pair) || typeof pair[0] !== 'number' || typeof pair[1] !== 'string') return undefined;
  const [at, value] = [pair[0] * 1000, pair[1].trim() === '' ? Number.NaN : Number(pair[1])];
  return Number.isFinite(at) && Number.isFinite(value) ? [at, value] : undefined;
}

import {createHash} from 'node:crypto';
import type {Frame} from '../../core/frame.ts';
import {safeText} from '../../core/text.ts';

/** All that metrics are read from: the latest frame, and what is no part of a frame. */
export interface View {
  readonly frame: Frame;
  readonly alerts: AlertView;
  readonly facts: RunFacts;
}

export interface AlertView {
  /** How often each rule has raised an alert since the start; rules that never did stand with 0. */
  readonly counts: ReadonlyMap<string, number>;
}

/** What a run is, and how it reads. */
export interface RunFacts {
  readonly version: string;
  readonly hostName: string;
  readonly platform: string;
  /** Wall clock, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly intervalMs: number;
  /** How many programs are told of at most. */
  readonly top: number;
}

export type Labels = Readonly<Record<string, string>>;

/** One figure with its labels. */
export interface Point {
  readonly labels?: Labels;
  readonly value: number;
}

/** One metric: its name stands beside it in the table. */
export interface MetricSpec {
  readonly type: 'gauge' | 'counter';
  /** One sentence, for `# HELP` and for the README. */
  readonly help: string;
  readonly labels: readonly string[];
  /** What there is to tell now; nothing where that is not known. */
  readonly read: (view: View) => readonly Point[];
}

/** Longer names say no more, and each is a series. */
const MOST_LABEL = 80;

const HASH_DIGITS = 8;

/** A text from outside as the value of a label; of a longer one the middle gives way to what tells it from others. */
export function label(text: string): string {
  const safe = safeText(text).trim();
  if (safe.length <= MOST_LABEL) return safe;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);
  const kept = (MOST_LABEL - HASH_DIGITS - 2) / 2;
  return `${safe.slice(0, kept)}…${hash}…${safe.slice(-kept)}`;
}

/** A figure without labels, or nothing where it is not known. */
export function one(value: number | undefined): readonly Point[] {
  return value === undefined ? [] : [{value}];
}

/** A figure with labels, or nothing where it is not known. */
export function labelled(labels: Labels, value: number | undefined): readonly Point[] {
  return value === undefined ? [] : [{labels, value}];
}

/** One point for each state that something may be in, with 1 at the one that it is in. */
export function states(
  labels: Labels,
  name: string,
  {all, now}: {readonly all: readonly string[]; readonly now: string},
): readonly Point[] {
  return all.map((state) => ({labels: {...labels, [name]: state}, value: Number(state === now)}));
}

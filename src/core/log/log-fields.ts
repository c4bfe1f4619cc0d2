import {BYTES_PER_MB} from '../format.ts';

/** How what a log holds is let in: whatever is missing or of another kind is absent, and nothing here throws. */

/** One line of a log as it was parsed, or an object inside it. Nothing of it is trusted yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Longer texts are cut: a log is read whole, and what it names is kept. */
const MOST_TEXT = 2000;

export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** The objects of a list, the first `most` of its entries; none where it is no list. */
export function listOf(value: unknown, most: number): readonly Fields[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  return entries
    .slice(0, most)
    .map(fieldsOf)
    .filter((fields) => fields !== undefined);
}

/** A number of 0 or more, also where it is written as a string. */
export function amountOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && number >= 0 && number <= Number.MAX_SAFE_INTEGER ? number : undefined;
}

/** An amount that is written in MB of 1,048,576 bytes, as bytes. */
export function megabytesOf(value: unknown): number | undefined {
  const mb = amountOf(value);
  return mb === undefined ? undefined : mb * BYTES_PER_MB;
}

/** A whole number up to `most`. */
export function countOf(value: unknown, most: number = Number.MAX_SAFE_INTEGER): number | undefined {
  const amount = amountOf(value);
  return amount !== undefined && Number.isInteger(amount) && amount <= most ? amount : undefined;
}

/** A length of time in seconds, up to a thousand years, as milliseconds: no moment may leave the calendar by it. */
export function lengthOf(value: unknown): number | undefined {
  const seconds = amountOf(value);
  return seconds !== undefined && seconds <= MOST_SECONDS ? seconds * 1000 : undefined;
}

const MOST_SECONDS = 1000 * 366 * 86_400;

/** A text as it came, cut where it is endless. Not yet safe for a terminal. */
export function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (value.length <= MOST_TEXT) return value;
  // A plain slice would keep the whole text in memory.
  return JSON.parse(JSON.stringify(`${value.slice(0, MOST_TEXT - 1)}…`)) as string;
}

/** One of a list of words. */
export function wordOf<W extends string>(value: unknown, words: readonly W[]): W | undefined {
  return words.find((word) => word === value);
}

/** Amounts by our names, from the log's; what is not there is absent. */
export function amountsOf<N extends string>(
  fields: Fields,
  names: Readonly<Record<N, string>>,
): Readonly<Partial<Record<N, number>>> {
  const amounts: Partial<Record<N, number>> = {};
  for (const name in names) {
    const amount = amountOf(fields[names[name]]);
    if (amount !== undefined) amounts[name] = amount;
  }
  return amounts;
}

// As `2026-11-22 12:15` at least, and with microseconds and an offset at most.
const [LEAST_TIME, MOST_TIME] = [16, 40];
const LATEST = Date.UTC(2200, 0);

/** A place on a run's line, milliseconds: as a moment, within what a log may tell. */
export function placeOf(value: unknown): number | undefined {
  const place = amountOf(value);
  return place !== undefined && place < LATEST ? place : undefined;
}

/**
 * A moment as logs write it, milliseconds since the epoch: ISO 8601, also with a blank for the T and with
 * microseconds; without a zone it is local time.
 */
export function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length < LEAST_TIME || value.length > MOST_TIME) return undefined;
  // Else a date could be made of nearly anything.
  if (value[4] !== '-' || value[7] !== '-' || (value[10] !== 'T' && value[10] !== ' ')) return undefined;
  const at = Date.parse(value);
  return at >= 0 && at < LATEST ? at : undefined;
}

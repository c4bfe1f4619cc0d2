import type {LogEnds} from './log-span.ts';

/** One file of several, with where it begins and ends. */
export interface LogPart extends LogEnds {
  readonly name: string;
}

/** Two logs that were recorded at the same time. */
export interface LogOverlap {
  readonly first: LogPart;
  readonly second: LogPart;
}

/**
 * Logs in the order in which they were written: by their beginnings. Parts of one rotated log (`run.jsonl.2.gz`,
 * `run.jsonl.1`, `run.jsonl`) that overlap, as after the clock was set back, go by their numbers, the highest first.
 * Other logs that overlap are no one run: of two machines at a time there is no peak and no average.
 */
export function orderLogs(parts: readonly LogPart[]): readonly LogPart[] | LogOverlap {
  const ordered = parts.toSorted((a, b) =>
    arePartsOfOne(a, b) && overlap(a, b) ? numberOf(b) - numberOf(a) : a.startedAt - b.startedAt,
  );
  for (const [index, second] of ordered.entries()) {
    const first = ordered.slice(0, index).find((one) => !arePartsOfOne(one, second) && overlap(one, second));
    if (first !== undefined) return {first, second};
  }
  return ordered;
}

function overlap(a: LogEnds, b: LogEnds): boolean {
  return a.startedAt < b.endedAt && b.startedAt < a.endedAt;
}

function arePartsOfOne(a: LogPart, b: LogPart): boolean {
  return a.name !== b.name && baseOf(a) === baseOf(b) && numberOf(a) !== numberOf(b);
}

const PART = /^(.*?)(?:\.(\d{1,6}))?(?:\.gz)?$/i;

function baseOf({name}: LogPart): string {
  return PART.exec(name)?.[1] ?? name;
}

/** How often it was moved on since it was written; 0 of the one that is written now. */
function numberOf({name}: LogPart): number {
  return Number(PART.exec(name)?.[2] ?? 0);
}

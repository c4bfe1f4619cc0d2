import type {ProcessRow} from './process-rows.ts';

/** What one row must lead another by to overtake it. */
const LEAD_SHARE = 0.02;
const LEAD_BYTES = 16 * 1024 * 1024;

export interface Order {
  readonly keys: readonly string[];
  /** Pairs in which the lower one led at the last scan: `upper>lower`. */
  readonly challenges: ReadonlySet<string>;
}

export const NO_ORDER: Order = {keys: [], challenges: new Set()};

/** What rows are ordered by, bytes. */
export type Figure = (row: ProcessRow) => number;

export const rssOf: Figure = ({rssBytes}) => rssBytes;
/** What cannot be known comes last. */
export const vramOf: Figure = ({vramBytes}) => vramBytes ?? -1;

type Rows = ReadonlyMap<string, ProcessRow>;

/**
 * The order of rows from one scan to the next: a row overtakes another only when it leads by 2 % and 16 MiB
 * in two scans running, so that rows do not dance. Newcomers are put in by their size.
 */
export function settleOrder(
  former: Order,
  sorted: readonly ProcessRow[],
  isHeld: boolean,
  figure: Figure = rssOf,
): Order {
  const rows = new Map(sorted.map((row) => [row.key, row]));
  const kept = former.keys.filter((key) => rows.has(key));
  const known = new Set(kept);
  const newcomers = sorted.filter(({key}) => !known.has(key));
  if (isHeld) return {keys: [...kept, ...newcomers.map(({key}) => key)], challenges: former.challenges};
  const keys = [...kept];
  for (const row of newcomers) keys.splice(placeOf(row, keys, rows, figure), 0, row.key);
  return overtake(keys, rows, former.challenges, figure);
}

/** One pass from the top: a row goes past all those above it that it has led twice. */
function overtake(keys: string[], rows: Rows, former: ReadonlySet<string>, figure: Figure): Order {
  const challenges = new Set<string>();
  for (let index = 1; index < keys.length; index += 1) {
    let isPassing = true;
    const lower = keys[index] ?? '';
    for (let place = index; place > 0; place -= 1) {
      const upper = keys[place - 1] ?? '';
      if (!leads(rows.get(lower), rows.get(upper), figure)) break;
      const pair = `${upper}>${lower}`;
      challenges.add(pair);
      isPassing &&= former.has(pair);
      if (isPassing) [keys[place - 1], keys[place]] = [lower, upper];
    }
  }
  return {keys, challenges};
}

function leads(lower: ProcessRow | undefined, upper: ProcessRow | undefined, figure: Figure): boolean {
  if (lower === undefined || upper === undefined) return false;
  const other = sizeBeside(upper, lower, figure);
  const lead = sizeBeside(lower, upper, figure) - other;
  return lead >= LEAD_BYTES && lead >= other * LEAD_SHARE;
}

/** What one is compared by with another: two that hold no VRAM, as far as anybody knows, are told apart by their RAM. */
function sizeBeside(one: ProcessRow, other: ProcessRow, figure: Figure): number {
  const size = figure(one);
  return size > 0 || figure(other) > 0 ? size : one.rssBytes;
}

function placeOf(row: ProcessRow, keys: readonly string[], rows: Rows, figure: Figure): number {
  const index = keys.findIndex((key) => {
    const other = rows.get(key) ?? row;
    return sizeBeside(other, row, figure) < sizeBeside(row, other, figure);
  });
  return index < 0 ? keys.length : index;
}

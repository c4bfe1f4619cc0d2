import type {Column} from '../history-tier.ts';
import type {FleetPast} from './fleet.ts';

/** So many steps without a figure are a gap. */
const MISSED_STEPS = 2.5;

/** The past of a pool from points in the order of time, one each step or less often. Figures are percent. */
export function pastOf(
  points: readonly (readonly [at: number, percent: number])[],
  stepMs: number,
): FleetPast {
  return {
    columns(from, columnMs, count, until = Number.POSITIVE_INFINITY) {
      const columns: Column[] = Array.from({length: count}, () => 'empty');
      const held: number[][] = columns.map(() => []);
      let last: number | undefined;
      for (const [at, percent] of points) {
        const index = Math.floor((at - from) / columnMs);
        if (at >= until) break;
        if (last !== undefined && at - last > MISSED_STEPS * stepMs)
          markGap(columns, (last - from) / columnMs, index);
        last = at;
        held[index]?.push(percent);
      }
      return columns.map((column, index) => bucketOf(held[index] ?? []) ?? column);
    },
  };
}

function markGap(columns: Column[], from: number, to: number): void {
  const [start, end] = [
    Math.max(0, Math.floor(from) + 1),
    Math.min(columns.length, Math.max(to, Math.floor(from) + 2)),
  ];
  for (let index = start; index < end; index += 1) columns[index] = 'gap';
}

function bucketOf(values: readonly number[]): Column | undefined {
  if (values.length === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return {min: Math.min(...values), mean, max: Math.max(...values)};
}

/** The lowest value of each of `count` blocks of equal length, oldest first. */
export function blockFloors(values: ArrayLike<number>, count: number): Float64Array {
  const floors = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  for (let index = 0; index < values.length; index += 1) {
    const block = Math.min(count - 1, Math.floor((index * count) / values.length));
    floors[block] = Math.min(floors[block] ?? 0, values[index] ?? 0);
  }
  return floors;
}

/** What a climb is made up of. */
export interface Gains {
  /** How many increments of equal size would be as uneven as these: 1 for one step, n for a straight line. */
  readonly participation: number;
  /** Share of all that was gained which was kept to the end. */
  readonly retention: number;
}

/**
 * The participation ratio of the gains, (Σd)² / Σd² (Bell and Dean, Discuss. Faraday Soc. 50, 1970; elsewhere
 * the inverse of Herfindahl's index), and what is left of them at the end.
 */
export function gainsOf(values: ArrayLike<number>): Gains {
  let [gained, squares] = [0, 0];
  for (let index = 1; index < values.length; index += 1) {
    const gain = Math.max(0, (values[index] ?? 0) - (values[index - 1] ?? 0));
    gained += gain;
    squares += gain * gain;
  }
  if (gained === 0) return {participation: 0, retention: 0};
  const kept = (values[values.length - 1] ?? 0) - (values[0] ?? 0);
  return {participation: gained ** 2 / squares, retention: kept / gained};
}

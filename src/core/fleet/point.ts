/** One figure as somebody else tells it. Nothing in it is safe for a terminal. */
export interface FleetPoint {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Nobody has more to tell; what is beyond is left out. */
export const MOST_POINTS = 100_000;
/** Labels are cut there. */
export const MOST_LABEL = 300;

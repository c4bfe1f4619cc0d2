export const HOUR_MS = 3_600_000;

/** The normal deviate of an 80 % interval. */
export const DEVIATE = 1.2816;

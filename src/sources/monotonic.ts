/** Milliseconds on the clock that never steps. The global `performance` would load a dozen parts of the runtime first. */
export function monotonicMs(): number {
  const time = process.hrtime();
  return time[0] * 1000 + time[1] / 1e6;
}

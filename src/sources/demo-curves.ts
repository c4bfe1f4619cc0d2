/** The demo's script: how its machine changes over time. Every curve is continuous, and the last second of the loop meets the first. */

/** How long the story takes before it begins anew. */
export const LOOP_MS = 240_000;

export interface Moment {
  /** Milliseconds since the demo began; below 0 for its past. */
  readonly elapsedMs: number;
  /** Seconds into the story; 0 before it begins. */
  readonly second: number;
  /** How often the story has been told to its end. */
  readonly loop: number;
}

export function momentAt(elapsedMs: number): Moment {
  const loop = Math.max(0, Math.floor(elapsedMs / LOOP_MS));
  return {elapsedMs, loop, second: Math.max(0, elapsedMs - loop * LOOP_MS) / 1000};
}

/** A number from 0 to 1 that stands for this seed and index for ever. */
export function chance(seed: number, index: number): number {
  let bits = (seed ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
}

/** A calm movement from -1 to 1 without a period that the eye would find. */
export function wave(seed: number, index: number, {elapsedMs}: Moment, periodMs = 23_000): number {
  const turn = (elapsedMs / periodMs) * 2 * Math.PI;
  const [first, second] = [chance(seed, index * 2), chance(seed, index * 2 + 1)];
  return 0.6 * Math.sin(turn + first * 2 * Math.PI) + 0.4 * Math.sin(turn * 0.382 + second * 2 * Math.PI);
}

/** 0 to 1: a model is read into memory. */
export function loading({second}: Moment): number {
  return rise(second, 2, 15) - rise(second, 34, 43);
}

/** 0 to 1: what stays in memory of a model that a GPU has taken over. */
export function resident({second}: Moment): number {
  return rise(second, 34, 43) - rise(second, 212, 224);
}

/** 0 to 1: a model lies in the GPU's memory. */
export function offloaded({second}: Moment): number {
  return rise(second, 14, 17) - rise(second, 214, 222);
}

/** 0 to 1: the GPU is warm from work. */
export function warm({second}: Moment): number {
  return rise(second, 15, 60) - rise(second, 216, 240);
}

/** 0 to 1: memory is short and the kernel has to make room. */
export function tight({second}: Moment): number {
  return rise(second, 12, 18) - rise(second, 33, 41);
}

/** As `tight`, the way an average over a minute sees it. */
export function tightOverMinute({second}: Moment): number {
  return rise(second, 13, 45) - rise(second, 46, 105);
}

/** Shares of a loop's swapping done so far, all loops before it counted: out while memory is short, in again later. */
export function swapped({second, loop}: Moment): {readonly out: number; readonly in: number} {
  return {out: loop + rise(second, 14, 36), in: loop + rise(second, 60, 190)};
}

const TOOTH_S = 30;
const TOOTH_FALL_S = 4;
const TEETH_END_S = 228;

/** GiB that a leak has added: a saw-tooth over a floor that rises until its program is loaded anew. */
export function leak({elapsedMs, second}: Moment): number {
  const inTooth = (((elapsedMs / 1000) % TOOTH_S) + TOOTH_S) % TOOTH_S;
  const climb = Math.min(1, inTooth / (TOOTH_S - TOOTH_FALL_S));
  const tooth = 0.9 * (climb - rise(inTooth, TOOTH_S - TOOTH_FALL_S, TOOTH_S));
  const floor = elapsedMs < 0 ? elapsedMs / 400_000 : 2.8 * (second / TEETH_END_S);
  const reload = rise(second, TEETH_END_S, LOOP_MS / 1000);
  return tooth + Math.min(floor, 2.8) * (1 - reload);
}

/** 0 before `from`, 1 after `to`, without an edge between them. */
function rise(at: number, from: number, to: number): number {
  const share = Math.min(1, Math.max(0, (at - from) / (to - from)));
  return share * share * (3 - 2 * share);
}

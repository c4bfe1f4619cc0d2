import {BENIGN_FAMILIES} from './benign-families.ts';
import {LEAK_FAMILIES} from './leak-families.ts';
import {observe} from './observe.ts';
import {Random} from './random.ts';
import type {Trace} from './trace.ts';

export const FAMILIES = {...LEAK_FAMILIES, ...BENIGN_FAMILIES};

/** The trace of a family and a seed, the same on every machine. */
export function makeTrace(family: string, seed: number): Trace {
  const behave = FAMILIES[family];
  if (behave === undefined) throw new RangeError(`family: expected a known one, got ${family}`);
  const random = new Random(seed * 7919 + hash(family));
  return {family, seed, ...observe(behave(random), random)};
}

/** FNV-1a, 32 bits, so that families of one seed draw apart. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const letter of text) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}

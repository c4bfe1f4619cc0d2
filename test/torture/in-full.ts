import {test} from 'vitest';
import {IS_FULL} from './depth.ts';

/** A case that only `npm run torture` runs: it takes long, and a quick one beside it covers the same part. */
export function inFull(name: string, body: () => Promise<void>): void {
  if (IS_FULL) test(name, body);
}

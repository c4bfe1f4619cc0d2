import {inject} from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    torture: 'full' | 'quick';
  }
}

/** `npm run torture` runs everything in full; `npm test` runs the quick part of it, by the same code. */
export const IS_FULL = inject('torture') === 'full';

/** How many of something: all of them in full, fewer in the quick part. */
export function howMany(full: number, quick: number): number {
  return IS_FULL ? full : quick;
}

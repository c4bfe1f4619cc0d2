declare const MEMTOP_VERSION: string | undefined;

/** The version of this package; the build writes it in. */
export const VERSION = typeof MEMTOP_VERSION === 'undefined' ? '0.0.0-source' : MEMTOP_VERSION;

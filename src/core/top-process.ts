/** Whose memory an alert names: the largest process then, of a GPU the one that held most of its VRAM. */
export interface TopProcess {
  readonly pid: number;
  readonly name: string;
  readonly rssBytes: number;
  /** What it held of the GPU that is spoken of. */
  readonly vramBytes?: number;
}

/** What it held of the pool that is spoken of. */
export function heldBytes({rssBytes, vramBytes}: TopProcess): number {
  return vramBytes ?? rssBytes;
}

import type {PoolKind} from './frame.ts';
import type {Threshold, VramThresholds} from './threshold.ts';

/** A bare number is percent. */
export type GivenThreshold = Threshold | number;

/** From where each kind of pool alerts. @default RAM 80 %, swap 50 %, VRAM 90 % (many servers take most of it beforehand) */
export interface GivenThresholds {
  readonly ram?: GivenThreshold;
  readonly swap?: GivenThreshold;
  readonly gpu?: GivenThreshold | VramThresholds;
}

/** The threshold of each kind of pool, and those of single GPUs. */
export class PoolThresholds {
  readonly #byKind: Record<PoolKind, Threshold>;
  readonly #byGpu: Record<string, Threshold>;

  constructor({ram = 80, swap = 50, gpu = 90}: GivenThresholds = {}) {
    const vram = typeof gpu === 'object' && 'all' in gpu ? gpu : {all: whole(gpu), byGpu: {}};
    this.#byKind = {ram: whole(ram), swap: whole(swap), gpu: vram.all};
    this.#byGpu = {...vram.byGpu};
  }

  /** That of a pool; `gpu` is a GPU's number. */
  of(kind: PoolKind, gpu: string | undefined): Threshold {
    return (gpu === undefined ? undefined : this.#byGpu[gpu]) ?? this.#byKind[kind];
  }

  /** Sets that of RAM, of swap, or of one GPU alone. */
  set(kind: PoolKind, gpu: string | undefined, threshold: Threshold): void {
    if (gpu === undefined) this.#byKind[kind] = threshold;
    else this.#byGpu[gpu] = threshold;
  }

  get vram(): VramThresholds {
    return {all: this.#byKind.gpu, byGpu: this.#byGpu};
  }
}

function whole(given: GivenThreshold): Threshold {
  return typeof given === 'number' ? {percent: given} : given;
}

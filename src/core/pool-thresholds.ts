import type {PoolKind} from './frame.ts';
import type {MaybeThreshold, Threshold, VramThresholds} from './threshold.ts';

/** A bare number is percent. */
export type GivenThreshold = Threshold | number;

/**
 * From where each kind of pool alerts.
 * @default RAM 80 %, swap 50 %, VRAM 90 % (many servers take most of it beforehand), /dev/shm 90 %, a followed job off
 */
export interface GivenThresholds {
  readonly ram?: GivenThreshold;
  readonly swap?: GivenThreshold;
  readonly gpu?: GivenThreshold | VramThresholds;
  readonly shm?: GivenThreshold | 'off';
  readonly job?: GivenThreshold | 'off';
}

/** The threshold of each kind of pool, and those of single GPUs. */
export class PoolThresholds {
  readonly #byKind: Record<PoolKind, MaybeThreshold>;
  readonly #vram: Threshold;
  readonly #byGpu: Record<string, Threshold>;

  constructor({ram = 80, swap = 50, gpu = 90, shm = 90, job = 'off'}: GivenThresholds = {}) {
    const vram = typeof gpu === 'object' && 'all' in gpu ? gpu : {all: whole(gpu), byGpu: {}};
    this.#byKind = {ram: whole(ram), swap: whole(swap), gpu: vram.all, shm: whole(shm), job: whole(job)};
    this.#vram = vram.all;
    this.#byGpu = {...vram.byGpu};
  }

  /** That of a pool; `gpu` is a GPU's number. */
  of(kind: PoolKind, gpu: string | undefined): MaybeThreshold {
    return (gpu === undefined ? undefined : this.#byGpu[gpu]) ?? this.#byKind[kind];
  }

  /** Sets that of a kind, of GPUs that of one alone. */
  set(kind: PoolKind, gpu: string | undefined, threshold: Threshold): void {
    if (gpu === undefined) this.#byKind[kind] = threshold;
    else this.#byGpu[gpu] = threshold;
  }

  get vram(): VramThresholds {
    return {all: this.#vram, byGpu: this.#byGpu};
  }
}

function whole<T extends GivenThreshold | 'off'>(given: T): Exclude<T, number> | Threshold;
function whole(given: GivenThreshold | 'off'): MaybeThreshold {
  return typeof given === 'number' ? {percent: given} : given;
}

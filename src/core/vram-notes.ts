import type {SessionEvent} from './event.ts';
import type {Sample} from './sample.ts';

/** Tells once why VRAM of processes stays unknown for as long as memtop runs. */
export class VramNotes {
  /** Reasons told so far. */
  readonly #told = new Set<string>();

  feed({gpus, at}: Pick<Sample, 'gpus' | 'at'>): readonly SessionEvent[] {
    if (gpus.status !== 'ok') return [];
    return gpus.value.flatMap(({missing}): readonly SessionEvent[] => {
      const {status, reason} = missing?.processes ?? {};
      if (reason === undefined || status === 'failed' || this.#told.has(reason)) return [];
      this.#told.add(reason);
      return [{kind: 'note', at, what: 'VRAM', text: reason}];
    });
  }
}

import {formatElapsed} from '../../core/format.ts';
import {failed, type Missing} from '../../core/sample.ts';
import type {Host} from '../host.ts';
import {documentCutter, type MigInstance, parseMig} from './nvidia-mig.ts';
import {migArguments, whyEnded} from './nvidia-smi.ts';
import {ProgramStream} from './program-stream.ts';

/** One document asks the driver for everything there is. */
const LEAST_LOOP_MS = 5000;
const LATE_TURNS = 3;
const HANGING_TURNS = 6;

/** The MIG instances of all GPUs, through an nvidia-smi that goes on writing documents. */
export class NvidiaMig {
  readonly #stream: ProgramStream;
  readonly #host: Host;
  readonly #startedMs: number;
  readonly #lateMs: number;
  readonly #onFirst: () => void;
  #instances: ReadonlyMap<string, readonly MigInstance[]> = new Map();

  constructor(
    host: Host,
    {file, ids}: {readonly file: string; readonly ids: () => readonly string[]},
    loopMs: number,
    onFirst: () => void,
  ) {
    this.#host = host;
    this.#startedMs = host.monotonic();
    this.#onFirst = onFirst;
    const everyMs = Math.max(LEAST_LOOP_MS, loopMs);
    this.#lateMs = LATE_TURNS * everyMs;
    this.#stream = new ProgramStream(host, {
      file,
      args: () => migArguments(everyMs, ids()),
      onText: documentCutter((document) => this.#take(document)),
      onEnd: (end, said) => ({
        reason: end.status === 'exited' ? whyEnded(end.code, said) : failed(`nvidia-smi: ${end.reason}`),
      }),
      silenceMs: HANGING_TURNS * everyMs,
    });
  }

  /** Those of a GPU; `undefined` while none is known. */
  instancesOf(uuid: string): readonly MigInstance[] | undefined {
    const instances = this.#instances.get(uuid);
    return instances === undefined || instances.length === 0 ? undefined : instances;
  }

  /** Why its figures are too old to be told as those of now, if they are. */
  get lost(): Missing | undefined {
    const {silentMs, problem} = this.#stream;
    return silentMs <= this.#lateMs
      ? undefined
      : (problem ?? failed(`no answer for ${formatElapsed(silentMs)}`));
  }

  /** Since its start, milliseconds. */
  get ageMs(): number {
    return this.#host.monotonic() - this.#startedMs;
  }

  tend(): void {
    this.#stream.tend();
  }

  close(): void {
    this.#stream.close();
  }

  #take(document: string): void {
    const instances = parseMig(document);
    if (instances.size === 0) return;
    this.#instances = instances;
    this.#onFirst();
    this.#stream.noteSuccess();
  }
}

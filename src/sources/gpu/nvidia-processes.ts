import {failed, type GpuProcess, type Missing, unsupported} from '../../core/sample.ts';
import type {Host} from '../host.ts';
import type {ProcessList} from './figure.ts';
import {AppFrames} from './nvidia-apps.ts';
import {type AppLine, parseAppLine} from './nvidia-csv.ts';
import {appArguments, whyEnded} from './nvidia-smi.ts';
import {HIDDEN_IN_CONTAINER, pidSpace} from './pid-space.ts';
import {lineCutter, ProgramStream} from './program-stream.ts';
import {isWsl} from './wsl.ts';

/** Marks the pids that name no process to be seen here. */
export type Trust = (processes: readonly GpuProcess[]) => ProcessList;

/** How long nvidia-smi takes to its first list, where there is one. */
const FIRST_LIST_MS = 1500;

/** The processes on all GPUs, through an nvidia-smi that writes while something computes. */
export class NvidiaProcesses {
  readonly #host: Host;
  readonly #stream: ProgramStream;
  readonly #frames: AppFrames;
  readonly #space: ReturnType<typeof pidSpace>;
  readonly #whyNone: Missing | undefined;
  readonly #startedMs: number;
  #hasWritten = false;

  constructor(host: Host, file: string, loopMs: number) {
    this.#host = host;
    this.#startedMs = host.monotonic();
    this.#space = pidSpace(host);
    this.#frames = new AppFrames(loopMs);
    this.#whyNone = whyNone(host, this.#space.isWhole);
    this.#stream = new ProgramStream(host, {
      file,
      args: () => appArguments(loopMs),
      onText: lineCutter((line) => this.#hear(line)),
      onEnd: (end, said) => ({
        reason: end.status === 'exited' ? whyEnded(end.code, said) : failed(`nvidia-smi: ${end.reason}`),
      }),
    });
  }

  tend(): void {
    this.#stream.tend();
  }

  close(): void {
    this.#stream.close();
  }

  /** Those on one GPU. */
  on(uuid: string): ProcessList {
    const {problem} = this.#stream;
    if (problem !== undefined) return {missing: problem};
    if (!this.#hasWritten && this.#host.monotonic() - this.#startedMs < FIRST_LIST_MS)
      return {missing: failed('waiting for the first list')};
    const lines = this.#frames.at(this.#host.monotonic());
    const own = this.#trusting(
      lines.map(({pid}) => pid),
      lines.filter(({gpuUuid}) => gpuUuid === uuid).map(processOf),
    );
    const untold = lines.find(({gpuUuid, missing}) => gpuUuid === uuid && missing !== undefined)?.missing;
    return untold === undefined ? own : {...own, missing: this.#whyUntold(untold)};
  }

  /** As `on`, for a list that came another way. */
  readonly trust: Trust = (processes) =>
    this.#trusting(
      processes.map(({pid}) => pid),
      processes,
    );

  #hear(text: string): void {
    const line = parseAppLine(text);
    if (line === undefined) return;
    this.#hasWritten = true;
    this.#frames.add(line, this.#host.monotonic());
    this.#stream.noteSuccess();
  }

  #trusting(pids: readonly number[], own: readonly GpuProcess[]): ProcessList {
    const processes = [...own].sort((a, b) => (b.usedBytes ?? 0) - (a.usedBytes ?? 0));
    if (processes.length === 0) return this.#whyNone === undefined ? {processes} : {missing: this.#whyNone};
    if (this.#space.trusts(pids)) return {processes};
    const hidden = 'its pid is not of this container';
    return {
      processes: processes.map((process) => ({...process, hidden})),
      missing: unsupported(HIDDEN_IN_CONTAINER),
    };
  }

  #whyUntold(untold: Missing): Missing {
    return this.#host.platform === 'win32' && untold.status === 'unsupported'
      ? unsupported('WDDM does not tell what a process holds')
      : untold;
  }
}

/** Why an empty list does not mean that nobody is there. */
function whyNone(host: Host, isWhole: boolean): Missing | undefined {
  if (isWsl(host)) return unsupported('WSL does not tell which processes hold VRAM');
  return isWhole ? undefined : unsupported(HIDDEN_IN_CONTAINER);
}

function processOf({pid, usedBytes}: AppLine): GpuProcess {
  return {pid, ...(usedBytes !== undefined && {usedBytes})};
}

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

interface Lists {
  readonly lines: readonly AppLine[];
  readonly isTrusted: boolean;
  readonly byGpu: ReadonlyMap<string, ProcessList>;
}

/** How long nvidia-smi takes to its first list, where there is one. */
const FIRST_LIST_MS = 500;

/** The processes on all GPUs, through an nvidia-smi that writes while something computes. */
export class NvidiaProcesses {
  readonly #host: Host;
  readonly #stream: ProgramStream;
  readonly #frames: AppFrames;
  readonly #space: ReturnType<typeof pidSpace>;
  /** What no line means. */
  readonly #nobody: ProcessList;
  #hasWritten = false;
  #lists: Lists | undefined;

  constructor(host: Host, file: string, loopMs: number, ids: () => readonly string[]) {
    this.#host = host;
    this.#space = pidSpace(host);
    this.#frames = new AppFrames(loopMs);
    const whyNone = whyEmpty(host, this.#space.isWhole);
    this.#nobody = whyNone === undefined ? {processes: []} : {missing: whyNone};
    this.#stream = new ProgramStream(host, {
      file,
      args: () => appArguments(loopMs, ids()),
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

  /** Those on one GPU, of which there were readings since then on the steady clock. */
  on(uuid: string, sinceMs: number): ProcessList {
    const {problem} = this.#stream;
    if (problem !== undefined) return {missing: problem};
    const nowMs = this.#host.monotonic();
    if (!this.#hasWritten && nowMs - sinceMs < FIRST_LIST_MS)
      return {missing: failed('waiting for the first list')};
    return this.#byGpu(this.#frames.at(nowMs)).get(uuid) ?? this.#nobody;
  }

  /** As `on`, for lists that came another way; all their pids are trusted, or none. */
  trust(pids: readonly number[]): Trust {
    const isTrusted = this.#space.trusts(pids);
    return (processes) => (processes.length === 0 ? this.#nobody : listOf(processes, isTrusted));
  }

  #hear(text: string): void {
    const line = parseAppLine(text);
    if (line === undefined) return;
    this.#hasWritten = true;
    this.#frames.add(line, this.#host.monotonic());
    this.#stream.noteSuccess();
  }

  /** The lists of a frame; most are looked at more than once. */
  #byGpu(lines: readonly AppLine[]): ReadonlyMap<string, ProcessList> {
    const isTrusted = this.#space.isWhole || this.#space.trusts(lines.map(({pid}) => pid));
    if (this.#lists?.lines === lines && this.#lists.isTrusted === isTrusted) return this.#lists.byGpu;
    const linesOf = new Map<string, AppLine[]>();
    for (const line of lines) {
      const others = linesOf.get(line.gpuUuid);
      if (others === undefined) linesOf.set(line.gpuUuid, [line]);
      else others.push(line);
    }
    const byGpu = new Map<string, ProcessList>();
    for (const [uuid, own] of linesOf) byGpu.set(uuid, this.#listOn(own, isTrusted));
    this.#lists = {lines, isTrusted, byGpu};
    return byGpu;
  }

  #listOn(lines: readonly AppLine[], isTrusted: boolean): ProcessList {
    const list = listOf(lines.map(processOf), isTrusted);
    const untold = lines.find(({missing}) => missing !== undefined)?.missing;
    return untold === undefined ? list : {...list, missing: this.#whyUntold(untold)};
  }

  #whyUntold(untold: Missing): Missing {
    return this.#host.platform === 'win32' && untold.status === 'unsupported'
      ? unsupported('WDDM does not tell what a process holds')
      : untold;
  }
}

function listOf(processes: readonly GpuProcess[], isTrusted: boolean): ProcessList {
  const largestFirst = [...processes].sort((a, b) => (b.usedBytes ?? 0) - (a.usedBytes ?? 0));
  if (isTrusted) return {processes: largestFirst};
  const hidden = 'its pid is not of this container';
  return {
    processes: largestFirst.map((process) => ({...process, hidden})),
    missing: unsupported(HIDDEN_IN_CONTAINER),
  };
}

/** Why an empty list does not mean that nobody is there. */
function whyEmpty(host: Host, isWhole: boolean): Missing | undefined {
  if (isWsl(host)) return unsupported('WSL does not tell which processes hold VRAM');
  return isWhole ? undefined : unsupported(HIDDEN_IN_CONTAINER);
}

function processOf({pid, usedBytes}: AppLine): GpuProcess {
  return {pid, ...(usedBytes !== undefined && {usedBytes})};
}

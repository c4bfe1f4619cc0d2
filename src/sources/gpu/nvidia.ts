import {formatClock, formatElapsed} from '../../core/format.ts';
import {failed, type GpuReading, type Missing, ok, type Reading} from '../../core/sample.ts';
import type {Host, ProgramEnd} from '../host.ts';
import {GPU_FIELDS, type GpuField, type GpuIdentity, type GpuLine, gpuLineParser} from './nvidia-csv.ts';
import {FELL_OFF} from './nvidia-figure.ts';
import {NvidiaMig} from './nvidia-mig-stream.ts';
import {NvidiaProcesses} from './nvidia-processes.ts';
import {gpuReadingOf, migReadings} from './nvidia-readings.ts';
import {
  findNvidiaSmi,
  gpuArguments,
  lostBusId,
  nvidiaSmiNotFound,
  unknownField,
  whyEnded,
} from './nvidia-smi.ts';
import {hasNvidiaDevice, nvidiaBusIds} from './presence.ts';
import {lineCutter, ProgramStream} from './program-stream.ts';
import type {GpuOptions, GpuReader, GpuVendor} from './vendor.ts';

const MIN_LOOP_MS = 1000;
const MAX_LOOP_MS = 10_000;
/** A GPU without a line for so many turns has no answer; after so many more nvidia-smi is started anew. */
const LATE_TURNS = 3;
const HANGING_TURNS = 10;
const SLACK_MS = 250;
/** The lines of all GPUs, and of all processes, have come by then. */
const SETTLE_MS = 600;
/** The first document of MIG instances takes longer; without one the GPU is shown whole. */
const MIG_PATIENCE_MS = 5000;

/** GPUs of NVIDIA, through two nvidia-smi that go on writing: one of GPUs, one of processes. */
export const nvidia: GpuVendor = {
  name: 'NVIDIA',
  async open(host, options) {
    const file = findNvidiaSmi(host);
    if (file !== undefined) return new NvidiaReader(host, {file, busIds: await nvidiaBusIds(host)}, options);
    return (await hasNvidiaDevice(host)) ? nothing(nvidiaSmiNotFound) : undefined;
  },
};

function nothing(reason: Missing): GpuReader {
  return {latest: () => reason, ready: Promise.resolve(), close: () => {}};
}

interface Driver {
  /** Where nvidia-smi lies. */
  readonly file: string;
  readonly busIds: readonly string[];
}

interface Seen {
  readonly line: GpuLine;
  /** When its line came, by the wall clock and by the one that never steps. */
  readonly at: number;
  readonly clock: number;
}

class NvidiaReader implements GpuReader {
  readonly ready: Promise<void>;
  readonly #host: Host;
  readonly #file: string;
  /** The GPUs that the driver has, as far as it lists them. */
  readonly #busIds: readonly string[];
  readonly #loopMs: number;
  readonly #gpus: ProgramStream;
  readonly #processes: NvidiaProcesses;
  readonly #seen = new Map<number, Seen>();
  /** By place on the bus: since when, wall clock. */
  readonly #lost = new Map<string, number>();
  #fields: readonly GpuField[] = GPU_FIELDS;
  #parse = gpuLineParser(GPU_FIELDS);
  #mig: NvidiaMig | undefined;
  /** When the first line came, on the steady clock. */
  #firstMs = 0;
  #isReady: () => void = () => {};
  #cancelWait: () => void = () => {};

  constructor(host: Host, {file, busIds}: Driver, {intervalMs}: GpuOptions) {
    this.#host = host;
    this.#file = file;
    this.#busIds = busIds;
    this.#loopMs = Math.round(Math.min(MAX_LOOP_MS, Math.max(MIN_LOOP_MS, intervalMs)));
    this.ready = new Promise((resolve) => {
      this.#isReady = resolve;
    });
    this.#gpus = new ProgramStream(host, {
      file,
      args: () => gpuArguments(this.#fields, this.#loopMs, this.#askedFor()),
      onText: lineCutter((line) => this.#hear(line)),
      onEnd: (end, said) => this.#ended(end, said),
      silenceMs: HANGING_TURNS * this.#loopMs,
    });
    this.#processes = new NvidiaProcesses(host, file, this.#loopMs, () => this.#askedFor());
  }

  latest(): Reading<readonly GpuReading[]> | undefined {
    this.#gpus.tend();
    this.#processes.tend();
    this.#mig?.tend();
    if (this.#seen.size === 0) return this.#whyNothing();
    const seen = [...this.#seen.values()].sort((a, b) => a.line.gpu.index - b.line.gpu.index);
    const readings = [...seen.flatMap((one) => this.#readingsOf(one)), ...this.#neverSeen()];
    return readings.length === 0 ? undefined : ok(readings);
  }

  close(): void {
    this.#gpus.close();
    this.#processes.close();
    this.#mig?.close();
    this.#cancelWait();
    this.#isReady();
  }

  #hear(line: string): void {
    const read = this.#parse(line);
    if (read === undefined) return;
    const {gpu} = read;
    if (this.#seen.size === 0) {
      this.#firstMs = this.#host.monotonic();
      this.#cancelWait = this.#host.after(gpu.isMig ? MIG_PATIENCE_MS : SETTLE_MS, this.#isReady);
    }
    this.#lost.delete(busKey(gpu.busId));
    this.#seen.set(gpu.index, {line: read, at: this.#host.now(), clock: this.#host.monotonic()});
    this.#gpus.noteSuccess();
    if (gpu.isMig) this.#openMig();
  }

  #openMig(): void {
    const asked = {file: this.#file, ids: () => this.#askedFor()};
    this.#mig ??= new NvidiaMig(this.#host, asked, this.#loopMs, this.#isReady);
  }

  #ended(end: ProgramEnd, said: string): {reason: Missing; again?: boolean} {
    if (this.#seen.size === 0) this.#isReady();
    const reason = endReason(end, said);
    return {reason, again: this.#leaveOutField(said) || this.#leaveOutGpu(said)};
  }

  /** An older nvidia-smi refuses a field that it does not know; the others it tells. */
  #leaveOutField(said: string): boolean {
    const unknown = unknownField(said);
    const fields = this.#fields.filter((field) => field !== unknown);
    const isFewer = fields.length < this.#fields.length;
    this.#fields = fields;
    if (isFewer) this.#parse = gpuLineParser(fields);
    return isFewer;
  }

  /** One GPU that is gone makes nvidia-smi give up on all: it is asked for the others. */
  #leaveOutGpu(said: string): boolean {
    const told = lostBusId(said);
    const busId = told && this.#known().find((one) => isSameBus(one, told));
    if (!busId || this.#lost.has(busKey(busId))) return false;
    this.#lost.set(busKey(busId), this.#host.now());
    return this.#askedFor().length > 0;
  }

  #known(): readonly string[] {
    return this.#seen.size === 0 ? this.#busIds : [...this.#seen.values()].map(({line}) => line.gpu.busId);
  }

  /** The GPUs that are left, once one was lost; none named means all. */
  #askedFor(): readonly string[] {
    return this.#lost.size === 0 ? [] : this.#known().filter((busId) => !this.#lost.has(busKey(busId)));
  }

  #readingsOf({line, at, clock}: Seen): readonly GpuReading[] {
    const {gpu} = line;
    const lost = this.#whyLost(gpu, this.#host.monotonic() - clock);
    const mig = gpu.isMig ? this.#mig : undefined;
    const instances = mig?.instancesOf(gpu.uuid);
    if (instances !== undefined) {
      const pids = instances.flatMap(({processes}) => processes.map(({pid}) => pid));
      return migReadings({line, at, lost: lost ?? mig?.lost}, instances, this.#processes.trust(pids));
    }
    if (mig !== undefined && mig.ageMs < MIG_PATIENCE_MS) return [];
    return [gpuReadingOf({line, at, lost}, this.#processes.on(gpu.uuid, this.#firstMs))];
  }

  /** GPUs that were gone before their first line; the driver counts GPUs by their places on the bus. */
  #neverSeen(): readonly GpuReading[] {
    if (this.#lost.size === 0) return [];
    const places = [...this.#busIds].sort();
    const isSeen = (index: number, busId: string) =>
      this.#seen.has(index) || [...this.#seen.values()].some(({line}) => isSameBus(line.gpu.busId, busId));
    return places.flatMap((busId, index) => {
      const lostAt = this.#lost.get(busKey(busId));
      if (lostAt === undefined || isSeen(index, busId)) return [];
      return [{index, name: `NVIDIA GPU at ${busId}`, vendor: 'NVIDIA', at: lostAt, lost: failed(FELL_OFF)}];
    });
  }

  #whyLost({busId}: GpuIdentity, ageMs: number): Missing | undefined {
    const lostAt = this.#lost.get(busKey(busId));
    if (lostAt !== undefined) return failed(`lost at ${formatClock(lostAt)}: ${FELL_OFF}`);
    if (ageMs <= LATE_TURNS * this.#loopMs + SLACK_MS) return undefined;
    return this.#gpus.problem ?? failed(`no answer for ${formatElapsed(ageMs)}${this.#nextTry()}`);
  }

  #whyNothing(): Missing | undefined {
    const {problem, silentMs} = this.#gpus;
    if (problem !== undefined) return problem;
    if (silentMs <= LATE_TURNS * this.#loopMs) return undefined;
    return failed(`nvidia-smi gives no answer for ${formatElapsed(silentMs)}${this.#nextTry()}`);
  }

  #nextTry(): string {
    const {againInMs} = this.#gpus;
    return againInMs < 1000 ? '' : `, trying again in ${formatElapsed(againInMs)}`;
  }
}

function endReason(end: ProgramEnd, said: string): Missing {
  if (end.status === 'exited') return whyEnded(end.code, said);
  return end.status === 'missing' ? nvidiaSmiNotFound : failed(`nvidia-smi: ${end.reason}`);
}

/** The domain is written with four digits or with eight. */
function busKey(id: string): string {
  return id.toLowerCase().replace(/^0{4}(?=[0-9a-f]{4}:)/, '');
}

function isSameBus(one: string, other: string): boolean {
  return busKey(one) === busKey(other);
}

import {errorCode} from '../../core/errors.ts';
import {
  denied,
  failed,
  type GpuProcess,
  type Missing,
  ok,
  type Reading,
  unsupported,
} from '../../core/sample.ts';
import type {Host} from '../host.ts';
import {hidesProcesses} from '../processes/hidepid.ts';
import {type SlowReading, slowReading} from '../slow-reading.ts';
import type {ProcessList} from './figure.ts';

const SLICE_MS = 4;
const LOOKS_PER_BEAT = 200;
// A program opens its GPU soon after its start, or never.
const WAITS_MS = [5000, 25_000, 60_000] as const;
// The card's own figures do not wait longer for this.
const PATIENCE_MS = 100;
const UNITS: Readonly<Record<string, number>> = {'': 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3};
// What is resident is exact; the total also counts what is swapped out or was never touched.
const KEYS = ['resident', 'memory', 'total'] as const;
const STILL_LOOKING = failed('the processes are still being looked through');

/** What one process holds of one GPU, in bytes. What the kernel does not tell is absent. */
export interface DrmHolder {
  readonly pid: number;
  /** The card's own memory. */
  readonly vramBytes?: number;
  /** System memory that the card maps (amdgpu, xe). */
  readonly gttBytes?: number;
  /** System memory of i915 and xe. */
  readonly systemBytes?: number;
}

export interface DrmView {
  /** By place on the bus, as in `0000:03:00.0`. */
  readonly bySlot: ReadonlyMap<string, readonly DrmHolder[]>;
  /** How many processes do not let us see their files. */
  readonly denied: number;
  /** Why there may be more that hold memory. */
  readonly notAll?: Missing;
}

interface Known {
  looks: number;
  dueAt: number;
  isDenied: boolean;
  /** Its open files that may be a GPU's. */
  files: readonly string[];
}

type Region = 'vramBytes' | 'gttBytes' | 'systemBytes';
type Regions = Partial<Record<Region, number>>;

/**
 * Who holds memory of GPUs, from `/proc/PID/fdinfo` (kernel documentation: drm-usage-stats).
 * To find the few processes that do among thousands, each is looked through when it is new and seldom later; only the
 * files found then are read at each beat.
 */
export class DrmClients {
  readonly #host: Host;
  readonly #beat: SlowReading<DrmView>;
  readonly #hides: boolean;
  #known: ReadonlyMap<number, Known> = new Map();
  #sliceEnd = 0;

  constructor(host: Host, everyMs: number) {
    this.#host = host;
    this.#beat = slowReading(host, everyMs, () => this.read());
    this.#hides = hidesProcesses(host);
  }

  /** The newest view on its own beat: a hanging driver delays neither the card's figures nor who asks. */
  latest(): Promise<Reading<DrmView> | undefined> {
    return this.#beat.latestWithin(PATIENCE_MS);
  }

  /** One whole look now. */
  async read(): Promise<Reading<DrmView>> {
    const names = await this.#host.list('/proc');
    this.#sliceEnd = this.#host.monotonic() + SLICE_MS;
    this.#meet(names.filter((name) => /^[1-9]\d{0,9}$/.test(name)).map(Number));
    await this.#lookThrough();
    const bySlot = await this.#holders();
    const notAll = this.#whyNotAll(bySlot.size === 0);
    return ok({bySlot, denied: this.#count(({isDenied}) => isDenied), ...(notAll && {notAll})});
  }

  /** Takes in new processes and forgets those that are gone, the lowest pid first. */
  #meet(pids: number[]): void {
    const dueAt = this.#host.monotonic();
    const fresh = () => ({looks: 0, dueAt, isDenied: false, files: []});
    pids.sort((a, b) => a - b);
    this.#known = new Map(pids.map((pid) => [pid, this.#known.get(pid) ?? fresh()]));
  }

  async #lookThrough(): Promise<void> {
    const now = this.#host.monotonic();
    const due = [...this.#known].filter(([, {dueAt}]) => dueAt <= now);
    // Of those that came together the newest go first: the oldest are the kernel's threads.
    due.sort(([pidA, a], [pidB, b]) => a.dueAt - b.dueAt || pidB - pidA);
    for (const [pid, known] of due.slice(0, LOOKS_PER_BEAT)) {
      known.dueAt = now + (WAITS_MS[known.looks] ?? WAITS_MS[2]);
      known.looks += 1;
      await this.#look(pid, known);
    }
  }

  async #look(pid: number, known: Known): Promise<void> {
    known.files = [];
    known.isDenied = false;
    try {
      const names = await this.#host.list(`/proc/${pid}/fdinfo`);
      const files: string[] = [];
      for (const name of names) {
        if (mayBeGpu(this.#host, pid, name)) files.push(name);
        await this.#pause();
      }
      known.files = files;
    } catch (error) {
      // Or it has ended meanwhile.
      known.isDenied = ['EACCES', 'EPERM'].includes(errorCode(error) ?? '');
    }
  }

  async #holders(): Promise<Map<string, DrmHolder[]>> {
    const seen = new Set<string>();
    const bySlot = new Map<string, DrmHolder[]>();
    for (const [pid, known] of this.#known) {
      if (known.files.length === 0) continue;
      const held = new Map<string, Regions>();
      known.files = await this.#readFiles(pid, known.files, (client) => {
        const key = `${client.slot} ${client.id}`;
        if (!seen.has(key)) held.set(client.slot, sum(held.get(client.slot) ?? {}, client.regions));
        seen.add(key);
      });
      for (const [slot, regions] of held) bySlot.set(slot, [...(bySlot.get(slot) ?? []), {pid, ...regions}]);
    }
    return bySlot;
  }

  /** @returns the files that are a GPU's */
  async #readFiles(pid: number, files: readonly string[], onClient: (client: DrmClient) => void) {
    const kept: string[] = [];
    for (const file of files) {
      const text = await this.#host.read(`/proc/${pid}/fdinfo/${file}`).catch(() => '');
      if (/^drm-driver:/m.test(text)) kept.push(file);
      const client = parseFdinfo(text);
      if (client) onClient(client);
      await this.#pause();
    }
    return kept;
  }

  #whyNotAll(isEmpty: boolean): Missing | undefined {
    const isDenied = this.#hides || this.#count((known) => known.isDenied) > 0;
    if (isEmpty && isOldKernel(this.#host))
      return unsupported('no process seen; kernels before 5.19 do not tell what one holds of the GPU');
    if (isDenied) return denied("other users' processes are not told without root");
    return this.#count(({looks}) => looks === 0) > 0 ? STILL_LOOKING : undefined;
  }

  #count(isCounted: (known: Known) => boolean): number {
    let count = 0;
    for (const known of this.#known.values()) if (isCounted(known)) count += 1;
    return count;
  }

  async #pause(): Promise<void> {
    if (this.#host.monotonic() < this.#sliceEnd) return;
    await this.#host.breathe();
    this.#sliceEnd = this.#host.monotonic() + SLICE_MS;
  }
}

/** Who holds memory of the card in this place, the largest first; `most` is more than one can hold. */
export function heldOf(
  view: Reading<DrmView> | undefined,
  slot: string | undefined,
  bytesOf: (holder: DrmHolder) => number | undefined,
  most = Number.POSITIVE_INFINITY,
): ProcessList {
  if (view?.status !== 'ok') return {missing: view ?? STILL_LOOKING};
  if (slot === undefined) return {missing: failed('its place on the bus is not known')};
  const {bySlot, notAll} = view.value;
  const holders = (bySlot.get(slot) ?? []).map((holder) => ({pid: holder.pid, bytes: bytesOf(holder)}));
  if (holders.length > 0 && holders.every(({bytes}) => bytes === undefined))
    return {missing: unsupported('this kernel does not tell what a process holds of the GPU')};
  const processes = holders
    .filter(({bytes}) => bytes !== 0)
    .sort((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0))
    .map(
      ({pid, bytes}): GpuProcess => (bytes === undefined || bytes > most ? {pid} : {pid, usedBytes: bytes}),
    );
  if (!notAll) return {processes};
  return processes.length === 0 ? {missing: notAll} : {processes, missing: notAll};
}

export interface DrmClient {
  readonly slot: string;
  /** One opening of the device; copies of it in other files and processes have the same. */
  readonly id: string;
  readonly regions: Regions;
}

/** What one open file tells; nothing where it is no GPU's or does not tell whose memory it is. */
export function parseFdinfo(text: string): DrmClient | undefined {
  const fields = new Map<string, string>();
  for (const [, key = '', value = ''] of text.matchAll(/^drm-([a-z0-9-]+):[ \t]*(.*)$/gm))
    fields.set(key, value.trim());
  const [slot, id] = [fields.get('pdev') ?? '', fields.get('client-id') ?? ''];
  if (!fields.has('driver') || !/^[\da-f]{4,8}(:[\da-f]{2}){2}\.[0-7]$/.test(slot)) return undefined;
  return /^\d{1,20}$/.test(id) ? {slot, id, regions: regionsOf(fields)} : undefined;
}

function regionsOf(fields: ReadonlyMap<string, string>): Regions {
  const names = new Set(
    [...fields.keys()].map((key) => /^(?:resident|memory|total)-(.+)$/.exec(key)?.[1] ?? ''),
  );
  return [...names].reduce<Regions>((regions, name) => {
    const region = regionOf(name);
    const sizes = KEYS.map((key) => bytesOf(fields.get(`${key}-${name}`) ?? ''));
    const bytes = sizes.find((size) => size !== undefined);
    return region && bytes !== undefined ? sum(regions, {[region]: bytes}) : regions;
  }, {});
}

function regionOf(name: string): Region | undefined {
  if (/^(vram|local)\d*$/.test(name)) return 'vramBytes';
  if (/^system\d*$/.test(name)) return 'systemBytes';
  return name === 'gtt' ? 'gttBytes' : undefined;
}

/** A bare number is bytes. */
function bytesOf(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,16})(?: (KiB|MiB|GiB))?$/.exec(text) ?? [];
  const bytes = digits === '' ? Number.NaN : Number(digits) * (UNITS[unit] ?? Number.NaN);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

function sum(one: Regions, other: Regions): Regions {
  const result = {...one};
  for (const region of ['vramBytes', 'gttBytes', 'systemBytes'] as const) {
    const bytes = other[region];
    if (bytes !== undefined) result[region] = (one[region] ?? 0) + bytes;
  }
  return result;
}

/** Reading each of a process's files is dear, so those that lead elsewhere for sure are left out first. */
function mayBeGpu(host: Host, pid: number, file: string): boolean {
  try {
    return /\/dri\/|\/(card|renderD)\d/.test(host.readLink(`/proc/${pid}/fd/${file}`));
  } catch {
    // Closed meanwhile, or only its fdinfo may be read.
    return true;
  }
}

function isOldKernel(host: Host): boolean {
  try {
    const [, major, minor] = /^(\d{1,3})\.(\d{1,4})\./.exec(host.readNow('/proc/sys/kernel/osrelease')) ?? [];
    return Number(major) < 5 || (Number(major) === 5 && Number(minor) < 19);
  } catch {
    // Without its number it is taken for a new one.
    return false;
  }
}

import {type GpuReading, ok, type Reading, type Sample, unsupported} from '../../core/sample.ts';
import type {Host} from '../host.ts';
import {amd} from './amd.ts';
import {apple} from './apple.ts';
import {intel} from './intel.ts';
import {nvidia} from './nvidia.ts';
import {nvidiaCount} from './presence.ts';
import {systemGraphics} from './system-graphics.ts';
import type {GpuOptions, GpuReader, GpuVendor} from './vendor.ts';

/** The vendors of each platform, in the order in which their GPUs are numbered. */
export const VENDORS = {
  linux: [nvidia, amd, intel],
  darwin: [apple],
  win32: [nvidia],
} as const satisfies Partial<Record<NodeJS.Platform, readonly GpuVendor[]>>;

/** What is asked where no vendor above has a GPU, on systems without a reader of their own. */
export const LAST_RESORT: GpuVendor = systemGraphics;

export type GpuPart = Pick<Sample, 'gpus' | 'gpuNotes'>;

/** All GPUs of this machine, each vendor read on its own beat. */
export interface Gpus {
  /** The newest of each, without waiting. */
  latest(): GpuPart;
  /** What became of each vendor, for those who want to know why GPUs are missing. */
  vendors(): readonly VendorPart[];
  /** Resolves when each vendor has a first reading or a reason. It never rejects. */
  readonly ready: Promise<void>;
  close(): void;
}

export interface VendorPart {
  readonly name: string;
  /** Its GPUs, with the numbers that they have everywhere. */
  readonly gpus: Reading<readonly GpuReading[]>;
}

interface Opened {
  readonly vendor: GpuVendor;
  readonly reader: GpuReader | undefined;
}

/** Looks for GPUs and begins to read them. */
export async function openGpus(host: Host, options: GpuOptions): Promise<Gpus> {
  const [opened, count] = await Promise.all([openVendors(host, options), nvidiaCount(host)]);
  const numbers = new GpuNumbers(
    opened.some(({vendor, reader}) => vendor === nvidia && reader !== undefined) ? count : 0,
  );
  return {
    latest: () => joined(vendors()),
    vendors,
    ready: Promise.all(opened.map(({reader}) => reader?.ready)).then(() => {}),
    close: () => {
      for (const {reader} of opened) reader?.close();
    },
  };

  function vendors(): readonly VendorPart[] {
    return opened.map(({vendor, reader}) => ({
      name: vendor.name,
      gpus: reader === undefined ? NONE : numbers.numberedAll(vendor, reader.latest() ?? WAITING),
    }));
  }
}

const NONE = unsupported('none found');
const WAITING = unsupported('waiting for the first reading');

async function openVendors(host: Host, options: GpuOptions): Promise<readonly Opened[]> {
  const own: readonly GpuVendor[] = Object.hasOwn(VENDORS, host.platform)
    ? VENDORS[host.platform as keyof typeof VENDORS]
    : [nvidia];
  const opened = await Promise.all(own.map((vendor) => open(host, vendor, options)));
  const hasOwnReader = host.platform === 'linux' || host.platform === 'darwin';
  if (hasOwnReader || opened.some(({reader}) => reader !== undefined)) return opened;
  return [...opened, await open(host, LAST_RESORT, options)];
}

async function open(host: Host, vendor: GpuVendor, options: GpuOptions): Promise<Opened> {
  return {vendor, reader: await vendor.open(host, options)};
}

function joined(vendors: readonly VendorPart[]): GpuPart {
  const gpus = vendors.flatMap((part) => (part.gpus.status === 'ok' ? part.gpus.value : []));
  const missing = vendors.flatMap(({name, gpus: part}) =>
    part.status === 'ok' || part === NONE ? [] : [{name, part}],
  );
  if (gpus.length === 0) return {gpus: missing[0]?.part ?? unsupported('no GPU found')};
  const gpuNotes = missing.map(({name, part}) => `${name}: ${part.reason}`);
  return {gpus: ok(gpus), ...(gpuNotes.length > 0 && {gpuNotes})};
}

/** Gives each GPU a number for good; those of NVIDIA keep their own, the others' follow behind. */
class GpuNumbers {
  readonly #byVendor = new Map<GpuVendor, Map<number, number>>();
  readonly #taken = new Set<number>();
  readonly #firstOfOthers: number;

  constructor(firstOfOthers: number) {
    this.#firstOfOthers = firstOfOthers;
  }

  numberedAll(vendor: GpuVendor, reading: Reading<readonly GpuReading[]>): Reading<readonly GpuReading[]> {
    if (reading.status !== 'ok') return reading;
    return ok(
      reading.value.map((gpu) => {
        const index = this.#numberOf(vendor, gpu.index);
        return index === gpu.index ? gpu : {...gpu, index};
      }),
    );
  }

  #numberOf(vendor: GpuVendor, own: number): number {
    const numbers = this.#byVendor.get(vendor) ?? new Map<number, number>();
    this.#byVendor.set(vendor, numbers);
    const known = numbers.get(own);
    if (known !== undefined) return known;
    let number = vendor === nvidia ? own : this.#firstOfOthers + own;
    while (this.#taken.has(number)) number += 1;
    numbers.set(own, number);
    this.#taken.add(number);
    return number;
  }
}

import {type GpuReading, ok, type Reading, unsupported} from '../../core/sample.ts';
import type {Host, SystemGraphics} from '../host.ts';
import {type Figure, nameFrom, numberFigure, withFigures} from './figure.ts';
import {numbering, polledReader} from './polled-reader.ts';
import type {GpuVendor} from './vendor.ts';

const MIN_INTERVAL_MS = 30_000;
const TIMEOUT_MS = 20_000;
const BYTES_PER_MIB = 1024 ** 2;
// Windows keeps this size in 32 bits: what is there says only that it is as much or more.
const WINDOWS_LIMIT_MIB = 4095;
const MOST_MIB = 2 ** 32;
const VIRTUAL = /basic (display|render)|remote|virtual|vmware|parallels|citrix|hyper-v/i;

/** GPUs where no vendor's own way is there, as the systeminformation library tells them, every half minute at most. */
export const systemGraphics: GpuVendor = {
  name: 'graphics',
  open(host, {intervalMs}) {
    if (host.platform === 'linux' || host.platform === 'darwin') return undefined;
    const numberOf = numbering();
    return polledReader(host, Math.max(intervalMs, MIN_INTERVAL_MS), async () =>
      readingsOf(host, await host.systemGraphics(TIMEOUT_MS), numberOf),
    );
  },
};

interface Named {
  readonly card: SystemGraphics;
  readonly name: string;
  readonly vendor: string;
}

function readingsOf(
  host: Host,
  cards: readonly SystemGraphics[],
  numberOf: (key: string) => number,
): Reading<readonly GpuReading[]> {
  const real = cards.map(named).filter(isReal);
  if (real.length === 0) return unsupported('no GPU found');
  const alike = new Map<string, number>();
  return ok(
    real.map((gpu) => {
      const kind = `${gpu.vendor} ${gpu.name}`;
      const nth = (alike.get(kind) ?? 0) + 1;
      alike.set(kind, nth);
      return readingOf(host, gpu, numberOf(`${kind} ${nth}`));
    }),
  );
}

function named(card: SystemGraphics | null): Named {
  const vendor = textOr(card?.vendor);
  return {card: card ?? {}, vendor, name: textOr(card?.model) || vendor};
}

function isReal({name, vendor}: Named): boolean {
  return name !== '' && !VIRTUAL.test(`${vendor}\n${name}`);
}

function readingOf(host: Host, {card, name, vendor}: Named, index: number): GpuReading {
  const gpu: GpuReading = {index, name, ...(vendor !== '' && {vendor}), memory: 'vram', at: host.now()};
  const system = host.platform === 'win32' ? 'Windows' : 'the system';
  const figures = {
    used: sizeOf('memory in use', card.memoryUsed) ?? untold('the system does not tell how much is in use'),
    total: totalOf(card, system),
    utilization:
      figureOf('utilisation', card.utilizationGpu, 100) ?? untold(`${system} does not tell utilisation`),
    temperature:
      figureOf('temperature', card.temperatureGpu, 200) ?? untold(`${system} does not tell its temperature`),
  };
  return withFigures(gpu, figures, {
    missing: unsupported(`${system} does not tell what a process holds of the GPU`),
  });
}

function totalOf({memoryTotal, vram}: SystemGraphics, system: string): Figure {
  const told = sizeOf('memory', memoryTotal);
  if (told) return told;
  if (system === 'Windows' && typeof vram === 'number' && vram >= WINDOWS_LIMIT_MIB)
    return untold('Windows does not tell sizes of 4 GiB and more here');
  return sizeOf('memory', vram) ?? untold(`${system} does not tell how much memory it has`);
}

/** MiB as bytes. The library also writes 0 for what it does not know. */
function sizeOf(what: string, mib: unknown): Figure | undefined {
  const figure = mib === 0 ? undefined : figureOf(what, mib, MOST_MIB);
  return figure && 'value' in figure ? {value: figure.value * BYTES_PER_MIB} : figure;
}

function figureOf(what: string, value: unknown, most: number): Figure | undefined {
  return typeof value === 'number' ? numberFigure(what, String(value), most) : undefined;
}

function untold(reason: string): Figure {
  return {missing: unsupported(reason)};
}

function textOr(value: unknown): string {
  return typeof value === 'string' ? nameFrom(value) : '';
}

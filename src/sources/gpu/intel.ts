import {formatBytes} from '../../core/format.ts';
import {denied, type GpuReading, type Missing, ok, type Reading, unsupported} from '../../core/sample.ts';
import type {Host} from '../host.ts';
import {type DrmCard, drmCards, fileFigure, hasCard, textOf} from './drm-cards.ts';
import {DrmClients, type DrmView, heldOf} from './drm-clients.ts';
import {added, type Figure, nameFrom, type ProcessList, withFigures} from './figure.ts';
import {numbering, polledReader} from './polled-reader.ts';
import type {GpuVendor} from './vendor.ts';

const INTEL = '0x8086';
// Intel's integrated adapter always has this place on the bus; it has no memory of its own.
const INTEGRATED = '0000:00:02.0';

/** Intel's cards, from what their drivers i915 and xe tell without privileges. */
export const intel: GpuVendor = {
  name: 'Intel',
  async open(host, {intervalMs}) {
    if (!(await hasCard(host, INTEL, isDiscrete))) return undefined;
    const cards = new IntelCards(host, intervalMs);
    return polledReader(host, intervalMs, () => cards.read());
  },
};

class IntelCards {
  readonly #host: Host;
  readonly #clients: DrmClients;
  readonly #numberOf = numbering();

  constructor(host: Host, intervalMs: number) {
    this.#host = host;
    this.#clients = new DrmClients(host, intervalMs);
  }

  async read(): Promise<Reading<readonly GpuReading[]>> {
    const looking = this.#clients.latest();
    const cards = (await drmCards(this.#host, INTEL)).filter(isDiscrete);
    const readings: GpuReading[] = [];
    for (const card of cards) readings.push(await this.#readCard(card, looking));
    return ok(readings);
  }

  async #readCard(card: DrmCard, looking: Promise<Reading<DrmView> | undefined>): Promise<GpuReading> {
    const gpu: GpuReading = {
      index: this.#numberOf(`${card.slot} ${card.deviceId}`),
      name: await this.#nameOf(card),
      vendor: 'Intel',
      memory: 'vram',
      at: this.#host.now(),
    };
    const total = await this.#total(card);
    const most = 'value' in total ? total.value : undefined;
    const held = heldOf(await looking, card.slot, ({vramBytes}) => vramBytes, most);
    const figures = {
      used: {missing: whyNoUsed(held)},
      total,
      utilization: {missing: unsupported(`${card.driver} does not tell utilisation`)},
      temperature: {missing: unsupported(`the temperature is not read from ${card.driver}`)},
    };
    return withFigures(gpu, figures, held);
  }

  async #nameOf({folder, deviceId}: DrmCard): Promise<string> {
    const label = nameFrom(await textOf(this.#host, `${folder}/device/label`));
    return label === '' ? `Intel GPU ${deviceId}` : label;
  }

  async #total(card: DrmCard): Promise<Figure> {
    const figures: Figure[] = [];
    for (const path of await this.#sizeFiles(card)) figures.push(await fileFigure(this.#host, path));
    const found = figures.filter(
      (figure) => !('missing' in figure && figure.missing.status === 'unsupported'),
    );
    const [first, ...others] = found;
    if (first === undefined)
      return {missing: unsupported(`this kernel's ${card.driver} does not tell how much VRAM there is`)};
    return others.reduce(added, first);
  }

  /** A card of two tiles has two memories. */
  async #sizeFiles({driver, folder}: DrmCard): Promise<readonly string[]> {
    if (driver !== 'xe') return [`${folder}/lmem_total_bytes`];
    const names = await this.#host.list(`${folder}/device`).catch(() => []);
    const tiles = names.filter((name) => /^tile\d+$/.test(name));
    return tiles.map((tile) => `${folder}/device/${tile}/physical_vram_size_bytes`);
  }
}

function isDiscrete({slot, driver}: DrmCard): boolean {
  return slot !== undefined && slot !== INTEGRATED && (driver === 'i915' || driver === 'xe');
}

function whyNoUsed({processes = []}: ProcessList): Missing {
  const bytes = processes.reduce((sum, {usedBytes = 0}) => sum + usedBytes, 0);
  const held = bytes > 0 ? `; the processes seen hold ${formatBytes(bytes)}` : '';
  return denied(`used VRAM is told only with CAP_PERFMON${held}`);
}

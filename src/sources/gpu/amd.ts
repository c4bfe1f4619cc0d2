import {type GpuReading, type Missing, ok, type Reading, unsupported} from '../../core/sample.ts';
import type {Host} from '../host.ts';
import {type DrmCard, drmCards, fileFigure, hasCard, isAsleep, textOf} from './drm-cards.ts';
import {DrmClients, type DrmHolder, type DrmView, heldOf} from './drm-clients.ts';
import {added, type Figure, nameFrom, withFigures} from './figure.ts';
import {numbering, polledReader} from './polled-reader.ts';
import type {GpuVendor} from './vendor.ts';

const AMD = '0x1002';
const NAMES = '/usr/share/libdrm/amdgpu.ids';
const ASLEEP: Figure = {missing: unsupported('asleep')};
const MOST_MILLIDEGREES = 200_000;
// What a firmware sets aside of RAM for an APU where it is not told which kind the GPU is.
const MOST_CARVE_OUT = 1024 ** 3;

/**
 * GPUs of AMD, from the files of their driver amdgpu. Those on the processor (APUs) have a small part of RAM set aside
 * as VRAM and map more of it (GTT) as they need: of them both together are told.
 */
export const amd: GpuVendor = {
  name: 'AMD',
  async open(host, {intervalMs}) {
    if (!(await hasCard(host, AMD, () => true))) return undefined;
    const cards = new AmdCards(host, intervalMs);
    return polledReader(host, intervalMs, () => cards.read());
  },
};

/** The format of `gpu_metrics`: 1 on cards, 2 and 3 on APUs. */
type Kind = 'card' | 'apu' | 'untold';

class AmdCards {
  readonly #host: Host;
  readonly #clients: DrmClients;
  readonly #numberOf = numbering();
  readonly #kinds = new Map<string, Kind>();
  readonly #called = new Map<string, Pick<GpuReading, 'name' | 'uuid'>>();

  constructor(host: Host, intervalMs: number) {
    this.#host = host;
    this.#clients = new DrmClients(host, intervalMs);
  }

  async read(): Promise<Reading<readonly GpuReading[]>> {
    const looking = this.#clients.latest();
    const readings: GpuReading[] = [];
    for (const card of await drmCards(this.#host, AMD)) readings.push(await this.#readCard(card, looking));
    return ok(readings);
  }

  async #readCard(card: DrmCard, looking: Promise<Reading<DrmView> | undefined>): Promise<GpuReading> {
    const key = `${card.slot ?? card.folder} ${card.deviceId}`;
    const gpu = {
      index: this.#numberOf(key),
      ...(await this.#callOf(key, card)),
      vendor: 'AMD',
      at: this.#host.now(),
    };
    if (card.driver !== 'amdgpu') return {...gpu, lost: otherDriver(card.driver)};
    const isResting = await isAsleep(this.#host, card);
    const vram = await this.#pool(card, 'vram');
    const isApu = await this.#isApu(key, card, isResting, vram.total);
    const {used, total} = isApu ? joined(vram, await this.#pool(card, 'gtt')) : vram;
    const utilization = isResting ? ASLEEP : await this.#figure(card, 'gpu_busy_percent', 100);
    const temperature = isResting ? ASLEEP : await this.#temperature(card);
    const most = 'value' in total ? total.value : undefined;
    const held = heldOf(await looking, card.slot, isApu ? bothBytes : ({vramBytes}) => vramBytes, most);
    const memory = isApu ? 'vram+gtt' : 'vram';
    return withFigures({...gpu, memory}, {used, total, utilization, temperature}, held);
  }

  async #pool(card: DrmCard, name: 'vram' | 'gtt'): Promise<Pool> {
    const total = await this.#figure(card, `mem_info_${name}_total`);
    return {total, used: await this.#figure(card, `mem_info_${name}_used`)};
  }

  #figure({folder}: DrmCard, file: string, most?: number): Promise<Figure> {
    return fileFigure(this.#host, `${folder}/device/${file}`, most);
  }

  async #temperature({folder}: DrmCard): Promise<Figure> {
    const sensors = `${folder}/device/hwmon`;
    const names = await this.#host.list(sensors).catch(() => []);
    const sensor = names.find((name) => /^hwmon\d+$/.test(name));
    if (sensor === undefined) return {missing: unsupported('the driver tells no temperature')};
    const figure = await fileFigure(this.#host, `${sensors}/${sensor}/temp1_input`, MOST_MILLIDEGREES);
    return 'value' in figure ? {value: figure.value / 1000} : figure;
  }

  async #isApu(key: string, card: DrmCard, isResting: boolean, vram: Figure): Promise<boolean> {
    // Asking wakes the card.
    const kind = this.#kinds.get(key) ?? (isResting ? 'untold' : await this.#readKind(card));
    if (!isResting) this.#kinds.set(key, kind);
    return kind === 'untold' ? 'value' in vram && vram.value <= MOST_CARVE_OUT : kind === 'apu';
  }

  // The table begins with its size in two bytes; the higher one is small, so what is no text before stays two characters.
  async #readKind({folder}: DrmCard): Promise<Kind> {
    const table = await this.#host.read(`${folder}/device/gpu_metrics`).catch(() => '');
    const format = table.charCodeAt(2);
    if (format === 1) return 'card';
    return format === 2 || format === 3 ? 'apu' : 'untold';
  }

  async #callOf(key: string, card: DrmCard): Promise<Pick<GpuReading, 'name' | 'uuid'>> {
    const known = this.#called.get(key);
    if (known) return known;
    const own = nameFrom(await textOf(this.#host, `${card.folder}/device/product_name`));
    const uuid = nameFrom(await textOf(this.#host, `${card.folder}/device/unique_id`));
    const listed = own === '' ? productName(await textOf(this.#host, NAMES), card) : own;
    const name = listed === '' ? `AMD GPU ${card.deviceId}` : listed;
    const called = {name, ...(uuid !== '' && {uuid})};
    this.#called.set(key, called);
    return called;
  }
}

interface Pool {
  readonly used: Figure;
  readonly total: Figure;
}

function otherDriver(driver: string | undefined): Missing {
  if (driver === undefined) return unsupported('no driver is loaded for it; amdgpu tells its VRAM');
  return unsupported(`its driver is ${nameFrom(driver)}; only amdgpu tells the VRAM`);
}

function joined(vram: Pool, gtt: Pool): Pool {
  return {used: added(vram.used, gtt.used), total: added(vram.total, gtt.total)};
}

function bothBytes({vramBytes, gttBytes}: DrmHolder): number | undefined {
  return vramBytes === undefined && gttBytes === undefined ? undefined : (vramBytes ?? 0) + (gttBytes ?? 0);
}

/** The name in libdrm's list, whose lines are `744C,<tab>C8,<tab>AMD Radeon RX 7900 XTX`. */
function productName(list: string, {deviceId, revision}: DrmCard): string {
  for (const line of list.split('\n')) {
    const [, device = '', variant = '', name = ''] = /^([\da-f]+),\s*([\da-f]+),\s*(.+)$/i.exec(line) ?? [];
    if (device.toLowerCase() === deviceId && variant.toLowerCase() === revision) return nameFrom(name);
  }
  return '';
}

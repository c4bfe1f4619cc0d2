import {errorCode} from '../../core/errors.ts';
import {withDeadline} from '../deadline.ts';
import {missingFile} from '../errors.ts';
import type {Host} from '../host.ts';
import {type Figure, numberFigure} from './figure.ts';

const CARDS = '/sys/class/drm';
const LOOK_MS = 1000;

/** A graphics card on the PCI bus, as the kernel's graphics layer (DRM) lists it. */
export interface DrmCard {
  readonly folder: string;
  /** Four hex digits in small letters: `744c`. */
  readonly deviceId: string;
  /** Two hex digits: `c8`. */
  readonly revision: string;
  /** The place on the bus: `0000:03:00.0`. */
  readonly slot?: string;
  readonly driver?: string;
}

/**
 * The cards of one vendor in the order of their numbers. What asks the driver may block for ever, so the files of other
 * vendors' cards are left alone, and one file is read after another.
 * @param vendorId as in `0x1002`
 */
export async function drmCards(host: Host, vendorId: string): Promise<readonly DrmCard[]> {
  const cards: DrmCard[] = [];
  for (const name of await cardNames(host)) {
    const folder = `${CARDS}/${name}`;
    if ((await textOf(host, `${folder}/device/vendor`)) === vendorId) cards.push(await cardIn(host, folder));
  }
  return cards;
}

/** Whether there is such a card. A driver that gives no answer within a second has one. */
export async function hasCard(
  host: Host,
  vendorId: string,
  isWanted: (card: DrmCard) => boolean,
): Promise<boolean> {
  if (host.platform !== 'linux') return false;
  const look = drmCards(host, vendorId).then(
    (cards) => cards.some(isWanted),
    () => false,
  );
  const settled = await withDeadline(host, LOOK_MS, look);
  return settled.status === 'late' || settled.value;
}

/** Whether the card is switched off to save power; most reads would wake it. */
export async function isAsleep(host: Host, {folder}: DrmCard): Promise<boolean> {
  return (await textOf(host, `${folder}/device/power/runtime_status`)).startsWith('suspend');
}

/** A file's text without spaces around it; empty where it cannot be read. */
export async function textOf(host: Host, path: string): Promise<string> {
  try {
    return (await host.read(path)).trim();
  } catch {
    // Not every card has every file.
    return '';
  }
}

/** The number that a file holds, up to `most`. */
export async function fileFigure(host: Host, path: string, most?: number): Promise<Figure> {
  try {
    return numberFigure(path, await host.read(path), most);
  } catch (error) {
    return {missing: missingFile(path, error)};
  }
}

async function cardNames(host: Host): Promise<readonly string[]> {
  try {
    const names = (await host.list(CARDS)).filter((name) => /^card\d+$/.test(name));
    return names.sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function cardIn(host: Host, folder: string): Promise<DrmCard> {
  const uevent = await textOf(host, `${folder}/device/uevent`);
  const slot = /^PCI_SLOT_NAME=(\S+)$/m.exec(uevent)?.[1];
  const driver = /^DRIVER=(\S+)$/m.exec(uevent)?.[1];
  return {
    folder,
    deviceId: await hexOf(host, `${folder}/device/device`),
    revision: await hexOf(host, `${folder}/device/revision`),
    ...(slot !== undefined && {slot}),
    ...(driver !== undefined && {driver}),
  };
}

async function hexOf(host: Host, path: string): Promise<string> {
  return (await textOf(host, path)).replace(/^0x/i, '').toLowerCase();
}

import {type GpuReading, type Reading, unsupported} from '../../core/sample.ts';
import type {Host} from '../host.ts';

const VENDORS: Readonly<Record<string, string>> = {'0x10de': 'NVIDIA', '0x1002': 'AMD', '0x8086': 'Intel'};

/** Looks once whether there is a GPU with memory of its own, and says why its VRAM is not read. */
export async function detectGpus(host: Host): Promise<Reading<readonly GpuReading[]>> {
  if (host.platform !== 'linux') return unsupported('VRAM is not read on this system yet');
  const vendor = await findVendor(host);
  if (vendor === undefined) return unsupported('no GPU found');
  return unsupported(`${vendor} GPU found, its VRAM is not read by this version`);
}

async function findVendor(host: Host): Promise<string | undefined> {
  const drivers = await listOrNothing(host, '/proc/driver/nvidia/gpus');
  if (drivers.length > 0) return 'NVIDIA';
  // A container is given the devices without the driver's folders.
  const devices = await listOrNothing(host, '/dev');
  if (devices.some((name) => /^nvidia\d+$/.test(name))) return 'NVIDIA';
  const cards = await listOrNothing(host, '/sys/class/drm');
  const vendors = cards.filter((name) => /^card\d+$/.test(name)).map((card) => vendorOf(host, card));
  return vendors.find((vendor) => vendor !== undefined);
}

function vendorOf(host: Host, card: string): string | undefined {
  const device = `/sys/class/drm/${card}/device`;
  const vendor = VENDORS[readOrNothing(host, `${device}/vendor`).trim()];
  // Intel's integrated adapter always has this place on the bus; it has no memory of its own.
  const isIntegrated =
    vendor === 'Intel' && /^PCI_SLOT_NAME=0000:00:02\.0$/m.test(readOrNothing(host, `${device}/uevent`));
  return isIntegrated ? undefined : vendor;
}

async function listOrNothing(host: Host, path: string): Promise<readonly string[]> {
  try {
    return await host.list(path);
  } catch {
    // No such folder: no such GPU.
    return [];
  }
}

function readOrNothing(host: Host, path: string): string {
  try {
    return host.readNow(path);
  } catch {
    // Adapters that are no PCI devices have no vendor.
    return '';
  }
}

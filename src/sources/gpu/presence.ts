import type {Host} from '../host.ts';

const NVIDIA = '0x10de';

/** Whether there is an NVIDIA GPU, also one without a driver. */
export async function hasNvidiaDevice(host: Host): Promise<boolean> {
  if (host.platform !== 'linux') return false;
  if ((await nvidiaCount(host)) > 0) return true;
  const cards = await listOrNothing(host, '/sys/class/drm');
  return cards.some((card) => /^card\d+$/.test(card) && vendorOf(host, card) === NVIDIA);
}

/** How many NVIDIA GPUs the driver has, as far as that can be told without asking it. */
export async function nvidiaCount(host: Host): Promise<number> {
  const [drivers, devices] = await Promise.all([nvidiaBusIds(host), listOrNothing(host, '/dev')]);
  // A container is given the devices without the driver's folders.
  return Math.max(drivers.length, devices.filter((name) => /^nvidia\d+$/.test(name)).length);
}

/** Where the driver's GPUs are on the bus, as in `0000:01:00.0`; none where it does not list them. */
export function nvidiaBusIds(host: Host): Promise<readonly string[]> {
  return listOrNothing(host, '/proc/driver/nvidia/gpus');
}

function vendorOf(host: Host, card: string): string {
  try {
    return host.readNow(`/sys/class/drm/${card}/device/vendor`).trim();
  } catch {
    // Adapters that are no PCI devices have no vendor.
    return '';
  }
}

async function listOrNothing(host: Host, path: string): Promise<readonly string[]> {
  try {
    return await host.list(path);
  } catch {
    // No such folder: no such GPU.
    return [];
  }
}

import type {Host} from '../host.ts';

const ARCSTATS = '/proc/spl/kstat/zfs/arcstats';
// ZFS may be loaded later; where there is none, looking costs an exception.
const LOOK_AGAIN_MS = 30_000;

/** Tells how much of ZFS's cache (ARC) the kernel would get back, in bytes; 0 without ZFS. */
export function arcReader(host: Host): () => number {
  let isInside: boolean | undefined;
  let lookAgainAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (isInside === true || host.monotonic() < lookAgainAt) return 0;
    try {
      const text = host.readAgain(ARCSTATS);
      // The ARC belongs to the machine: a container's meminfo may be its own and does not count it.
      isInside ??= insideContainer(host);
      return isInside ? 0 : reclaimable(text);
    } catch {
      // No ZFS here, or not yet.
      lookAgainAt = host.monotonic() + LOOK_AGAIN_MS;
      return 0;
    }
  };
}

function reclaimable(text: string): number {
  const size = arcStat(text, 'size');
  const least = arcStat(text, 'c_min');
  return size === undefined || least === undefined ? 0 : Math.max(0, size - least);
}

function arcStat(text: string, name: string): number | undefined {
  const found = new RegExp(`^${name} +\\d+ +(\\d{1,15})$`, 'm').exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

function insideContainer(host: Host): boolean {
  const marks = ['/.dockerenv', '/run/.containerenv', '/run/systemd/container'];
  return host.env.container !== undefined || marks.some((path) => isThere(host, path)) || hasOwnMeminfo(host);
}

function isThere(host: Host, path: string): boolean {
  try {
    host.ownerOf(path);
    return true;
  } catch {
    // Not there, or not for us to see: either way it says nothing.
    return false;
  }
}

// lxcfs mounts its own meminfo over the kernel's.
function hasOwnMeminfo(host: Host): boolean {
  try {
    return host.readNow('/proc/self/mountinfo').includes(' /proc/meminfo ');
  } catch {
    // Without mountinfo nothing speaks for a container.
    return false;
  }
}

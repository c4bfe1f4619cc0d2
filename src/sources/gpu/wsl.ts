import type {Host} from '../host.ts';

/** Whether this Linux runs inside Windows (WSL), whose kernel says so in its name. */
export function isWsl(host: Host): boolean {
  if (host.platform !== 'linux') return false;
  try {
    return /microsoft/i.test(host.readNow('/proc/sys/kernel/osrelease'));
  } catch {
    // A kernel that does not tell its name is none of Microsoft's.
    return false;
  }
}

import type {ProcessReading} from '../../core/sample.ts';
import type {Host} from '../host.ts';

/** Whether `/proc` is mounted so that this user may not see other users' processes. */
export function hidesProcesses(host: Host): boolean {
  try {
    if (host.ownerOf('/proc/self') === 0) return false;
    const mounts = host.readNow('/proc/self/mountinfo').split('\n');
    const mount = mounts.findLast((line) => line.split(' ')[4] === '/proc');
    return /[ ,]hidepid=(?:1|2|4|noaccess|invisible|ptraceable)(?:,|$)/.test(mount ?? '');
  } catch {
    // Without mountinfo there is nothing to tell.
    return false;
  }
}

/** Members of a privileged group see all in spite of hidepid: what is in the table decides. */
export function showsOthers(ownPid: number, processes: readonly ProcessReading[]): boolean {
  const own = processes.find(({pid}) => pid === ownPid)?.user;
  return processes.some(({user}) => user !== undefined && user !== own);
}

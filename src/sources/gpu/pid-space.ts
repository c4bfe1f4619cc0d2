import type {Host} from '../host.ts';

/** The kernel gives the first namespace of pids this number, on every machine (PROC_PID_INIT_INO). */
const FIRST_NAMESPACE = 'pid:[4026531836]';

export const HIDDEN_IN_CONTAINER = 'VRAM of processes is hidden inside this container';

/** A pid may name another process later. */
const ASK_AGAIN_MS = 10_000;
const MOST_ANSWERS = 64;

/** Whether pids that a driver tells name the processes that are seen here. */
export interface PidSpace {
  /** The answer for these pids: all of them or none. While it is being found out it is no. */
  trusts(pids: readonly number[]): boolean;
  /** Whether an empty list means that nobody is there. */
  readonly isWhole: boolean;
}

/**
 * Outside containers a pid is a pid. Inside one, drivers before 535 tell the host's; so there a pid only counts when
 * the process that has it here holds an NVIDIA device open, and as soon as one of them does not, none counts.
 */
export function pidSpace(host: Host): PidSpace {
  if (seesAll(host)) return {trusts: () => true, isWhole: true};
  const answers = new Map<string, {isTrusted: boolean; readonly askedMs: number}>();
  return {
    isWhole: false,
    trusts(pids) {
      const key = pids.join();
      const nowMs = host.monotonic();
      const known = answers.get(key);
      if (known !== undefined && nowMs - known.askedMs < ASK_AGAIN_MS) return known.isTrusted;
      if (answers.size >= MOST_ANSWERS) answers.clear();
      const answer = {isTrusted: known?.isTrusted ?? false, askedMs: nowMs};
      answers.set(key, answer);
      void Promise.all(pids.map((pid) => holdsDevice(host, pid))).then((held) => {
        answer.isTrusted = held.every(Boolean);
      });
      return answer.isTrusted;
    },
  };
}

/** Whether all processes of the machine can be seen by their pids: no container has its own. */
export function seesAll(host: Host): boolean {
  if (host.platform !== 'linux') return true;
  try {
    return host.readLink('/proc/self/ns/pid') === FIRST_NAMESPACE;
  } catch {
    // A kernel that knows no namespaces has no containers.
    return true;
  }
}

async function holdsDevice(host: Host, pid: number): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  try {
    const files = await host.list(folder);
    return files.some((file) => /^\/dev\/(nvidia|dxg)/.test(linkOf(host, `${folder}/${file}`)));
  } catch {
    // No such process here, or not ours to look into.
    return false;
  }
}

function linkOf(host: Host, path: string): string {
  try {
    return host.readLink(path);
  } catch {
    // Closed in between.
    return '';
  }
}

import type {OomVictim} from '../../core/sample.ts';
import type {Host} from '../host.ts';

const DEADLINE_MS = 2000;
const KIB = 1024;

/** `[  445.047] … Killed process 812 (python) total-vm:…kB, anon-rss:65152kB, file-rss:1768kB, shmem-rss:0kB, …`. */
const KILLED =
  /^\[\s*(\d+\.\d+)\].*\bKilled process (\d{1,10}) \((.*)\)(?:,? .*?)? total-vm:.*?\banon-rss:(\d+)kB, file-rss:(\d+)kB(?:, shmem-rss:(\d+)kB)?/;
/** `[  445.047] oom-kill:constraint=CONSTRAINT_MEMCG,…,oom_memcg=/job_42,task_memcg=/job_42,task=python,pid=812,uid=0`. */
const WHY = /^\[\s*\d+\.\d+\].*\boom-kill:constraint=\w+,.*,task=.*,pid=(\d{1,10})(?:,uid=\d+)?\s*$/;

/** `[ 1234.500] Task in /job_42/step_0 killed as a result of limit of /job_42`, before 5.0. */
const WHY_BEFORE = /^\[\s*\d+\.\d+\] Task in .* killed as a result of limit of (\/.*?)\s*$/;

interface LoggedKill extends OomVictim {
  /** Seconds since boot. */
  readonly seconds: number;
}

/** Every kill that the kernel's log tells of, oldest first. */
export function parseKernelLog(text: string): readonly LoggedKill[] {
  const limits = new Map<string, string>();
  const kills: LoggedKill[] = [];
  let limitBefore: string | undefined;
  for (const line of text.split('\n')) {
    limitBefore = WHY_BEFORE.exec(line)?.[1] ?? limitBefore;
    const pid = WHY.exec(line)?.[1];
    const limit = pid === undefined ? undefined : /\boom_memcg=([^,]+)/.exec(line)?.[1];
    if (pid !== undefined && limit !== undefined) limits.set(pid, limit);
    const kill = killOf(line, limits, limitBefore);
    if (kill === undefined) continue;
    kills.push(kill);
    // Told once: a later kill may be of another process with its pid.
    limits.delete(String(kill.pid));
    limitBefore = undefined;
  }
  return kills;
}

function killOf(
  line: string,
  limits: ReadonlyMap<string, string>,
  limitBefore: string | undefined,
): LoggedKill | undefined {
  const [, seconds, pid, name, ...sizes] = KILLED.exec(line) ?? [];
  if (seconds === undefined || pid === undefined || name === undefined) return undefined;
  const limitPath = limits.get(pid) ?? limitBefore;
  return {
    seconds: Number(seconds),
    pid: Number(pid),
    name,
    rssBytes: sizes.reduce((sum, kib) => sum + Number(kib ?? 0) * KIB, 0),
    ...(limitPath !== undefined && {limitPath}),
  };
}

/** Whom the kernel has killed in the last so many milliseconds, by its log; nobody where that may not be read. */
export async function recentVictims(host: Host, withinMs: number): Promise<readonly OomVictim[]> {
  const [answer, uptime] = [await host.run('dmesg', [], {timeoutMs: DEADLINE_MS}), uptimeOf(host)];
  if (answer.status !== 'exited' || answer.code !== 0 || uptime === undefined) return [];
  const from = uptime - withinMs / 1000;
  return parseKernelLog(answer.stdout)
    .filter(({seconds}) => seconds >= from)
    .map(({seconds: _, ...victim}) => victim);
}

function uptimeOf(host: Host): number | undefined {
  try {
    const seconds = Number.parseFloat(host.readNow('/proc/uptime'));
    return Number.isFinite(seconds) ? seconds : undefined;
  } catch {
    // Then nobody can say which of its lines are new.
    return undefined;
  }
}

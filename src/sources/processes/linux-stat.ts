/** One `/proc/PID/stat`, in the kernel's units. */
export interface ProcessStat {
  readonly pid: number;
  readonly parentPid: number;
  readonly sessionId: number;
  /** As the kernel's letter: R running, S sleeping, T stopped, Z ended and not yet waited for. */
  readonly state: string;
  readonly name: string;
  readonly isKernelThread: boolean;
  /** User and system time in ticks of a hundredth of a second. */
  readonly cpuTicks: number;
  /** Start in ticks since boot, as the kernel wrote it. */
  readonly startTicks: string;
  // The kernel counts RSS in batches for each CPU (before 6.2 for each thread) and leaves out here what is not yet
  // added up: with many cores a figure may be some MiB off. The exact one, smaps_rollup, is too dear for each process.
  readonly rssPages: number;
}

const PF_KTHREAD = 0x0020_0000;

/** Parses it, or gives nothing for what is no such file. */
export function parseStat(text: string): ProcessStat | undefined {
  const open = text.indexOf('(');
  // A name may hold spaces, brackets and new lines; no field after it holds a bracket.
  const close = text.lastIndexOf(')');
  if (open < 1 || close < open) return undefined;
  const fields = text.slice(close + 2).split(' ', 22);
  const startTicks = fields[19];
  if (startTicks === undefined || !/^\d+$/.test(startTicks)) return undefined;
  const stat = {
    pid: Number(text.slice(0, open)),
    parentPid: Number(fields[1]),
    sessionId: Number(fields[3]),
    state: fields[0] ?? '',
    name: text.slice(open + 1, close),
    isKernelThread: (Number(fields[6]) & PF_KTHREAD) !== 0,
    cpuTicks: Number(fields[11]) + Number(fields[12]),
    startTicks,
    rssPages: Number(fields[21]),
  };
  const {pid, parentPid, sessionId, cpuTicks, rssPages} = stat;
  return isCount(pid) && isCount(parentPid) && isCount(sessionId) && isCount(cpuTicks) && isCount(rssPages)
    ? stat
    : undefined;
}

function isCount(figure: number): boolean {
  return Number.isSafeInteger(figure) && figure >= 0;
}

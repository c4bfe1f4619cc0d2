import type {ProcessReading, ProcessTable} from '../../../src/core/sample.ts';

export const MIB = 2 ** 20;
export const START = Date.parse('2026-03-01T12:00:00Z');

/** One process as a scan has it. */
export function proc(pid: number, parentPid: number, more: Partial<ProcessReading> = {}): ProcessReading {
  return {
    pid,
    parentPid,
    startKey: `k${pid}`,
    startedAt: START - 5000,
    sessionId: 1,
    name: `p${pid}`,
    rssBytes: 100 * MIB,
    cpuMs: 1000,
    ...more,
  };
}

/** A scan made so many seconds after the start. */
export function scan(processes: readonly ProcessReading[], second = 0): ProcessTable {
  return {at: START + second * 1000, processes};
}

/** What `smaps_rollup` of a process says. */
export function rollup(pssMib: number, rssMib = 100): string {
  return `00400000-7ffc1 ---p 00000000 00:00 0 [rollup]\nRss:  ${rssMib * 1024} kB\nPss:  ${pssMib * 1024} kB\nPss_Dirty:  5 kB\nSwapPss:  0 kB\n`;
}

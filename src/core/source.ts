import type {ProcessMemory, ProcessTable, Reading, Sample} from './sample.ts';

/** What a screen, a log or a report is fed from: live memory, a recorded log or the demo. */
export interface Source {
  /** Where the readings come from, for headers: a host name, a log's name, `demo`. */
  readonly hostName: string;
  /** Reads once. Never rejects: what cannot be read is a reading with a reason. */
  sample(): Promise<Sample>;
  /** Scans the processes now and waits for it; absent where they come with every sample. */
  scanProcesses?(): Promise<Reading<ProcessTable>>;
  /** Memory of one process in detail; read only when somebody looks. */
  processMemory(pid: number): Promise<Reading<ProcessMemory>>;
  /**
   * Sends a signal to the process that this pid and start key name, and to no other.
   * Absent where nothing can be killed (a recorded log, read-only).
   */
  kill?(pid: number, startKey: string, signal: KillSignal): Promise<KillResult>;
  close(): Promise<void>;
}

export const KILL_SIGNALS = [
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGQUIT',
  'SIGKILL',
  'SIGSTOP',
  'SIGCONT',
  'SIGUSR1',
] as const;
export type KillSignal = (typeof KILL_SIGNALS)[number];

export type KillResult =
  | {readonly status: 'sent'}
  | {readonly status: 'gone'}
  | {readonly status: 'denied'; readonly reason: string}
  | {readonly status: 'failed'; readonly reason: string};

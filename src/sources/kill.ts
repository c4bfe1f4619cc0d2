import {errorCode, errorMessage} from '../core/errors.ts';
import type {ProcessReading} from '../core/sample.ts';
import type {KillResult, KillSignal} from '../core/source.ts';
import type {Host} from './host.ts';

interface Lookup {
  /** When the process started, asked of the system now; `undefined` if it is gone. */
  startKey(pid: number): Promise<string | undefined>;
  /** The process as the newest table has it. */
  find(pid: number): ProcessReading | undefined;
}

type Kill = (pid: number, startKey: string, signal: KillSignal) => Promise<KillResult>;

/** Sends signals, each only to the very process that was meant: a pid may by now name another one. */
export function killer(host: Host, lookup: Lookup): Kill {
  return async (pid, startKey, signal) => {
    const refusal = refuse(host, pid, startKey);
    if (refusal) return {status: 'denied', reason: refusal};
    try {
      if ((await lookup.startKey(pid)) !== startKey) return {status: 'gone'};
      host.kill(pid, signal);
      return {status: 'sent'};
    } catch (error) {
      return failure(error, pid, lookup.find(pid));
    }
  };
}

function refuse(host: Host, pid: number, startKey: string): string | undefined {
  // To the kernel 0 and negative numbers mean whole groups of processes.
  if (!Number.isSafeInteger(pid) || pid <= 0) return `${pid} names no single process`;
  if (pid === 1) return 'process 1 runs the system and is left alone';
  if (pid === host.pid) return 'memtop does not signal itself';
  if (startKey === '')
    return `when process ${pid} started is not known, so it cannot be told from a later one`;
  return undefined;
}

function failure(error: unknown, pid: number, process: ProcessReading | undefined): KillResult {
  const code = errorCode(error);
  if (code === 'ESRCH') return {status: 'gone'};
  if (code !== 'EPERM') return {status: 'failed', reason: errorMessage(error)};
  const name = process?.name ?? 'process';
  const owner = process?.user === undefined ? '' : ` belongs to ${process.user}`;
  return {status: 'denied', reason: `not permitted: ${name} (${pid})${owner}`};
}

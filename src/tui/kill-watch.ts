import {formatElapsed} from '../core/format.ts';
import type {Frame} from '../core/frame.ts';
import {processKey} from '../core/process-series.ts';
import type {KillResult, KillSignal, Source} from '../core/source.ts';
import type {KillTarget} from './state.ts';

const STILL_RUNNING_MS = 10_000;

/** Sends a signal and tells what came of it: ended, still running, not permitted. */
export class KillWatch {
  readonly #source: Source;
  readonly #tell: (text: string) => void;
  #sent:
    | {readonly target: KillTarget; readonly atMs: number; readonly tableAt: number | undefined}
    | undefined;

  constructor(source: Source, tell: (text: string) => void) {
    this.#source = source;
    this.#tell = tell;
  }

  send(target: KillTarget, signal: KillSignal, frame: Frame | undefined): void {
    const {kill} = this.#source;
    if (kill === undefined) return;
    kill.call(this.#source, target.pid, target.startKey, signal).then((result) => {
      if (result.status === 'sent' && signal !== 'SIGCONT' && signal !== 'SIGSTOP')
        this.#sent = {target, atMs: frame?.timelineMs ?? 0, tableAt: tableTime(frame)};
      this.#tell(answerText(result, signal, target));
    });
  }

  /** Looks whether the process is still there. */
  look(frame: Frame): void {
    if (this.#sent === undefined || frame.processes?.status !== 'ok') return;
    const {target, atMs, tableAt} = this.#sent;
    if (tableTime(frame) === tableAt) return;
    const isThere = frame.processes.value.processes.some(
      (process) => processKey(process) === processKey(target),
    );
    const elapsed = frame.timelineMs - atMs;
    if (isThere && elapsed < STILL_RUNNING_MS) return;
    this.#sent = undefined;
    this.#tell(
      isThere
        ? `${target.name} (${target.pid}) still running after 10 s, x then s offers SIGKILL`
        : `${target.name} (${target.pid}) ended after ${formatElapsed(Math.max(1000, elapsed))}`,
    );
  }
}

/** When the processes were scanned: another time is another scan. */
function tableTime(frame: Frame | undefined): number | undefined {
  return frame?.processes?.status === 'ok' ? frame.processes.value.at : undefined;
}

function answerText(result: KillResult, signal: KillSignal, {name, pid}: KillTarget): string {
  if (result.status === 'sent') return `${signal} sent to ${name} (${pid})`;
  if (result.status === 'gone') return `${name} (${pid}) had ended already`;
  return result.reason;
}

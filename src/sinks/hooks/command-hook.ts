import {basename} from 'node:path';
import {type AlertNotice, isNoticeVariable, noticeFields, noticeVariables} from '../../core/notice.ts';
import {cutEnd, safeText} from '../../core/text.ts';
import {toJson} from '../to-json.ts';
import {type Command, parseCommand} from './command.ts';
import type {Hook, HookResult} from './hook.ts';
import {ProgramCall} from './program-call.ts';

export interface CommandHookOptions {
  /** The path of a file, or a program and its arguments parted at blanks. */
  readonly command: string;
  /** A clock that never steps, milliseconds. */
  readonly clock: () => number;
  /** After which it is killed, with all that it started in its group. @default 10,000 ms */
  readonly timeoutMs?: number;
  /** What it finds beside the facts. @default the environment of memtop */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const TIMEOUT_MS = 10_000;
const MAX_NAME = 40;

/**
 * Runs a program for each notice: directly and without a shell, the facts in `MEMTOP_ALERT_` variables and as one
 * line of JSON on its standard input, never in its arguments. It works on where memtop is killed in between.
 */
export class CommandHook implements Hook {
  readonly name: string;
  readonly atOnce = 4;
  readonly #options: CommandHookOptions;
  readonly #command: Command;
  readonly #running = new Set<ProgramCall>();
  #isClosed = false;

  constructor(options: CommandHookOptions) {
    this.#options = options;
    this.#command = parseCommand(options.command);
    this.name = cutEnd(safeText(basename(this.#command.file)), MAX_NAME);
  }

  async deliver(notice: AlertNotice): Promise<HookResult> {
    if (this.#isClosed) return {ok: false, text: 'not begun, memtop ends'};
    const {clock, timeoutMs = TIMEOUT_MS, env = process.env} = this.#options;
    const call = new ProgramCall({
      command: this.#command,
      env: {...withoutNotice(env), ...noticeVariables(notice)},
      input: `${toJson(noticeFields(notice))}\n`,
      timeoutMs,
      clock,
    });
    this.#running.add(call);
    const result = await call.done;
    this.#running.delete(call);
    return result;
  }

  close(): void {
    this.#isClosed = true;
    for (const call of this.#running) call.kill('killed, memtop ends');
  }
}

/** memtop may itself run in a hook, whose alert is not this one. */
function withoutNotice(env: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isNoticeVariable(name)));
}

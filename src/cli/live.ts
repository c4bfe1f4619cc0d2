import type {Host} from '../sources/host.ts';
import {crashWith} from './crash.ts';
import type {Endings} from './endings.ts';
import {UserError} from './exit.ts';
import type {LiveRun} from './run.ts';

export interface LiveCommand {
  readonly host: Host;
  readonly run: LiveRun;
  readonly endings: Endings;
  /** Gives the terminal back, where it was taken. */
  readonly restore: () => void;
}

/** Carries out a live command: whatever ends it, the log gets its STOP and the report its file. */
export async function live(command: LiveCommand, body: () => Promise<number>): Promise<number> {
  const {host, run, endings, restore} = command;
  const guard = crashWith({host, restore, lastWords: () => run.finishNow('a fault in memtop')});
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof UserError)) return guard.crash(error);
    restore();
    run.finishNow(error.message);
    throw error;
  } finally {
    guard.release();
    endings.release();
  }
}

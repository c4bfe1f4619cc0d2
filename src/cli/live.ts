import type {Host} from '../sources/host.ts';
import type {AlertHooks} from './alert-hooks.ts';
import {crashWith} from './crash.ts';
import type {Endings} from './endings.ts';
import {UserError} from './exit.ts';
import type {Exporter} from './exporter.ts';
import type {LiveRun} from './run.ts';

export interface LiveCommand {
  readonly host: Host;
  readonly run: LiveRun;
  readonly endings: Endings;
  /** Gives the terminal back, where it was taken. */
  readonly restore: () => void;
  /** Whoever is called at alerts. */
  readonly hooks?: Pick<AlertHooks, 'closeNow'>;
  /** Whoever serves metrics of it. */
  readonly exporter?: Exporter | undefined;
}

/** Carries out a live command: whatever ends it, the log gets its STOP and the report its file. */
export async function live(command: LiveCommand, body: () => Promise<number>): Promise<number> {
  const {host, run, endings, restore, hooks, exporter} = command;
  const lastWords = () => {
    hooks?.closeNow();
    return run.finishNow('a fault in memtop');
  };
  const guard = crashWith({host, restore, lastWords});
  exporter?.follow(run);
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof UserError)) return guard.crash(error);
    restore();
    hooks?.closeNow();
    run.finishNow(error.message);
    throw error;
  } finally {
    await exporter?.close();
    guard.release();
    endings.release();
  }
}

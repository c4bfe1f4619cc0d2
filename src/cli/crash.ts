import {writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {hideSecretsInText} from '../core/secrets.ts';
import {VERSION} from '../core/version.ts';
import type {Host} from '../sources/host.ts';
import {EXIT} from './exit.ts';
import {writeLast} from './terminal-output.ts';

export interface CrashHandling {
  readonly host: Host;
  /** Gives the terminal back. */
  readonly restore: () => void;
  /** What is still to be written or told: log, report. */
  readonly lastWords: () => string;
}

export interface CrashGuard {
  /** What a fault that nobody catches comes to; never returns. */
  readonly crash: (error: unknown) => never;
  readonly release: () => void;
}

/** On a fault of our own: terminal first, then the log and the report, then one line that says what to report. */
export function crashWith(handling: CrashHandling): CrashGuard {
  const crash = (error: unknown): never => {
    attempt(handling.restore);
    const words = attempt(handling.lastWords);
    tellCrash(error, handling.host, words);
    process.exit(EXIT.crash);
  };
  // Before the one of all commands, which knows nothing of a terminal and a log.
  process.prependListener('uncaughtException', crash).prependListener('unhandledRejection', crash);
  return {
    crash,
    release: () =>
      void process.removeListener('uncaughtException', crash).removeListener('unhandledRejection', crash),
  };
}

/** One line for the user, after what else is to be said; the details go to a file that can be sent with a report. */
export function tellCrash(error: unknown, host: Pick<Host, 'now' | 'platform'>, words = ''): void {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const file = attempt(() => writeDetails(error, host));
  const where = file === undefined ? '' : `; details are in ${file}, please report them`;
  const told = hideSecretsInText(message.split('\n')[0] ?? '');
  attempt(() => writeLast(process.stderr, `${words}memtop: a fault in memtop itself: ${told}${where}\n`));
}

function writeDetails(error: unknown, host: Pick<Host, 'now' | 'platform'>): string {
  const stamp = new Date(host.now()).toISOString().replace(/[:.]/g, '-');
  const file = join(tmpdir(), `memtop-crash-${stamp}-${process.pid}.txt`);
  // It is to be sent with a report.
  const stack = hideSecretsInText(String(error instanceof Error ? error.stack : error));
  writeFileSync(file, `memtop ${VERSION}, node ${process.version}, ${host.platform}\n${stack}\n`, {
    mode: 0o600,
    flag: 'wx',
  });
  return file;
}

function attempt<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch {
    // On the way out of a crash, what fails must not hide what comes after it.
    return undefined;
  }
}

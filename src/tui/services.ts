import type {KeptSetting, SortKey} from '../core/choices.ts';
import type {JobEnding} from '../core/job/job-ending.ts';
import type {OutputLines} from '../core/job/output-lines.ts';
import type {Session} from '../core/session.ts';
import type {Source} from '../core/source.ts';
import type {TapeControl} from '../core/tape.ts';
import type {Terminal} from './capabilities.ts';
import type {TerminalStreams} from './terminal.ts';
import type {Theme} from './theme.ts';
import type {Recording} from './view.ts';

/** What the screen asks of the program around it. Answers are one line for the footer. */
export interface AppServices {
  readonly session: Session;
  readonly source: Source;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
  /** A clock that never steps, milliseconds: for all that is awaited. */
  readonly clock: () => number;
  /** How long memtop has run, milliseconds. */
  readonly upMs: () => number;
  readonly intervalMs: () => number;
  readonly setInterval: (ms: number) => void;
  readonly recording: () => Recording;
  readonly mark: (note: string) => void;
  readonly writeReport: () => Promise<string>;
  readonly saveHistory: () => Promise<string>;
  readonly keep: (name: KeptSetting, value: string) => void;
  readonly quit: (how: 'key' | 'interrupt' | 'lost') => void;
  /** How the followed job ended, once it has. */
  readonly jobEnding: () => JobEnding | undefined;
  /** The job that memtop has started. */
  readonly job?: JobControl;
  /** The tape of a replay. */
  readonly tape?: TapeControl;
}

/** What can be done with a job that memtop has started. */
export interface JobControl {
  /** What it writes. */
  readonly output: OutputLines | undefined;
  /** The file that keeps all of that, where one was asked for. */
  readonly outputFile: string | undefined;
  isRunning(): boolean;
  /** Asks it to end, and the second time makes it. @returns the signal that was sent */
  stop(): string;
  /** As Ctrl-C in its own terminal; the second time it ends for certain. @returns the signal that was sent */
  interrupt(): string;
  /** Its terminal is gone. */
  hangUp(): void;
  /** It goes on without memtop. */
  leave(): void;
  onChange(listener: () => void): void;
}

export interface AppOptions {
  readonly terminal: Terminal;
  readonly streams: TerminalStreams;
  readonly themes: readonly [Theme, ...Theme[]];
  readonly span: number;
  readonly sort: SortKey;
  readonly top: number;
  readonly mouse: boolean;
  readonly readonly: boolean;
}

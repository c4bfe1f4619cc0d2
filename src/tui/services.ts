import type {KeptSetting, SortKey} from '../core/choices.ts';
import type {Session} from '../core/session.ts';
import type {Source} from '../core/source.ts';
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

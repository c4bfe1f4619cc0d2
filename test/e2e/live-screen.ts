import {expect} from 'vitest';
import {CLI, NODE, type Workplace} from './program.ts';
import {type PtyProgram, start} from './pty.ts';

/** The built screen on a pseudo-terminal. */
export const memtop = (
  place: Workplace,
  args: readonly string[] = [],
  options: Parameters<typeof start>[2] = {},
) => start(NODE, [CLI, ...args], {cwd: place.folder, ...options, env: {...place.env, ...options.env}});

export const isUp = /Processes \d+ of \d+/;

/** The terminal is as memtop found it. */
export function expectRestored(program: PtyProgram): void {
  expect(program.isAltScreen()).toBe(false);
  expect(program.cursorHidden).toBe(false);
  expect(program.mouseMode).toBe('none');
}

/** The last line of a log. */
export const stopReason = (place: Workplace, log: string) => place.lines(log).at(-1);

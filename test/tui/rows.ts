import type {Line} from '../../src/tui/line.ts';
import {plainText} from '../../src/tui/line.ts';
import {type ProcessRow, processRows} from '../../src/tui/process-rows.ts';
import {process} from './machine.ts';

export const MIB = 2 ** 20;

/** Rows of processes by pid and MiB, in this order. */
export function rowsOf(sizes: Readonly<Record<number, number>>): readonly ProcessRow[] {
  const processes = Object.entries(sizes).map(([pid, mib]) =>
    process({pid: Number(pid), name: `p${pid}`, rssBytes: mib * MIB}),
  );
  return processRows(processes, () => undefined);
}

export const textOf = (lines: readonly Line[]) => lines.map(plainText);

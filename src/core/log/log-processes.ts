import type {ProcessReading, ProcessTable} from '../sample.ts';
import {amountOf, countOf, type Fields, listOf, textOf} from './log-fields.ts';

export const MOST_PROCESSES = 1000;

/** The largest processes as a line names them; nothing where it names none. */
export function processesOf(value: unknown, at: number): ProcessTable | undefined {
  const processes = listOf(value, MOST_PROCESSES).flatMap((fields) => processOf(fields) ?? []);
  return processes.length === 0 ? undefined : {at, processes};
}

/** One process of a line; nothing where its pid, its name or its memory cannot be told. */
export function processOf(fields: Fields): ProcessReading | undefined {
  const pid = countOf(fields.pid);
  const name = textOf(fields.name);
  const rssBytes = amountOf(fields.rss_bytes);
  if (pid === undefined || name === undefined || rssBytes === undefined) return undefined;
  const rest = textOf(fields.arguments);
  const user = textOf(fields.user);
  const cpuMs = amountOf(fields.cpu_ms);
  return {
    pid,
    parentPid: countOf(fields.parent_pid) ?? 0,
    startKey: textOf(fields.start_key) ?? '',
    name,
    // The log's name is the program with its script: both are told again as they stand there.
    ...(rest !== undefined && {args: [name, rest]}),
    ...(user !== undefined && {user}),
    rssBytes,
    ...(cpuMs !== undefined && {cpuMs}),
  };
}

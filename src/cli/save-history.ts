import {closeSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {SessionEvent} from '../core/event.ts';
import {eventLine, type LogLine} from '../core/event-lines.ts';
import {historyLine, limitsAtStart, type StartFacts, startLine} from '../core/log-lines.ts';
import {MemoryMetrics} from '../core/metrics.ts';
import {failed} from '../core/sample.ts';
import type {Session} from '../core/session.ts';
import {fileProblem} from '../sinks/file-problem.ts';
import {momentName, openNew} from '../sinks/new-file.ts';
import {toJson} from '../sinks/to-json.ts';
import {UserError} from './exit.ts';

export interface HistoryToSave {
  readonly session: Session;
  readonly events: readonly SessionEvent[];
  readonly folder: string;
  readonly now: number;
  readonly facts: StartFacts;
}

const MOST_NAMES = 1000;

/**
 * Writes the history held in memory as a log, for who forgot to record. Overwrites nothing. @returns the file
 * @throws {UserError} where it cannot be written; nothing is left behind then
 */
export function saveHistoryAsLog(history: HistoryToSave): string {
  const text = historyLines(history)
    .map((line) => `${toJson(line)}\n`)
    .join('');
  for (let count = 1; count < MOST_NAMES; count += 1) {
    const file = join(history.folder, momentName('memtop-history', history.now, count, 'jsonl'));
    if (writeNew(file, text)) return file;
  }
  throw new UserError('too many saved histories of this second are there');
}

/** @returns whether the name was free @throws {UserError} */
function writeNew(file: string, text: string): boolean {
  try {
    const fd = openNew(file);
    if (fd !== undefined) fill(file, fd, text);
    return fd !== undefined;
  } catch (error) {
    throw new UserError(`history not written: ${fileProblem(error)}`);
  }
}

function fill(file: string, fd: number, text: string): void {
  let isWhole = false;
  try {
    writeFileSync(fd, text);
    isWhole = true;
  } finally {
    closeSync(fd);
    if (!isWhole) rmSync(file, {force: true});
  }
}

function historyLines({session, events, now, facts}: HistoryToSave): readonly LogLine[] {
  const history = session.ram.history;
  const figures = session.ram.summary.current;
  const metrics = new MemoryMetrics();
  const checks =
    history === undefined || figures === undefined
      ? []
      : history.points().map((point) => {
          metrics.add({at: point.at, percent: point.mean});
          return {at: point.at, line: historyLine(point, figures, metrics.trend)};
        });
  const happened = events.flatMap((event) => {
    const line = eventLine(event);
    return line === undefined ? [] : [{at: event.at, line}];
  });
  const body = [...checks, ...happened].sort((a, b) => a.at - b.at).map(({line}) => line);
  const from = checks[0]?.at ?? now;
  const sample = session.frame?.sample ?? {memory: failed('not read'), limits: []};
  return [{...startLine(from, facts, limitsAtStart(sample)), source: 'history held in memory'}, ...body];
}

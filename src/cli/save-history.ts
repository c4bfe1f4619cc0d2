import {closeSync, openSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import type {SessionEvent} from '../core/event.ts';
import {formatMoment} from '../core/format.ts';
import {
  eventLine,
  historyLine,
  type LogLine,
  limitsAtStart,
  type StartFacts,
  startLine,
} from '../core/log-lines.ts';
import {MemoryMetrics} from '../core/metrics.ts';
import {failed} from '../core/sample.ts';
import type {Session} from '../core/session.ts';
import {UserError} from './exit.ts';

export interface HistoryToSave {
  readonly session: Session;
  readonly events: readonly SessionEvent[];
  readonly folder: string;
  readonly now: number;
  readonly facts: StartFacts;
}

/** Writes the history held in memory as a log, for who forgot to record. Overwrites nothing. @returns the file's name */
export function saveHistoryAsLog(history: HistoryToSave): string {
  const lines = historyLines(history);
  const stem = `memtop-history-${formatMoment(history.now).replace(/[-:]/g, '').replace(' ', '-')}`;
  for (let count = 1; count < 1000; count += 1) {
    const name = `${stem}${count === 1 ? '' : `-${count}`}.jsonl`;
    const fd = openNew(join(history.folder, name));
    if (fd === undefined) continue;
    try {
      writeSync(fd, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    } finally {
      closeSync(fd);
    }
    return name;
  }
  throw new UserError('too many saved histories of this second are there');
}

function openNew(path: string): number | undefined {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined;
    throw error;
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

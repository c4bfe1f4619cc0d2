import type {LogExtent} from '../core/log/log-extent.ts';
import type {ToldLeaks} from '../core/log/told-leaks.ts';
import {withTold} from '../core/log/told-report.ts';
import {buildReport, type Report, withSuggestion} from '../core/report.ts';
import type {Session} from '../core/session.ts';
import type {LoggedEvents} from './logged-events.ts';
import type {LoggedFacts} from './logged-facts.ts';
import type {SkippedLines} from './skipped-lines.ts';

/** What a log came to. */
export interface LoggedStory {
  readonly session: Session;
  readonly facts: LoggedFacts;
  readonly extent: LogExtent;
  readonly events: LoggedEvents;
  readonly skipped: SkippedLines;
  readonly intervalMs: number;
  readonly reason: string;
  /** Whether nothing more is read of it. */
  readonly isOver: boolean;
  /** Where the log came from. */
  readonly file: string;
  /** Whether a run of memtop wrote it: then its lines go before what its readings set off. */
  readonly isOurs: boolean;
  /** Where the part of it begins that is told of, wall clock. */
  readonly from: number;
  /** The verdicts that it tells. */
  readonly leaks: ToldLeaks | undefined;
}

/** The report of a log. */
export function loggedReport(story: LoggedStory): Report {
  const {session, facts, extent, skipped, isOurs, from, leaks, intervalMs, reason} = story;
  const {version, hostName, platform} = facts;
  const {told, found, errors, kills, endings} = story.events;
  const events = isOurs ? told : found;
  const report = buildReport(session, {
    version,
    hostName,
    platform,
    startedAt: extent.startedAt,
    endedAt: extent.endedAt,
    uptimeMs: extent.lengthMs,
    intervalMs,
    reason,
    isOver: story.isOver,
    logFile: story.file,
    errors: [...skipped.texts.map((text) => ({what: 'log', reason: text, count: 1})), ...errors.items],
    events: events.items,
    eventsDropped: events.dropped,
    endings,
  });
  if (!isOurs) return report;
  // What was raised before the span goes on into it, and is none of its own.
  const own = events.items.filter(({at}) => at >= from);
  return withSuggestion(withTold(report, {events: own, oomKills: kills, leaks}), session.frame?.limit?.id);
}

import type {Frame} from '../frame.ts';
import type {JobEnding} from '../job/job-ending.ts';
import type {Session} from '../session.ts';
import type {Fields} from './log-fields.ts';
import {processesOf} from './log-processes.ts';

/** The last line of a run names who was there at its last reading, where that reading's own line did not. */
export function takeLastProcesses(session: Session | undefined, {processes}: Fields): Frame | undefined {
  const at = session?.frame?.at;
  const table = at === undefined ? undefined : processesOf(processes, at);
  return table && session?.feedProcesses(table);
}

/** The end of a job tells what its processes held at the last look, which no list may have told. */
export function takeJobEnd(session: Session | undefined, {moments, top}: JobEnding): void {
  const at = moments.at(-1)?.at;
  if (at !== undefined) session?.processes.close(top, at, session.timelineOf(at));
  session?.job.end();
}

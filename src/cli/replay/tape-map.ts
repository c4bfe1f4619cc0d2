import type {Readable} from 'node:stream';
import type {Values} from '../../config/resolve.ts';
import type {SessionEvent} from '../../core/event.ts';
import type {TapeMap, TapePoint} from '../../core/tape-target.ts';
import {LoggedRun} from '../logged-run.ts';
import {type LogProgress, readLog} from '../open-log.ts';

/** What a look through a whole log tells before it is replayed. */
export interface TapeSurvey {
  readonly map: TapeMap;
  readonly run: LoggedRun;
  readonly bytes: number;
  readonly problem: string | undefined;
}

/** Looks through logs for their ends, and for alerts, marks and the peak. */
export async function surveyTape(
  names: readonly string[],
  values: Values,
  {stdin, onProgress}: {readonly stdin: Readable; readonly onProgress: LogProgress},
): Promise<TapeSurvey> {
  const points: TapePoint[] = [];
  const onEvent = (event: SessionEvent) => {
    const kind = pointKind(event);
    if (kind !== undefined) points.push({kind, place: event.timelineMs ?? event.at});
  };
  const run = new LoggedRun({values: {...values, leak: false}, ownThreshold: false, onEvent});
  let bytes = 0;
  let problem: string | undefined;
  for (const name of names) {
    const reading = await readLog(name, stdin, run.lines, onProgress);
    bytes += reading.bytes;
    problem ??= reading.problem;
  }
  run.lines.finish();
  return {map: mapOf(run, points), run, bytes, problem};
}

function pointKind(event: SessionEvent): TapePoint['kind'] | undefined {
  if (event.kind === 'mark') return 'mark';
  return event.kind === 'raised' && !event.isReminder ? 'alert' : undefined;
}

function mapOf(run: LoggedRun, points: readonly TapePoint[]): TapeMap {
  const {frame, ends, session} = run;
  const offset = frame === undefined ? 0 : frame.timelineMs - frame.sample.monotonicMs;
  const wallOffsetMs = frame === undefined ? 0 : frame.at - frame.sample.monotonicMs;
  const {peak, peakClock} = session.ram.summary;
  const all = [
    ...points.map(({kind, place}): TapePoint => ({kind, place: place - offset})),
    ...(peak === undefined ? [] : [{kind: 'peak', place: peakClock} as const]),
  ];
  const last = frame?.sample.monotonicMs ?? ends.endedAt;
  return {
    start: Math.min(ends.startedAt, last),
    end: Math.max(last, ends.endedAt - wallOffsetMs),
    points: all.toSorted((a, b) => a.place - b.place),
    wallOffsetMs,
  };
}

import type {Readable} from 'node:stream';
import type {Values} from '../../config/resolve.ts';
import type {SessionEvent} from '../../core/event.ts';
import {datedLine, LINE_BEGINNING} from '../../core/log/line-moment.ts';
import {TapeClock} from '../../core/log/tape-clock.ts';
import type {Session} from '../../core/session.ts';
import type {TapeMap, TapePoint, TapeWall} from '../../core/tape-target.ts';
import {LoggedRun} from '../logged-run.ts';
import {type LineTaker, type LogProgress, readLog} from '../open-log.ts';

/** What a look through a whole log tells before it is replayed. */
export interface TapeSurvey {
  readonly map: TapeMap;
  readonly run: LoggedRun;
  readonly bytes: number;
  /** The first log that could not be read to its end, and why. */
  readonly problem: {readonly name: string; readonly reason: string} | undefined;
}

/** Looks through logs for their ends, and for alerts, marks and the peak. */
export async function surveyTape(
  names: readonly string[],
  values: Values,
  {stdin, onProgress}: {readonly stdin: Readable; readonly onProgress: LogProgress},
): Promise<TapeSurvey> {
  const points: TapePoint[] = [];
  const onEvent = (event: SessionEvent) => points.push(...tapePoint(event, run.session));
  const run = new LoggedRun({values: {...values, leak: false}, ownThreshold: false, onEvent});
  const course = new TapeCourse();
  const taker: LineTaker = {
    take(bytes, start, end) {
      if (bytes !== undefined) course.note(bytes, start, end);
      run.lines.take(bytes, start, end);
    },
    settle: () => run.lines.settle(),
  };
  let bytes = 0;
  let problem: TapeSurvey['problem'];
  for (const name of names) {
    const reading = await readLog(name, stdin, taker, onProgress);
    bytes += reading.bytes;
    if (reading.problem !== undefined) problem ??= {name, reason: reading.problem};
  }
  run.lines.finish();
  const {start, end, walls} = course;
  return {map: {start, end, walls, points: withPeak(points, run.session)}, run, bytes, problem};
}

/** An alert or a mark, by its place; all else is no point. */
export function tapePoint(event: SessionEvent, {frame}: Session): readonly TapePoint[] {
  const isAlert = event.kind === 'raised' && !event.isReminder;
  if (event.kind !== 'mark' && !isAlert) return [];
  const offset = frame === undefined ? 0 : frame.timelineMs - frame.sample.monotonicMs;
  const place = (event.timelineMs ?? event.at) - offset;
  return [{kind: event.kind === 'mark' ? 'mark' : 'alert', place}];
}

/** With the peak of RAM as it stands, in the order of places. */
export function withPeak(points: readonly TapePoint[], {ram}: Session): readonly TapePoint[] {
  const {peak, peakClock} = ram.summary;
  const others = points.filter(({kind}) => kind !== 'peak');
  const all = peak === undefined ? others : [...others, {kind: 'peak', place: peakClock} as const];
  return all.toSorted((a, b) => a.place - b.place);
}

const LEAST_SHIFT_MS = 1000;
const MOST_WALLS = 1000;

/** From where to where a tape goes, and where its wall clock was set. */
class TapeCourse {
  readonly walls: TapeWall[] = [];
  start = Number.NaN;
  end = 0;
  readonly #clock = new TapeClock();

  note(bytes: Buffer, start: number, end: number): void {
    const beginning = bytes.toString('latin1', start, Math.min(end, start + LINE_BEGINNING));
    const line = datedLine(beginning, () => bytes.toString('utf8', start, end));
    const place = this.#clock.place(line);
    if (line.at === undefined) return;
    if (Number.isNaN(this.start)) this.start = place;
    this.end = Math.max(this.end, place);
    const offsetMs = line.at - place;
    const last = this.walls.at(-1);
    const isShifted = last === undefined || Math.abs(offsetMs - last.offsetMs) > LEAST_SHIFT_MS;
    if (isShifted && line.kind === 'reading' && this.walls.length < MOST_WALLS)
      this.walls.push({place, offsetMs});
  }
}

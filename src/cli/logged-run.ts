import type {Values} from '../config/resolve.ts';
import {duration} from '../config/values.ts';
import type {SessionEvent} from '../core/event.ts';
import type {JobEnding} from '../core/job/job-ending.ts';
import {type KnownLine, LaneBook} from '../core/log/lane-book.ts';
import {LogClock} from '../core/log/log-clock.ts';
import {EVENT_TYPES, type EventType, eventOfLine} from '../core/log/log-events.ts';
import {LogExtent} from '../core/log/log-extent.ts';
import {amountOf, type Fields, fieldsOf, placeOf, textOf, timeOf, wordOf} from '../core/log/log-fields.ts';
import {failedSample, type LogLook, sampleOfLine} from '../core/log/log-sample.ts';
import {ToldLeaks} from '../core/log/told-leaks.ts';
import {withTold} from '../core/log/told-report.ts';
import {PoolThresholds} from '../core/pool-thresholds.ts';
import {buildReport, type Report} from '../core/report.ts';
import type {Sample} from '../core/sample.ts';
import {Session} from '../core/session.ts';
import {thresholdPercent} from '../core/threshold.ts';
import {VERSION} from '../core/version.ts';
import {KeptErrors} from './kept-errors.ts';
import {KeptEvents} from './kept-events.ts';
import {type LoggedSettings, loggedSettings, parsed} from './log-settings.ts';
import {sessionOptions} from './session-options.ts';
import {SkippedLines} from './skipped-lines.ts';

export interface LoggedRunOptions {
  readonly values: Values;
  /** Whether RAM's threshold was asked for: then it goes before what the log says of it. */
  readonly ownThreshold: boolean;
}

const NO_RULES = {pressure: 'off', fullPressure: 'off'} as const;
const NOT_KNOWN = 'not known';
const NO_STOP = 'the log ends without a STOP line';
const MOST_KILLS = 100;
const HAIR = 0.05;
const BYTE_ORDER_MARK = '\ufeff';
const INTERVAL = duration(0, 30 * 86_400_000);

/** A recorded run, line by line through the same core as a live one. */
export class LoggedRun {
  readonly skipped = new SkippedLines();
  readonly #options: LoggedRunOptions;
  readonly #clock = new LogClock();
  readonly #extent = new LogExtent();
  readonly #errors = new KeptErrors();
  /** What the log's lines tell, and what its readings set off: the one of our logs, the other of all else. */
  readonly #told = new KeptEvents();
  readonly #found = new KeptEvents();
  readonly #kills: {at: number; text: string}[] = [];
  readonly #lanes = new LaneBook();
  /** A line that may be the last. */
  #held: (KnownLine & {readonly bytes: Buffer; readonly start: number; readonly end: number}) | undefined;
  /** Where the reading stands that is being taken in, where that is known already. */
  #place: number | undefined;
  #toldLeaks: ToldLeaks | undefined;
  #isOurs = false;
  #settings: LoggedSettings = {thresholds: {}};
  #session: Session | undefined;
  #before: Sample | undefined;
  #facts = {version: VERSION, hostName: NOT_KNOWN, platform: NOT_KNOWN};
  #reason: string | undefined;
  #ending: JobEnding | undefined;

  constructor(options: LoggedRunOptions) {
    this.#options = options;
  }

  /** Good readings so far. */
  get readings(): number {
    return this.#session?.ram.summary.checks ?? 0;
  }

  /** Takes in the next line, which stands there until `settle`; without bytes it was too long to be read. */
  take(bytes: Buffer | undefined, start = 0, end = bytes?.length ?? 0): void {
    const known = bytes && this.#lanes.match(bytes, start, end, this.#session?.frame);
    if (bytes === undefined || known === undefined) this.#takeWhole(bytes?.subarray(start, end));
    else {
      this.#takeHeld('figures');
      this.#held = {lane: known.lane, figures: known.figures, bytes, start, end};
    }
  }

  /** The bytes of the lines so far will be used for something else. */
  settle(): void {
    if (this.#held === undefined) return;
    const {bytes, start, end} = this.#held;
    this.#held = {...this.#held, bytes: Buffer.from(bytes.subarray(start, end)), start: 0, end: end - start};
  }

  noteError(what: string, reason: string): void {
    this.#errors.add(what, reason);
  }

  /** All that was taken in, summed up. @param file where the log came from */
  report(file: string): Report {
    this.#takeHeld('whole');
    const session = this.#session ?? this.#open();
    const events = this.#isOurs ? this.#told : this.#found;
    const skipped = this.skipped.text;
    const report = buildReport(session, {
      ...this.#facts,
      startedAt: this.#extent.startedAt,
      endedAt: this.#extent.endedAt,
      uptimeMs: this.#extent.lengthMs,
      intervalMs: this.#intervalMs,
      reason: this.#reason ?? NO_STOP,
      logFile: file,
      errors: [
        ...(skipped === undefined ? [] : [{what: 'log', reason: skipped, count: 1}]),
        ...this.#errors.items,
      ],
      events: events.items,
      eventsDropped: events.dropped,
      ...(this.#ending !== undefined && {ending: this.#ending}),
    });
    return this.#isOurs
      ? withTold(report, {
          events: events.items,
          oomKills: this.#kills,
          leaks: this.#options.values.leak ? this.#toldLeaks : undefined,
        })
      : report;
  }

  /** Between two readings, as the log has them; where that is what was set but for a hair, that. */
  get #intervalMs(): number {
    const {intervalMs: set = 0} = this.#settings;
    const seen = this.#clock.intervalMs ?? set;
    return Math.abs(seen - set) <= set * HAIR ? set : Math.round(seen);
  }

  /** The line before the one that comes now. Of the last there is to be a frame, and so it is taken in whole. */
  #takeHeld(as: 'figures' | 'whole'): void {
    const held = this.#held;
    this.#held = undefined;
    if (held === undefined) return;
    if (as === 'whole' || !this.#feedFigures(held))
      this.#takeWhole(held.bytes.subarray(held.start, held.end), 'known');
  }

  #feedFigures({lane, figures}: KnownLine): boolean {
    const at = lane.at(figures);
    const reading = lane.read(figures);
    if (reading === undefined || this.#session === undefined) return false;
    const place = this.#clock.place(at, lane.place(figures));
    this.#place = place;
    if (!this.#session.feedFigures({at, monotonicMs: place}, reading)) return false;
    this.#place = undefined;
    this.#extent.addReading({at, place});
    this.#extent.addLine(at);
    this.skipped.count(true, undefined);
    return true;
  }

  #takeWhole(bytes: Buffer | undefined, shape: 'new' | 'known' = 'new'): void {
    const text = bytes?.toString('utf8');
    const line = text === undefined ? undefined : parse(text);
    // After another reading nobody asks for the frame of the one before.
    this.#takeHeld(line !== undefined && line.event_type === undefined ? 'figures' : 'whole');
    this.skipped.count(line !== undefined && this.#takeLine(line, shape === 'new' ? bytes : undefined), text);
  }

  /** @returns whether the line could be used */
  #takeLine(line: Fields, bytes: Buffer | undefined): boolean {
    const at = timeOf(line.timestamp);
    if (at === undefined) return false;
    const type = wordOf(line.event_type, EVENT_TYPES);
    if (type !== undefined) this.#takeEvent(type, line, at);
    // What a later version may tell of is no fault of the log.
    else if (!this.#takeReading(line, at, bytes)) return typeof line.event_type === 'string';
    this.#extent.addLine(at);
    return true;
  }

  #takeReading(line: Fields, at: number, bytes: Buffer | undefined): boolean {
    if (fieldsOf(line.memory) !== undefined) this.#isOurs = true;
    if (ToldLeaks.isIn(line) && this.#session === undefined) this.#toldLeaks = new ToldLeaks();
    this.#toldLeaks?.take(line, at);
    const isTaken = this.#feed(at, line, (look) => sampleOfLine(line, look));
    const frame = this.#session?.frame;
    if (isTaken && bytes !== undefined && frame !== undefined) this.#lanes.learn(bytes, line, frame);
    return isTaken;
  }

  #feed(at: number, line: Fields, sampleOf: (look: LogLook) => Sample | undefined): boolean {
    // Only what is a reading moves the clock: lines of events may stand before an older reading.
    const sample = sampleOf({at, monotonicMs: 0, before: this.#before});
    if (sample === undefined) return false;
    const place = this.#place ?? this.#clock.place(at, placeOf(line.timeline_ms));
    this.#place = undefined;
    this.#extent.addReading({at, place});
    this.#before = {...sample, monotonicMs: place};
    this.#session ??= this.#open();
    this.#session.feed(this.#before);
    this.#reason = undefined;
    return true;
  }

  #open(): Session {
    const {values, ownThreshold} = this.#options;
    const {thresholds, ...options} = sessionOptions(values);
    const {windowSize} = this.#settings;
    const session = new Session({
      ...options,
      thresholds: {
        ...thresholds,
        ...this.#settings.thresholds,
        ...(ownThreshold && {ram: values.threshold}),
      },
      ...(windowSize !== undefined && {windowSize}),
      ...(options.watchLeaks === true && {watchLeaks: this.#toldLeaks === undefined ? 'thrifty' : false}),
      // What a run of ours set off stands in its log.
      ...(this.#isOurs && {rules: NO_RULES}),
      keepHistory: false,
    });
    session.onEvent((event) => this.#found.add(event));
    return session;
  }

  #takeEvent(type: EventType, line: Fields, at: number): void {
    if (type === 'START') this.#start(line, at);
    if (type === 'STOP') this.#reason = textOf(line.reason) ?? textOf(line.message) ?? type;
    if (type === 'ERROR') this.#fail(line, at);
    const event = eventOfLine(type, line, at);
    if (event === undefined) return;
    this.#told.add(event);
    if (event.kind === 'mark' || event.kind === 'ended') this.#found.add(event);
    if (event.kind === 'ended') this.#ending = event.ending;
    if (event.kind === 'changed') this.#change(event);
    if (event.kind === 'raised' && event.ruleId === 'oom') this.#noteKill(at, event.figureText ?? '');
  }

  #start(line: Fields, at: number): void {
    const version = textOf(line.memtop);
    if (version !== undefined) this.#isOurs = true;
    this.#clock.restart();
    this.#facts = {
      version: version ?? this.#facts.version,
      hostName: textOf(line.host_name) ?? this.#facts.hostName,
      platform: textOf(line.platform) ?? this.#facts.platform,
    };
    this.#settings = loggedSettings(line.options);
    this.#reason = undefined;
    if (this.#session !== undefined) this.#setThresholds(this.#session, at);
  }

  /** A further run in the same log goes by its own thresholds. */
  #setThresholds(session: Session, at: number): void {
    const thresholds = new PoolThresholds({
      ...sessionOptions(this.#options.values).thresholds,
      ...this.#settings.thresholds,
    });
    for (const {id, kind, summary} of session.pools) {
      const threshold = thresholds.of(kind, kind === 'gpu' ? id.slice('gpu'.length) : undefined);
      if (threshold === 'off' || (kind === 'ram' && this.#options.ownThreshold)) continue;
      session.setThreshold(id, thresholdPercent(threshold, summary.current?.totalBytes), at);
    }
  }

  #change({what, field, to, at}: Extract<SessionEvent, {kind: 'changed'}>): void {
    const session = this.#session;
    if (field === 'interval') session?.expectEvery(parsed(INTERVAL, to) ?? 0);
    if (field !== 'threshold' || (what === 'RAM' && this.#options.ownThreshold)) return;
    const percent = amountOf(to.replace('%', ''));
    const pool = session?.pools.find((one) => one.what === what);
    if (percent !== undefined && pool !== undefined) session?.setThreshold(pool.id, percent, at);
  }

  #fail(line: Fields, at: number): void {
    const [what, reason] = [textOf(line.what), textOf(line.reason) ?? textOf(line.message)];
    if (reason === undefined) return;
    this.noteError(what ?? 'log', reason);
    if (what === 'RAM') this.#feed(at, line, (look) => failedSample(reason, look));
  }

  #noteKill(at: number, text: string): void {
    this.#kills.push({at, text});
    if (this.#kills.length > MOST_KILLS) this.#kills.shift();
  }
}

function parse(text: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text));
  } catch {
    return undefined;
  }
}

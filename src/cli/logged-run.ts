import type {Values} from '../config/resolve.ts';
import {duration} from '../config/values.ts';
import {ChartBook} from '../core/chart-book.ts';
import type {SessionEvent} from '../core/event.ts';
import type {Frame} from '../core/frame.ts';
import type {JobEnding} from '../core/job/job-ending.ts';
import {LogClock} from '../core/log/log-clock.ts';
import {EVENT_TYPES, type EventType, eventOfLine} from '../core/log/log-events.ts';
import {LogExtent} from '../core/log/log-extent.ts';
import {amountOf, type Fields, fieldsOf, placeOf, textOf, timeOf, wordOf} from '../core/log/log-fields.ts';
import {failedSample, type LogLook, sampleOfLine} from '../core/log/log-sample.ts';
import type {LogEnds, LogSpan} from '../core/log/log-span.ts';
import {parseLine} from '../core/log/parse-line.ts';
import {withTold} from '../core/log/told-report.ts';
import {PoolThresholds} from '../core/pool-thresholds.ts';
import {buildReport, type Report, withSuggestion} from '../core/report.ts';
import {isAlertStep, openAlertEvents} from '../core/report-alerts.ts';
import type {ReportChart} from '../core/report-chart.ts';
import {LEAK_RULE} from '../core/rules/leak-rule.ts';
import type {Sample} from '../core/sample.ts';
import {Session} from '../core/session.ts';
import {thresholdPercent} from '../core/threshold.ts';
import {VERSION} from '../core/version.ts';
import {KeptErrors} from './kept-errors.ts';
import {KeptEvents} from './kept-events.ts';
import {type LoggedSettings, loggedSettings, parsed} from './log-settings.ts';
import {sessionOptions} from './session-options.ts';
import {SkippedLines} from './skipped-lines.ts';
import {standingThresholds} from './standing-thresholds.ts';

export interface LoggedRunOptions {
  readonly values: Values;
  /** Whether RAM's threshold was asked for: then it goes before what the log says of it. */
  readonly ownThreshold: boolean;
  /** The part of it that is told of. @default all */
  readonly span?: LogSpan;
  /** Whether to keep what a chart needs. @default false */
  readonly keepChart?: boolean;
  /** Told of every frame within the span. */
  readonly onFrame?: (frame: Frame) => void;
}

const NOT_KNOWN = 'not known';
const SPAN_ENDS = 'the span ends here, the log goes on';
const NO_STOP = 'the log ends without a STOP line';
const MOST_KILLS = 100;
const HAIR = 0.05;
const INTERVAL = duration(0, 30 * 86_400_000);

/** A recorded run, line by line through the same core as a live one. */
export class LoggedRun {
  skipped = new SkippedLines();
  /** Of the files before this one, with their names. */
  readonly #formerSkipped: string[] = [];
  readonly #options: LoggedRunOptions;
  readonly #clock = new LogClock();
  readonly #whole = new LogExtent();
  readonly #chart: ChartBook | undefined;
  #extent = new LogExtent();
  #errors = new KeptErrors();
  /** What the log's lines tell, and what its readings set off: the one of our logs, the other of all else. */
  #told = new KeptEvents();
  #found = new KeptEvents();
  #kills: {at: number; text: string}[] = [];
  #stage: 'before' | 'inside' | 'cut';
  #isOurs = false;
  #settings: LoggedSettings = {thresholds: {}};
  #session: Session | undefined;
  /** The session from before the span, which goes on to know which alerts fire. */
  #former: Session | undefined;
  #before: Sample | undefined;
  #facts = {version: VERSION, hostName: NOT_KNOWN, platform: NOT_KNOWN};
  #reason: string | undefined;
  #ending: JobEnding | undefined;

  constructor(options: LoggedRunOptions) {
    this.#options = options;
    this.#stage = options.span === undefined ? 'inside' : 'before';
    this.#chart = options.keepChart === true ? new ChartBook() : undefined;
  }

  /** Good readings so far, within the span. */
  get readings(): number {
    return this.#stage === 'before' ? 0 : (this.#session?.ram.summary.checks ?? 0);
  }

  /** From where to where all of it goes, wall clock. */
  get ends(): LogEnds {
    return this.#whole;
  }

  /** The lines so far were those of one file of several; their numbers begin anew. */
  endFile(name: string): void {
    const {text} = this.skipped;
    if (text !== undefined) this.#formerSkipped.push(`${text} in ${name}`);
    this.skipped = new SkippedLines();
  }

  /** Takes in the next line; `undefined` for one that was too long to be read. */
  take(text: string | undefined): void {
    this.skipped.count(this.#takeLine(text), text);
  }

  noteError(what: string, reason: string): void {
    this.#errors.add(what, reason);
  }

  /** All that was taken in, summed up. @param file where the log came from */
  report(file: string): Report {
    const session = this.#session ?? this.#open();
    const events = this.#isOurs ? this.#told : this.#found;
    const {text} = this.skipped;
    const skipped = [...this.#formerSkipped, ...(text === undefined ? [] : [text])];
    const report = buildReport(session, {
      ...this.#facts,
      startedAt: this.#extent.startedAt,
      endedAt: this.#extent.endedAt,
      uptimeMs: this.#extent.lengthMs,
      intervalMs: this.#intervalMs,
      reason: this.#stage === 'cut' ? SPAN_ENDS : (this.#reason ?? NO_STOP),
      logFile: file,
      errors: [...skipped.map((reason) => ({what: 'log', reason, count: 1})), ...this.#errors.items],
      events: events.items,
      eventsDropped: events.dropped,
      ...(this.#ending !== undefined && {ending: this.#ending}),
    });
    if (!this.#isOurs) return report;
    // What was raised before the span goes on into it, and is none of its own.
    const from = this.#options.span?.from ?? Number.NEGATIVE_INFINITY;
    const told = {events: events.items.filter(({at}) => at >= from), oomKills: this.#kills};
    return withSuggestion(withTold(report, told), session.frame?.limit?.id);
  }

  /** What to draw of all that was taken in; nothing where that was not asked for. */
  chart(): ReportChart | undefined {
    const events = this.#isOurs ? this.#told : this.#found;
    return this.#session && this.#chart?.chart(this.#session, events.items);
  }

  /** Between two readings, as the log has them; where that is what was set but for a hair, that. */
  get #intervalMs(): number {
    const {intervalMs: set = 0} = this.#settings;
    const seen = this.#clock.intervalMs ?? set;
    return Math.abs(seen - set) <= set * HAIR ? set : Math.round(seen);
  }

  /** @returns whether the line could be used */
  #takeLine(text: string | undefined): boolean {
    const line = text === undefined ? undefined : parseLine(text);
    const at = line && timeOf(line.timestamp);
    if (line === undefined || at === undefined) return false;
    this.#whole.addLine(at);
    if (!this.#enter(at)) return true;
    const type = wordOf(line.event_type, EVENT_TYPES);
    if (type !== undefined) this.#takeEvent(type, line, at);
    // What a later version may tell of is no fault of the log.
    else if (!this.#takeReading(line, at)) return typeof line.event_type === 'string';
    this.#extent.addLine(at);
    return true;
  }

  /**
   * What is before the span is taken in too, for the settings and alerts that last into it: what is told of begins anew
   * with its first line. @returns whether a line of this moment is still to be taken in
   */
  #enter(at: number): boolean {
    const {from, to} = this.#options.span ?? {from: at, to: at};
    if (at > to) {
      // Without a line inside, what was before is all that is known, and none of the span.
      if (this.#stage === 'inside') this.#stage = 'cut';
      return false;
    }
    if (at < from) return this.#stage === 'before';
    if (this.#stage !== 'before') return true;
    this.#stage = 'inside';
    this.#former = this.#session;
    this.#session = undefined;
    this.#extent = new LogExtent();
    this.#errors = new KeptErrors();
    this.#told = new KeptEvents(openAlertEvents(this.#told.items));
    this.#found = new KeptEvents(openAlertEvents(this.#found.items));
    this.#kills = [];
    this.#ending = undefined;
    return true;
  }

  #takeReading(line: Fields, at: number): boolean {
    if (fieldsOf(line.memory) !== undefined) this.#isOurs = true;
    return this.#feed(at, line, (look) => sampleOfLine(line, look));
  }

  #feed(at: number, line: Fields, sampleOf: (look: LogLook) => Sample | undefined): boolean {
    // Only what is a reading moves the clock: lines of events may stand before an older reading.
    const sample = sampleOf({at, monotonicMs: 0, before: this.#before});
    if (sample === undefined) return false;
    const place = this.#clock.place(at, placeOf(line.timeline_ms));
    this.#extent.addReading({at, place});
    this.#before = {...sample, monotonicMs: place};
    if (!this.#isOurs) this.#former?.feed(this.#before);
    this.#session ??= this.#open();
    const frame = this.#session.feed(this.#before);
    if (this.#stage === 'inside') {
      this.#chart?.feed(frame);
      this.#options.onFrame?.(frame);
    }
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
        ...(this.#former !== undefined && standingThresholds(this.#former)),
        ...(ownThreshold && {ram: values.threshold}),
      },
      ...(windowSize !== undefined && {windowSize}),
      ...(this.#stage === 'before' && {watchLeaks: false}),
      keepHistory: false,
    });
    session.onEvent((event) => this.#hear(session, event));
    return session;
  }

  /** Alerts that could have been raised before the span are told by the session that saw it, all else by the span's own. */
  #hear(session: Session, event: SessionEvent): void {
    const isSeenBefore = isAlertStep(event) && !event.ruleId.startsWith(LEAK_RULE);
    const teller = isSeenBefore ? (this.#former ?? session) : (this.#session ?? session);
    if (session === teller) this.#found.add(event);
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

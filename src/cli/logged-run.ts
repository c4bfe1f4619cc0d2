import {ChartBook} from '../core/chart-book.ts';
import type {SessionEvent} from '../core/event.ts';
import type {FigureReading} from '../core/figure-reading.ts';
import type {Frame} from '../core/frame.ts';
import type {LeakWatching} from '../core/leak-watch.ts';
import type {FigureLane} from '../core/log/figure-lane.ts';
import {LogClock} from '../core/log/log-clock.ts';
import {EVENT_TYPES, type EventType, eventOfLine} from '../core/log/log-events.ts';
import {LogExtent} from '../core/log/log-extent.ts';
import {type Fields, fieldsOf, placeOf, textOf, timeOf, wordOf} from '../core/log/log-fields.ts';
import {lacksTime} from '../core/log/log-job.ts';
import {failedSample, type LogLook, sampleOfLine} from '../core/log/log-sample.ts';
import type {LogEnds} from '../core/log/log-span.ts';
import {takeJobEnd, takeLastProcesses} from '../core/log/told-end.ts';
import {ToldLeaks} from '../core/log/told-leaks.ts';
import type {Report} from '../core/report.ts';
import {isAlertStep} from '../core/report-alerts.ts';
import type {ReportChart} from '../core/report-chart.ts';
import {LEAK_RULE} from '../core/rules/leak-rule.ts';
import type {Sample} from '../core/sample.ts';
import type {Session} from '../core/session.ts';
import {KnownLines, type LineUser} from './known-lines.ts';
import {usualInterval} from './log-settings.ts';
import {LoggedEvents} from './logged-events.ts';
import {LoggedFacts} from './logged-facts.ts';
import {loggedReport} from './logged-report.ts';
import type {LoggedRunOptions} from './logged-run-options.ts';
import {openLoggedSession} from './logged-session.ts';
import {setLoggedThresholds, takeChange} from './logged-thresholds.ts';
import {SkippedLines} from './skipped-lines.ts';

const SPAN_ENDS = 'the span ends here, the log goes on';
const NO_STOP = 'the log ends without a STOP line';

/** A recorded run, line by line through the same core as a live one. */
export class LoggedRun implements LineUser {
  /** Where its lines go in. */
  readonly lines: KnownLines;
  readonly skipped = new SkippedLines();
  readonly #options: LoggedRunOptions;
  readonly #clock = new LogClock();
  readonly #whole = new LogExtent();
  readonly #chart: ChartBook | undefined;
  #extent = new LogExtent();
  readonly events = new LoggedEvents();
  #stage: 'before' | 'inside' | 'cut';
  /** Where the reading stands that is being taken in, where that is known already. */
  #place: number | undefined;
  /** Where the reading stands whose figures were taken in last. */
  #lastPlace = 0;
  #toldLeaks: ToldLeaks | undefined;
  #isOurs = false;
  #session: Session | undefined;
  #empty: Session | undefined;
  /** The session from before the span, which goes on to know which alerts fire. */
  #former: Session | undefined;
  #before: Sample | undefined;
  readonly facts = new LoggedFacts();
  /** Why it ended; nothing while it goes on. */
  reason: string | undefined;

  constructor(options: LoggedRunOptions) {
    this.#options = options;
    this.#stage = options.span === undefined ? 'inside' : 'before';
    this.#chart = options.keepChart === true ? new ChartBook() : undefined;
    // Who looks at frames wants each of them.
    this.lines = new KnownLines(this, this.#chart === undefined && options.onFrame === undefined);
  }

  /** Of its readings so far. What the first of them tells decides how it is opened: before, an empty one stands in for it. */
  get session(): Session {
    this.#empty ??= this.#session ?? this.#open();
    return this.#session ?? this.#empty;
  }

  /** Between two readings, milliseconds. */
  get intervalMs(): number {
    return usualInterval(this.facts.settings, this.#clock.intervalMs);
  }

  get frame(): Frame | undefined {
    return this.#session?.frame;
  }

  takeFigures(lane: FigureLane, figures: Float64Array): ReturnType<LineUser['takeFigures']> {
    const at = lane.at(figures);
    const reading = lane.read(figures);
    // From before a span there are two sessions to be told.
    if (reading === undefined || (this.#former !== undefined && !this.#isOurs)) return 'not taken';
    if (this.#toldLeaks?.says(lane.verdicts) === false) return 'not taken';
    this.#whole.addLine(at);
    const isWanted = this.#enter(at);
    if (isWanted && !this.#feedFigures(at, lane.place(figures), reading)) return 'not taken';
    this.skipped.count(true, undefined);
    return isWanted ? 'taken' : 'passed';
  }

  show(line: Fields): void {
    const at = timeOf(line.timestamp) ?? 0;
    const sample = sampleOfLine(line, {at, monotonicMs: this.#lastPlace, before: this.#before});
    if (sample === undefined || this.#session === undefined) return;
    this.#toldLeaks?.take(line, at);
    this.#before = sample;
    this.#session.show(sample);
  }

  takeWhole(line: Fields | undefined, text: string | undefined): void {
    this.skipped.count(line !== undefined && this.#takeLine(line), text);
  }

  /** Good readings so far, within the span. */
  get readings(): number {
    return this.#stage === 'before' ? 0 : (this.#session?.ram.summary.checks ?? 0);
  }

  /** From where to where all of it goes, wall clock. */
  get ends(): LogEnds {
    return this.#whole;
  }

  /** All that was taken in, summed up. @param file where the log came from */
  report(file: string): Report {
    this.lines.finish();
    const {session, facts, events, skipped, intervalMs} = this;
    return loggedReport({
      session,
      facts,
      extent: this.#extent,
      events,
      skipped,
      intervalMs,
      reason: this.#stage === 'cut' ? SPAN_ENDS : (this.reason ?? NO_STOP),
      isOver: this.#options.isShown !== true,
      file,
      isOurs: this.#isOurs,
      from: this.#options.span?.from ?? Number.NEGATIVE_INFINITY,
      leaks: this.#toldLeaks,
    });
  }

  /** What to draw of all that was taken in; nothing where that was not asked for. */
  chart(): ReportChart | undefined {
    const {told, found} = this.events;
    const events = this.#isOurs ? told : found;
    return this.#session && this.#chart?.chart(this.#session, events.items);
  }

  /** @returns whether the line could be used */
  #takeLine(line: Fields): boolean {
    const at = timeOf(line.timestamp);
    if (at === undefined) return false;
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
    this.events.begin();
    return true;
  }

  #takeReading(line: Fields, at: number): boolean {
    if (fieldsOf(line.memory) !== undefined) this.#isOurs = true;
    if (this.#session === undefined && this.#goesByTold && ToldLeaks.isIn(line))
      this.#toldLeaks ??= new ToldLeaks();
    this.#toldLeaks?.take(line, at);
    if (lacksTime(line.job)) this.lines.finish();
    return this.#feed(at, line, (look) => sampleOfLine(line, look));
  }

  #feed(at: number, line: Fields, sampleOf: (look: LogLook) => Sample | undefined): boolean {
    // Only what is a reading moves the clock: lines of events may stand before an older reading.
    const sample = sampleOf({at, monotonicMs: 0, before: this.#before});
    if (sample === undefined) return false;
    const place = this.#place ?? this.#clock.place(at, placeOf(line.timeline_ms));
    this.#place = undefined;
    this.#extent.addReading(at, place);
    this.#before = {...sample, monotonicMs: place};
    if (!this.#isOurs) this.#former?.feed(this.#before);
    this.#session ??= this.#open();
    const frame = this.#session.feed(this.#before);
    if (this.#stage === 'inside') {
      this.#chart?.feed(frame);
      this.#options.onFrame?.(frame);
    }
    this.reason = undefined;
    return true;
  }

  #feedFigures(at: number, told: number | undefined, reading: FigureReading): boolean {
    const place = this.#clock.place(at, told);
    this.#place = place;
    if (this.#session?.feedFigures({at, monotonicMs: place}, reading) !== true) return false;
    this.#place = undefined;
    this.#lastPlace = place;
    this.#extent.addReading(at, place);
    this.#extent.addLine(at);
    this.reason = undefined;
    return true;
  }

  #open(): Session {
    const session = openLoggedSession(this.#options, {
      settings: this.facts.settings,
      former: this.#former,
      watchLeaks: this.#watchLeaks,
      isOurs: this.#isOurs,
      isShown: this.#options.isShown ?? false,
      leaks: this.#toldLeaks,
    });
    session.onEvent((event) => this.#hear(session, event));
    return session;
  }

  /** A verdict that the run told rests on all that went before. */
  get #goesByTold(): boolean {
    return this.#options.values.leak && this.#stage === 'inside' && this.#former === undefined;
  }

  /** Before the span nobody asks for verdicts, and those that the log tells are those of the run itself. */
  get #watchLeaks(): LeakWatching {
    const {values, isShown = false} = this.#options;
    return values.leak && this.#stage !== 'before' && this.#toldLeaks === undefined && (isShown || 'thrifty');
  }

  /** Alerts that could have been raised before the span are told by the session that saw it, all else by the span's own. */
  #hear(session: Session, event: SessionEvent): void {
    const isSeenBefore = isAlertStep(event) && !event.ruleId.startsWith(LEAK_RULE);
    const teller = isSeenBefore ? (this.#former ?? session) : (this.#session ?? session);
    if (session !== teller) return;
    this.events.found.add(event);
    if (!this.#isOurs) this.#options.onEvent?.(event);
  }

  #takeEvent(type: EventType, line: Fields, at: number): void {
    if (type === 'START') this.#start(line, at);
    if (type === 'STOP') this.#stop(line, at);
    if (type === 'ERROR') this.#fail(line, at);
    const event = eventOfLine(type, line, at);
    if (event === undefined) return;
    this.events.tell(event);
    if (this.#isOurs || event.kind === 'mark' || event.kind === 'ended')
      this.#options.onEvent?.({...event, timelineMs: this.#session?.timelineOf(at) ?? at});
    if (event.kind === 'ended') takeJobEnd(this.#session, event.ending);
    if (event.kind === 'changed' && this.#session !== undefined)
      takeChange(this.#session, event, this.#options);
  }

  #start(line: Fields, at: number): void {
    this.#clock.restart();
    if (this.facts.start(line)) this.#isOurs = true;
    this.reason = undefined;
    this.lines.relearn();
    this.#session?.cadence.breakOff();
    if (this.#session !== undefined)
      setLoggedThresholds(this.#session, this.facts.settings, this.#options, at);
  }

  #stop(line: Fields, at: number): void {
    this.reason = textOf(line.reason) ?? textOf(line.message) ?? 'STOP';
    this.lines.finish();
    this.#toldLeaks?.take({processes: line.processes}, at);
    const frame = takeLastProcesses(this.#session, line);
    if (frame === undefined) return;
    this.#before = frame.sample;
    this.#chart?.feedProcesses(frame);
    this.#options.onFrame?.(frame);
  }

  #fail(line: Fields, at: number): void {
    const [what, reason] = [textOf(line.what), textOf(line.reason) ?? textOf(line.message)];
    if (reason === undefined) return;
    this.events.errors.add(what ?? 'log', reason);
    if (what !== 'RAM') return;
    this.lines.finish();
    this.#feed(at, line, (look) => failedSample(reason, look));
  }
}

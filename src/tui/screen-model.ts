import {momentOf, type SessionEvent} from '../core/event.ts';
import type {Frame} from '../core/frame.ts';
import type {ProcessMemory, Reading} from '../core/sample.ts';
import {safeText} from '../core/text.ts';
import {layoutOf} from './compose.ts';
import {EventList} from './event-list.ts';
import {shownSpanMs} from './plot.ts';
import {ProcessList} from './process-list.ts';
import type {ProcessRow} from './process-rows.ts';
import type {Facts} from './reduce.ts';
import type {AppOptions, AppServices} from './services.ts';
import {initialState, type KillTarget, type Pane, type UiState} from './state.ts';
import type {Answer, View} from './view.ts';

const ANSWER_MS = 3000;

/** What is on the screen: the state of the eyes beside the readings, and the view that both come to. */
export class ScreenModel {
  readonly #services: AppServices;
  readonly #options: AppOptions;
  #events = new EventList();
  readonly #list = new ProcessList();
  #ui: UiState;
  #frozen: {readonly frame: Frame; readonly events: View['events']; readonly outputEnd: number} | undefined;
  #answer: (Answer & {readonly until: number}) | undefined;
  #memory: {readonly key: string; readonly reading: Reading<ProcessMemory>} | undefined;
  /** Up time at the latest frame in which anything was high. */
  #loudMs = 0;

  constructor(services: AppServices, options: AppOptions) {
    this.#services = services;
    this.#options = options;
    this.#ui = initialState(options);
  }

  get ui(): UiState {
    return this.#ui;
  }

  /** Takes the next state. Pausing freezes the eyes, not the data. */
  show(ui: UiState): void {
    this.#ui = ui;
    const {frame} = this.#services.session;
    if (ui.pausedAt === undefined) this.#frozen = undefined;
    else if (this.#frozen === undefined && frame !== undefined)
      this.#frozen = {
        frame,
        events: this.#events.items,
        outputEnd: this.#services.job?.output?.count ?? 0,
      };
  }

  noteFrame(frame: Frame): void {
    const isLoud = frame.pools.some(({firing, status}) => firing || status !== 'NORMAL');
    if (isLoud || frame.alerts.length > 0) this.#loudMs = this.#services.upMs();
  }

  noteEvent(event: SessionEvent): void {
    this.#events.add(event, this.#services.clock());
  }

  /** What happened has not happened yet: a replay begins anew. */
  forgetEvents(): void {
    this.#events = new EventList();
    this.#loudMs = 0;
  }

  /** Somebody pressed a key: nothing is new any more. */
  noteKey(): void {
    this.#events.seen();
  }

  noteMemory(key: string, reading: Reading<ProcessMemory>): void {
    this.#memory = {key, reading};
  }

  say(text: string, role: Answer['role'] = 'text'): void {
    this.#answer = {text, role, until: this.#services.clock() + ANSWER_MS};
  }

  /** What was answered last needs to be seen no longer. */
  hush(): void {
    this.#answer = undefined;
  }

  /** The process whose detail is open, if one is. */
  get openProcess(): ProcessRow | undefined {
    const {detail, focus, cursors} = this.#ui;
    if (!detail || focus !== 'processes') return undefined;
    return this.#list.rows.find(({key, ended}) => key === cursors.processes && !ended);
  }

  /** Everything that the panels draw from; `undefined` before the first frame. */
  view(width: number, height: number): View | undefined {
    const {session, source, now, clock, upMs, intervalMs, recording, job, tape} = this.#services;
    const frame = this.#frozen?.frame ?? session.frame;
    if (frame === undefined) return undefined;
    const ui = this.#ui;
    const [time, ticks] = [now(), clock()];
    const endMs = frame.timelineMs - ui.backMs;
    const poolHistory = (id: string) => session.pool(id)?.history;
    const from = endMs - shownSpanMs({ui, endMs, poolHistory});
    // Written out: to spread an object into one as large as this makes a new shape of it each time.
    return {
      ui,
      endMs,
      poolHistory,
      width,
      height,
      capabilities: this.#options.terminal.capabilities,
      frame,
      wallOffsetMs: frame.at - frame.timelineMs,
      now: time,
      hostName: source.hostName,
      upMs: upMs(),
      intervalMs: intervalMs(),
      top: this.#options.top,
      recording: recording(),
      rows: this.#list.update(frame, ui, {
        changeOf: (key, rssBytes) => session.processes.change(key, rssBytes, from),
        leakOf: session.leakOf,
        height,
      }),
      watchesLeaks: session.leakOf !== undefined,
      isOrderHeld: ui.cursors.processes !== undefined,
      events: this.#frozen?.events ?? this.#events.items,
      raisedCount: this.#events.raisedCount,
      newCount: this.#events.newCount,
      flashing: this.#frozen === undefined ? this.#events.flashing(ticks) : new Set(),
      quietMs: Math.max(0, upMs() - this.#loudMs),
      answer: this.#answer !== undefined && this.#answer.until > ticks ? this.#answer : undefined,
      processHistory: (key) => session.processes.history(key),
      cpuPercent: (key) => session.processes.cpuPercent(key),
      jobEnding: this.#services.jobEnding(),
      tape: tape?.view,
      output: job?.output && {
        lines: job.output,
        file: job.outputFile,
        end: ui.outputEnd ?? this.#frozen?.outputEnd ?? job.output.count,
      },
      processMemory: this.#memory?.key === ui.cursors.processes ? this.#memory?.reading : undefined,
    };
  }

  /** What the reducer needs to know of what is on the screen. */
  facts(width: number, height: number): Facts | undefined {
    const view = this.view(width, height);
    if (view === undefined) return undefined;
    const {rows, frame, events, ui, now} = view;
    const under = rows.find(({key}) => key === ui.cursors.processes);
    const first = view.poolHistory('ram')?.firstAt ?? frame.timelineMs;
    return {
      now,
      keys: {
        memory: frame.pools.map(({id}) => id),
        history: [],
        processes: rows.map(({key}) => key),
        alerts: events.map(({id}) => String(id)),
        output: [],
      },
      panes: panesOf(view),
      runningJob: this.#runningJob(frame),
      output: outputFacts(view),
      lineNames: frame.job === undefined ? LINE_NAMES : JOB_LINE_NAMES,
      page: pageOf(view),
      spanMs: shownSpanMs(view),
      reachMs: Math.max(0, frame.timelineMs - first),
      eventsAgoMs: events
        .filter(({event}) => event.kind === 'raised' || event.kind === 'mark')
        .map(({event}) => frame.timelineMs - momentOf(event)),
      killTarget: targetOf(under),
      killRefused: this.#killRefusal(),
      isGroup: (under?.count ?? 1) > 1,
    };
  }

  #runningJob({job}: Frame): Facts['runningJob'] {
    if (this.#services.job?.isRunning() !== true) return undefined;
    return {name: safeText(job?.reading.name ?? 'the job'), pid: job?.reading.pid ?? 0};
  }

  #killRefusal(): string | undefined {
    if (this.#options.readonly) return 'read-only: kill is off';
    return this.#services.source.kill === undefined ? 'nothing can be killed here' : undefined;
  }
}

const LINE_NAMES = {both: 'RAM and VRAM', ram: 'RAM', vram: 'VRAM'} as const;
const JOB_LINE_NAMES = {both: 'job and VRAM', ram: 'job, RAM and VRAM', vram: 'VRAM'} as const;

/** Top to bottom, as Tab goes through them. */
function panesOf({output}: View): readonly Pane[] {
  return ['memory', 'history', 'processes', ...(output === undefined ? [] : (['output'] as const)), 'alerts'];
}

function outputFacts(view: View): Facts['output'] {
  const {count = 0, size = 0} = view.output?.lines ?? {};
  return {first: count - size, last: count, rows: pageOf(view)};
}

function pageOf(view: View): number {
  const {ui, height} = view;
  if (ui.enlarged) return Math.max(1, height - 4);
  const {alerts, processes, output} = layoutOf(view);
  return Math.max(1, {alerts, output}[ui.focus as 'alerts'] ?? processes);
}

function targetOf(row: ProcessRow | undefined): KillTarget | undefined {
  if (row === undefined || row.count > 1 || row.ended) return undefined;
  const {pid, startKey} = row.process;
  return {pid, startKey, name: row.title, user: row.user};
}

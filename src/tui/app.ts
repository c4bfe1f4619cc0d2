import type {SessionEvent} from '../core/event.ts';
import {compose, type PaneArea} from './compose.ts';
import type {Step} from './effect.ts';
import {LIVE_KEYS} from './keymap.ts';
import type {MouseEvent} from './keys.ts';
import {KillWatch} from './kill-watch.ts';
import {PaintPace} from './paint-pace.ts';
import {type Performer, perform} from './perform.ts';
import {reduce, reduceBlind} from './reduce.ts';
import {reducePrompt, reduceQuestion} from './reduce-typing.ts';
import {ScreenModel} from './screen-model.ts';
import type {AppOptions, AppServices} from './services.ts';
import {TAPE_KEYS} from './tape-keymap.ts';
import {TerminalOwner} from './terminal.ts';
import {type Theme, themeAfter} from './theme.ts';
import type {Answer} from './view.ts';
import {mountPicture} from './widgets.ts';

/** Longer than an answer stands, and any flash. */
const SETTLED_MS = 5000;

/** The full screen: a sink of frames and events, and the keys. */
export class App {
  readonly #services: AppServices;
  readonly #options: AppOptions;
  readonly #model: ScreenModel;
  readonly #kills: KillWatch;
  readonly #terminal: TerminalOwner;
  readonly #performer: Performer;
  readonly #pace: PaintPace;
  #theme: Theme;
  #isReadingMemory = false;
  /** When something but time asked for a painting, on the clock that never steps. */
  #stirredAt = Number.NEGATIVE_INFINITY;
  #updatedAt = Number.NEGATIVE_INFINITY;
  #panes: readonly PaneArea[] = [];
  #clockTimer: NodeJS.Timeout | undefined;

  constructor(services: AppServices, options: AppOptions) {
    this.#services = services;
    this.#options = options;
    [this.#theme] = options.themes;
    this.#model = new ScreenModel(services, options);
    this.#kills = new KillWatch(services.source, (text) => this.#say(text));
    this.#terminal = this.#openTerminal();
    this.#performer = this.#makePerformer();
    this.#pace = new PaintPace(() => this.#terminal.render(), services.clock);
    this.#mount();
    this.#scheduleClock();
  }

  /** Lines that somebody tried to print over the screen. */
  get strayLines(): readonly string[] {
    return this.#terminal.strayLines;
  }

  /** There is a new frame in the session. */
  update(): void {
    const {frame} = this.#services.session;
    if (frame === undefined) return;
    this.#updatedAt = this.#services.now();
    this.#model.noteFrame(frame);
    this.#kills.look(frame);
    this.#readMemory();
    this.#tick();
  }

  /** Something beside the frames has changed: whether the log is written, what the job says. */
  refresh(): void {
    this.#requestRender();
  }

  addEvent(event: SessionEvent): void {
    this.#model.noteEvent(event);
    this.#requestRender();
  }

  /** A replay begins anew: what happened so far has not happened yet. */
  forgetEvents(): void {
    this.#model.forgetEvents();
    this.#requestRender();
  }

  /** Rings the terminal, and shows its own notification. */
  ring(bytes: string): void {
    this.#terminal.ring(bytes);
  }

  /** Gives the terminal back. Twice is harmless. */
  close(): void {
    this.#pace.close();
    clearTimeout(this.#clockTimer);
    this.#terminal.restore();
  }

  #openTerminal(): TerminalOwner {
    const {terminal, streams, mouse} = this.#options;
    return new TerminalOwner({
      ...streams,
      terminal,
      mouse,
      onKey: (key, isPasted) => this.#press(key, isPasted),
      onMouse: (event) => this.#point(event),
      onResume: () => this.#scheduleClock(),
      onLost: () => this.#services.quit('lost'),
    });
  }

  #makePerformer(): Performer {
    const {session} = this.#services;
    return {
      services: this.#services,
      ui: () => this.#model.ui,
      say: (text, role) => this.#say(text, role),
      kill: ({target, signal}) => this.#kills.send(target, signal, session.frame),
      nextTheme: () => this.#nextTheme(),
      redraw: () => this.#terminal.redraw(),
      suspend: () => this.#terminal.suspend(),
    };
  }

  #mount(): void {
    const {terminal} = this.#options;
    mountPicture({
      screen: this.#terminal.screen,
      picture: (width, height) => this.#picture(width, height),
      look: () => ({theme: this.#theme, colors: terminal.colors, capabilities: terminal.capabilities}),
    });
  }

  #picture(width: number, height: number) {
    const view = this.#model.view(width, height);
    const picture = view === undefined ? {lines: [], chart: undefined, panes: []} : compose(view);
    this.#panes = picture.panes;
    return picture;
  }

  #say(text: string, role?: Answer['role']): void {
    this.#model.say(text, role);
    this.#requestRender();
  }

  #press(key: string, isPasted: boolean): void {
    this.#model.noteKey();
    // Keys of a tape come quickly: what one of them was answered says nothing of the next.
    if (this.#services.tape !== undefined) this.#model.hush();
    const {ui} = this.#model;
    const isIgnored = isPasted && ui.prompt === undefined;
    const step = isIgnored ? undefined : (reducePrompt(ui, key) ?? reduceQuestion(ui, key) ?? this.#act(key));
    if (step !== undefined) this.#take(step);
    this.#requestRender();
  }

  #act(key: string): Step | undefined {
    const isReplay = this.#services.tape !== undefined;
    const action = (isReplay ? TAPE_KEYS : LIVE_KEYS).get(key);
    if (action === undefined && isReplay && LIVE_KEYS.has(key)) this.#say(`${key} does nothing in a replay`);
    const {width, height} = this.#terminal.screen;
    if (action === undefined) return undefined;
    const facts = this.#model.facts(width, height);
    if (facts !== undefined) return reduce(this.#model.ui, action, facts);
    return reduceBlind(this.#model.ui, action, this.#services.job?.isRunning() === true);
  }

  #take({ui, effects}: Step): void {
    this.#model.show(ui);
    for (const effect of effects) perform(this.#performer, effect);
    this.#readMemory();
  }

  #nextTheme(): string {
    this.#theme = themeAfter(this.#theme, this.#options.themes);
    return this.#theme.name;
  }

  /** The open process in detail: read while somebody looks, never twice at once. */
  #readMemory(): void {
    const row = this.#model.openProcess;
    if (row === undefined || this.#isReadingMemory) return;
    this.#isReadingMemory = true;
    this.#services.source.processMemory(row.process.pid).then((reading) => {
      this.#isReadingMemory = false;
      this.#model.noteMemory(row.key, reading);
      this.#requestRender();
    });
  }

  #point({kind, x, y}: MouseEvent): void {
    const hit = this.#panes.find(
      ({top, bottom, left, right}) => y >= top && y < bottom && x >= left && x < right,
    );
    if (kind === 'press' && hit !== undefined) this.#model.show({...this.#model.ui, focus: hit.pane});
    if (kind !== 'press') this.#press(kind === 'wheel-up' ? 'up' : 'down', false);
    this.#requestRender();
  }

  /** Time has gone on. */
  #tick(): void {
    if (!this.#isStill) this.#pace.request();
  }

  #requestRender(): void {
    this.#stirredAt = this.#services.clock();
    this.#pace.request();
  }

  /** A picture that is frozen is sent once, with what was answered to the last key: readings go on without it. */
  get #isStill(): boolean {
    const {ui} = this.#model;
    return ui.pausedAt !== undefined && this.#services.clock() - this.#stirredAt > SETTLED_MS;
  }

  #isReadingDue(): boolean {
    const {now, intervalMs} = this.#services;
    const inMs = this.#updatedAt + intervalMs() - now();
    return inMs >= 0 && inMs < 1000;
  }

  /** The clock moves each second, also where readings are rarer: one that is due in this second moves it by itself. */
  #scheduleClock(): void {
    clearTimeout(this.#clockTimer);
    this.#clockTimer = setTimeout(
      () => {
        if (!this.#isReadingDue()) this.#tick();
        this.#scheduleClock();
      },
      1000 - (this.#services.now() % 1000),
    );
  }
}

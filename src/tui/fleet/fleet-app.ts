import type {FleetFeed, FleetWish} from '../../core/fleet/fleet.ts';
import type {Terminal} from '../capabilities.ts';
import {PaintPace} from '../paint-pace.ts';
import {TerminalOwner, type TerminalStreams} from '../terminal.ts';
import {type Theme, themeAfter} from '../theme.ts';
import type {Answer} from '../view.ts';
import {mountPicture} from '../widgets.ts';
import {composeFleet} from './fleet-compose.ts';
import {fleetSpanMs} from './fleet-plot.ts';
import {reduceFleet} from './fleet-reduce.ts';
import {type FleetEffect, type FleetUi, fleetUi} from './fleet-state.ts';
import {type FleetView, pageRows, shownRows} from './fleet-view.ts';

const ANSWER_MS = 3000;

export interface FleetAppOptions {
  readonly feed: FleetFeed;
  readonly terminal: Terminal;
  readonly streams: TerminalStreams;
  readonly themes: readonly [Theme, ...Theme[]];
  readonly span: number;
  readonly mouse: boolean;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
  readonly quit: (how: 'key' | 'interrupt' | 'lost') => void;
}

/** The screen of a fleet: draws what the feed knows, and tells it what somebody wants to see. */
export class FleetApp {
  readonly #options: FleetAppOptions;
  readonly #terminal: TerminalOwner;
  #theme: Theme;
  #ui: FleetUi;
  #answer: (Answer & {readonly until: number}) | undefined;
  readonly #pace: PaintPace;
  #clockTimer: NodeJS.Timeout | undefined;

  constructor(options: FleetAppOptions, first: Pick<FleetWish, 'sort' | 'filter'>) {
    this.#options = options;
    [this.#theme] = options.themes;
    this.#ui = fleetUi({...first, span: options.span});
    this.#terminal = this.#openTerminal();
    this.#pace = new PaintPace(() => this.#terminal.render(), options.now);
    this.#mount();
    this.#scheduleClock();
    this.update();
  }

  /** Lines that somebody tried to print over the screen. */
  get strayLines(): readonly string[] {
    return this.#terminal.strayLines;
  }

  /** The feed knows something new. */
  update(): void {
    this.#pace.request();
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
      onMouse: ({kind}) => kind !== 'press' && this.#press(kind === 'wheel-up' ? 'up' : 'down', false),
      onResume: () => this.#scheduleClock(),
      onLost: () => this.#options.quit('lost'),
    });
  }

  #mount(): void {
    const {terminal} = this.#options;
    mountPicture({
      screen: this.#terminal.screen,
      picture: (width, height) => composeFleet(this.#view(width, height)),
      look: () => ({theme: this.#theme, colors: terminal.colors, capabilities: terminal.capabilities}),
    });
  }

  #view(width: number, height: number): FleetView {
    const {feed, terminal, now} = this.#options;
    const time = now();
    return {
      width,
      height,
      capabilities: terminal.capabilities,
      ui: this.#ui,
      state: feed.state,
      title: feed.title,
      farthestMs: feed.farthestMs,
      intervalMs: feed.intervalMs,
      now: time,
      answer: this.#answer !== undefined && this.#answer.until > time ? this.#answer : undefined,
    };
  }

  #press(key: string, isPasted: boolean): void {
    if (isPasted && !this.#ui.isTyping) return;
    const {height} = this.#terminal.screen;
    const {feed} = this.#options;
    const rows = shownRows({ui: this.#ui, state: feed.state});
    const {ui, effect} = reduceFleet(this.#ui, key, {rows, page: pageRows(height)});
    const before = this.#ui;
    this.#ui = ui;
    if (isOtherWish(before, ui)) feed.wish(this.#wish());
    if (effect !== undefined) this.#perform(effect);
    this.update();
  }

  #wish(): FleetWish {
    const {feed, now} = this.#options;
    const {sort, filter, open} = this.#ui;
    const spanMs = fleetSpanMs({ui: this.#ui, farthestMs: feed.farthestMs, now: now(), state: feed.state});
    return {sort, filter, open: open && {target: open.target, spanMs}};
  }

  #perform(effect: FleetEffect): void {
    const {quit, now} = this.#options;
    const perform: Readonly<Record<FleetEffect, () => void>> = {
      quit: () => quit('key'),
      interrupt: () => quit('interrupt'),
      redraw: () => this.#terminal.redraw(),
      suspend: () => this.#terminal.suspend(),
      theme: () => {
        this.#theme = themeAfter(this.#theme, this.#options.themes);
        this.#answer = {text: `theme ${this.#theme.name}`, role: 'text', until: now() + ANSWER_MS};
      },
    };
    perform[effect]();
  }

  /** The clock moves each second, and with it the time to the next try. */
  #scheduleClock(): void {
    clearTimeout(this.#clockTimer);
    this.#clockTimer = setTimeout(
      () => {
        this.update();
        this.#scheduleClock();
      },
      1000 - (this.#options.now() % 1000),
    );
  }
}

function isOtherWish(before: FleetUi, after: FleetUi): boolean {
  return (['sort', 'filter', 'open', 'span'] as const).some((name) => before[name] !== after[name]);
}

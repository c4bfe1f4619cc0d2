import type {SessionEvent} from '../../core/event.ts';
import type {Session} from '../../core/session.ts';
import {TAPE_SPEEDS, type TapeState} from '../../core/tape.ts';
import {placeOnTape, type TapeMap, type TapeTarget, wallOffset} from '../../core/tape-target.ts';
import type {LoggedRun} from '../logged-run.ts';
import {GrowingMap} from './growing-map.ts';
import type {TapeLine, TapeLines} from './tape-lines.ts';

export interface TapePlayerOptions {
  readonly map: TapeMap;
  /** The tape from its beginning; how often its last file was taken the place of meanwhile. */
  readonly openLines: (rotations: number) => TapeLines;
  readonly openRun: (onEvent: (event: SessionEvent) => void) => LoggedRun;
  readonly onEvent: (event: SessionEvent) => void;
  /** Whether more may be written to its end. */
  readonly follows: boolean;
  /** A clock that never steps, milliseconds. */
  readonly clock: () => number;
  /** There is something new to see. */
  readonly onChange: () => void;
  /** It begins anew: what happened so far has not happened yet. */
  readonly onRewind: () => void;
}

const TICK_MS = 50;
/** How often what is written to the end of the tape is looked for. */
const FOLLOW_MS = 500;
/** So long the keys wait at most while the tape is wound. */
const BUSY_MS = 30;
const LINES_BETWEEN_LOOKS = 64;
/** A stretch without a line that would take longer to be played is passed over. */
const LONGEST_WAIT_MS = 3000;
const PASSED_OVER_INTERVALS = 10;

/** A place, or so many readings on or back. */
type Wish = {readonly place: number} | {readonly steps: number};

/** Plays a log into a session: each line at its moment, at some speed, from any place. */
export class TapePlayer {
  readonly #options: TapePlayerOptions;
  #lines: TapeLines;
  #run: LoggedRun;
  /** What was shown before it began anew. */
  #former: Session | undefined;
  readonly #way: GrowingMap;
  /** Where it stands on the line that never goes back, milliseconds. */
  #place: number;
  /** Of the line that was taken in last. */
  #lastPlace = Number.NEGATIVE_INFINITY;
  /** In which file it stands, counted from 0. */
  file = 0;
  #state: TapeState = 'play';
  #speed = 0;
  /** What the keys asked for and has not been done yet. */
  #wish: Wish | undefined;
  #isClosed = false;
  #wake: () => void = () => {};

  constructor(options: TapePlayerOptions) {
    this.#options = options;
    this.#way = new GrowingMap(options.map);
    this.#place = options.map.start;
    this.#lines = options.openLines(0);
    this.#run = this.#openRun();
  }

  /** Of a tape that has just begun anew the former one, until there is a reading to show. */
  get session(): Session {
    return this.#run.frame === undefined ? (this.#former ?? this.#run.session) : this.#run.session;
  }

  get run(): LoggedRun {
    return this.#run;
  }

  get state(): TapeState {
    if (this.#wish !== undefined && 'place' in this.#wish) return 'seek';
    // What is followed may go on, as with a further run: until then its run has ended.
    const isOver = this.#lines.next === undefined && this.#run.reason !== undefined;
    return this.#state === 'play' && this.#options.follows && isOver ? 'end' : this.#state;
  }

  /** Whether it goes on by itself, now or once it is where it was asked to go. */
  get isPlaying(): boolean {
    return this.#state === 'play' && this.state !== 'end';
  }

  /** How many times faster than it was. */
  get speed(): number {
    return TAPE_SPEEDS[this.#speed] ?? 1;
  }

  /** Wall clock where it stands, milliseconds since the epoch. */
  get at(): number {
    return this.#place + wallOffset(this.#way.map, this.#place);
  }

  /** How long the run had gone on then, milliseconds. */
  get sinceStartMs(): number {
    return Math.max(0, this.#place - this.#way.map.start);
  }

  /** How much of it lies behind, percent. */
  get percent(): number {
    const {start, end} = this.#way.map;
    return end > start ? Math.min(100, (this.sinceStartMs / (end - start)) * 100) : 100;
  }

  toggle(): void {
    // At its end it begins again.
    if (this.state === 'end') this.#wish = {place: this.#way.map.start};
    else this.#state = this.#state === 'play' ? 'pause' : 'play';
    if (this.#state === 'end') this.#state = 'play';
    this.#poke();
  }

  faster(by: 1 | -1): void {
    this.#speed = Math.max(0, Math.min(TAPE_SPEEDS.length - 1, this.#speed + by));
  }

  /** One reading on, or back; it stands still then. Quick presses add up. */
  step(by: 1 | -1): void {
    this.#state = 'pause';
    const former = this.#wish !== undefined && 'steps' in this.#wish ? this.#wish.steps : 0;
    this.#wish = {steps: former + by};
    this.#poke();
  }

  /** From where it stands, or is on its way to. @returns whether there is such a place */
  goTo(target: TapeTarget): boolean {
    const here = this.#wish !== undefined && 'place' in this.#wish ? this.#wish.place : this.#place;
    const place = placeOnTape(target, this.#way.map, Math.min(here, this.#way.map.end));
    if (place === undefined) return false;
    // What is followed may have grown.
    this.#wish = {place: target.kind === 'end' ? Number.POSITIVE_INFINITY : place};
    if (this.#state === 'end') this.#state = 'pause';
    this.#poke();
    return true;
  }

  /** Plays until it is closed. */
  async play(): Promise<void> {
    let former = this.#options.clock();
    while (!this.#isClosed) {
      const now = this.#options.clock();
      if (this.#wish !== undefined) await this.#fulfil(this.#wish);
      else if (this.#state === 'play') await this.#playOn((now - former) * this.speed);
      former = this.#wish === undefined ? now : this.#options.clock();
      if (this.#wish === undefined) await this.#rest();
    }
    await this.#lines.close();
  }

  close(): void {
    this.#isClosed = true;
    this.#poke();
  }

  async #fulfil(wish: Wish): Promise<void> {
    if ('steps' in wish) await this.#stepBy(wish);
    else await this.#wind(wish.place, wish);
    if (this.#wish === wish) this.#wish = undefined;
    this.#options.onChange();
  }

  async #wind(place: number, wish: Wish): Promise<void> {
    if (place < this.#place) await this.#rewind();
    await this.#feedUntil(place, () => this.#wish !== wish);
    // What was read meanwhile stays, where another place is wanted by now.
    const isThere = this.#wish === wish && Number.isFinite(place);
    this.#place = Math.max(isThere ? place : this.#place, this.#lastPlace);
  }

  async #playOn(ms: number): Promise<void> {
    const before = this.#run.frame;
    const target = this.#place + ms;
    const isEnd = !(await this.#feedUntil(target, () => this.#wish !== undefined));
    if (this.#wish !== undefined) return;
    if (isEnd) this.#end();
    else this.#place = this.#pastGap(Math.max(this.#place, target, this.#lastPlace));
    if (isEnd || this.#run.frame !== before) this.#options.onChange();
  }

  /** What is followed has no end: it waits for more. */
  #end(): void {
    this.#place = Math.max(this.#place, this.#lastPlace);
    if (!this.#options.follows) this.#state = 'end';
  }

  /** Hours in which nothing was written need not be waited for. */
  #pastGap(place: number): number {
    const {next} = this.#lines;
    const due = next === undefined ? place : next.place;
    const isLong = due - place > this.#run.intervalMs * PASSED_OVER_INTERVALS;
    return isLong && (due - place) / this.speed > LONGEST_WAIT_MS ? due : place;
  }

  async #stepBy(wish: {readonly steps: number}): Promise<void> {
    const isGivenUp = () => this.#wish !== wish;
    for (let step = 0; step < wish.steps && !isGivenUp(); step += 1) await this.#stepOn(isGivenUp);
    for (let step = 0; step > wish.steps && !isGivenUp(); step -= 1) {
      const here = this.#run.frame?.sample.monotonicMs ?? this.#place;
      await this.#wind(Math.max(this.#way.map.start, here - 1), wish);
    }
  }

  async #stepOn(isGivenUp: () => boolean): Promise<void> {
    const before = this.#run.frame;
    const breath = this.#breath();
    while (this.#run.frame === before && !isGivenUp() && !this.#isClosed) {
      const line = await this.#nextLine();
      if (line === undefined) {
        this.#end();
        return;
      }
      this.#take(line);
      this.#run.lines.finish();
      await breath();
    }
    this.#place = Math.max(this.#place, this.#lastPlace);
    this.#way.reach(this.#lastPlace, this.#run.session);
  }

  async #rewind(): Promise<void> {
    const {rotations} = this.#lines;
    await this.#lines.close();
    this.#lines = this.#options.openLines(rotations);
    this.#former = this.session;
    this.#run = this.#openRun();
    this.#lastPlace = Number.NEGATIVE_INFINITY;
    this.#place = this.#way.map.start;
    this.#options.onRewind();
  }

  #openRun(): LoggedRun {
    return this.#options.openRun((event) => {
      this.#way.note(event, this.#run.session);
      this.#options.onEvent(event);
    });
  }

  /** Takes in all lines up to a place, and up to the first reading in any case. @returns whether the tape goes on behind it */
  async #feedUntil(target: number, isGivenUp: () => boolean): Promise<boolean> {
    const breath = this.#breath();
    for (;;) {
      const line = await this.#nextLine();
      const isAhead = line === undefined || (line.place > target && this.#run.frame !== undefined);
      if (isAhead || isGivenUp() || this.#isClosed) {
        this.#run.lines.finish();
        this.#way.reach(this.#lastPlace, this.#run.session);
        return line !== undefined;
      }
      this.#take(line);
      await breath();
    }
  }

  /** Lets the keys in, and shows how far it is, where it has been busy for long. */
  #breath(): () => Promise<void> | undefined {
    let [since, count] = [this.#options.clock(), 0];
    return () => {
      count += 1;
      if (count % LINES_BETWEEN_LOOKS !== 0 || this.#options.clock() - since < BUSY_MS) return undefined;
      this.#place = Math.max(this.#place, this.#lastPlace);
      this.#options.onChange();
      since = this.#options.clock();
      return new Promise(setImmediate);
    };
  }

  async #nextLine(): Promise<TapeLine | undefined> {
    return this.#lines.next ?? ((await this.#lines.fill()) ? this.#lines.next : undefined);
  }

  #take(line: TapeLine): void {
    this.#lines.take();
    this.#lastPlace = line.place;
    this.file = line.file;
    this.#run.lines.take(line.bytes);
  }

  #rest(): Promise<void> {
    const isAtEnd = this.#options.follows && this.#lines.next === undefined;
    const ms = this.#state !== 'play' ? 1000 : isAtEnd ? FOLLOW_MS : TICK_MS;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #poke(): void {
    this.#wake();
    this.#options.onChange();
  }
}

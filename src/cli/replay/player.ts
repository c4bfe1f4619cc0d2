import type {Session} from '../../core/session.ts';
import {TAPE_SPEEDS, type TapeState} from '../../core/tape.ts';
import {placeOnTape, type TapeMap, type TapeTarget} from '../../core/tape-target.ts';
import type {LoggedRun} from '../logged-run.ts';
import type {TapeLine, TapeLines} from './tape-lines.ts';

export interface TapePlayerOptions {
  readonly map: TapeMap;
  /** The tape from its beginning. */
  readonly openLines: () => TapeLines;
  readonly openRun: () => LoggedRun;
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

type Wish = 'step' | {readonly place: number};

/** Plays a log into a session: each line at its moment, at some speed, from any place. */
export class TapePlayer {
  readonly #options: TapePlayerOptions;
  #lines: TapeLines;
  #run: LoggedRun;
  #map: TapeMap;
  /** Where it stands on the line that never goes back, milliseconds. */
  #place: number;
  /** The line that was taken in last, by the wall clock and by its place. */
  #last: {readonly at: number; readonly place: number} | undefined;
  #state: TapeState = 'play';
  #speed = 0;
  /** What the keys asked for and has not been done yet. */
  #wish: Wish | undefined;
  #isClosed = false;
  #wake: () => void = () => {};

  constructor(options: TapePlayerOptions) {
    this.#options = options;
    this.#map = options.map;
    this.#place = options.map.start;
    this.#lines = options.openLines();
    this.#run = options.openRun();
  }

  get session(): Session {
    return this.#run.session;
  }

  get run(): LoggedRun {
    return this.#run;
  }

  get state(): TapeState {
    return this.#wish !== undefined && this.#wish !== 'step' ? 'seek' : this.#state;
  }

  /** How many times faster than it was. */
  get speed(): number {
    return TAPE_SPEEDS[this.#speed] ?? 1;
  }

  /** Wall clock where it stands, milliseconds since the epoch. */
  get at(): number {
    return this.#place + this.#map.wallOffsetMs;
  }

  /** How long the run had gone on then, milliseconds. */
  get sinceStartMs(): number {
    return Math.max(0, this.#place - this.#map.start);
  }

  /** How much of it lies behind, percent. */
  get percent(): number {
    const {start, end} = this.#map;
    return end > start ? Math.min(100, (this.sinceStartMs / (end - start)) * 100) : 100;
  }

  toggle(): void {
    // At its end it begins again.
    if (this.#state === 'end') this.#wish = {place: this.#map.start};
    this.#state = this.#state === 'play' ? 'pause' : 'play';
    this.#poke();
  }

  faster(by: 1 | -1): void {
    this.#speed = Math.max(0, Math.min(TAPE_SPEEDS.length - 1, this.#speed + by));
  }

  /** One reading on, or back; it stands still then. */
  step(by: 1 | -1): void {
    this.#state = 'pause';
    const here = this.#run.frame?.sample.monotonicMs ?? this.#place;
    this.#wish = by > 0 ? 'step' : {place: Math.max(this.#map.start, here - 1)};
    this.#poke();
  }

  /** @returns whether there is such a place */
  goTo(target: TapeTarget): boolean {
    const place = placeOnTape(target, this.#map, this.#place);
    if (place === undefined) return false;
    this.#wish = {place};
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
    if (wish === 'step') await this.#stepOn();
    else {
      if (wish.place < this.#place) await this.#rewind();
      await this.#feedUntil(wish.place, () => this.#wish !== wish);
      // What was read meanwhile stays, where another place is wanted by now.
      this.#place = this.#wish === wish ? wish.place : Math.max(this.#place, this.#last?.place ?? 0);
    }
    if (this.#wish === wish) this.#wish = undefined;
    this.#options.onChange();
  }

  async #playOn(ms: number): Promise<void> {
    const before = this.#run.frame;
    const target = this.#place + ms;
    const isEnd = !(await this.#feedUntil(target, () => this.#wish !== undefined));
    if (this.#wish !== undefined) return;
    if (isEnd) this.#end();
    else this.#place = this.#pastGap(Math.max(this.#place, target));
    if (isEnd || this.#run.frame !== before) this.#options.onChange();
  }

  /** What is followed has no end: it waits for more. */
  #end(): void {
    this.#place = Math.max(this.#place, this.#last?.place ?? 0);
    if (!this.#options.follows) this.#state = 'end';
    this.#map = {...this.#map, end: Math.max(this.#map.end, this.#place)};
  }

  /** Hours in which nothing was written need not be waited for. */
  #pastGap(place: number): number {
    const {next} = this.#lines;
    const due = next === undefined ? place : this.#placeOf(next);
    const isLong = due - place > this.#run.intervalMs * PASSED_OVER_INTERVALS;
    return isLong && (due - place) / this.speed > LONGEST_WAIT_MS ? due : place;
  }

  async #stepOn(): Promise<void> {
    const before = this.#run.frame;
    while (this.#run.frame === before && !this.#isClosed) {
      const line = this.#lines.next ?? ((await this.#lines.fill()) ? this.#lines.next : undefined);
      if (line === undefined) {
        this.#end();
        return;
      }
      this.#take(line);
      this.#run.lines.finish();
    }
    this.#place = Math.max(this.#place, this.#last?.place ?? 0);
  }

  async #rewind(): Promise<void> {
    await this.#lines.close();
    this.#lines = this.#options.openLines();
    this.#run = this.#options.openRun();
    this.#last = undefined;
    this.#place = this.#map.start;
    this.#options.onRewind();
  }

  /** Takes in all lines up to a place. @returns whether the tape goes on behind it */
  async #feedUntil(target: number, isGivenUp: () => boolean): Promise<boolean> {
    let [since, count] = [this.#options.clock(), 0];
    for (;;) {
      const line = this.#lines.next ?? ((await this.#lines.fill()) ? this.#lines.next : undefined);
      if (line === undefined || this.#placeOf(line) > target || isGivenUp() || this.#isClosed) {
        this.#settle();
        return line !== undefined;
      }
      this.#take(line);
      count += 1;
      if (count % LINES_BETWEEN_LOOKS !== 0 || this.#options.clock() - since < BUSY_MS) continue;
      this.#place = Math.max(this.#place, this.#last?.place ?? 0);
      this.#options.onChange();
      await new Promise(setImmediate);
      since = this.#options.clock();
    }
  }

  #take(line: TapeLine): void {
    this.#lines.take();
    const place = this.#placeOf(line);
    if (line.at !== undefined) this.#last = {at: line.at, place};
    this.#run.lines.take(line.bytes);
  }

  /** The session knows better where its readings stand, as after a clock that was set back. */
  #settle(): void {
    this.#run.lines.finish();
    const place = this.#run.frame?.sample.monotonicMs ?? 0;
    if (this.#last !== undefined && place > this.#last.place) this.#last = {...this.#last, place};
  }

  /** Where a line is due: as long behind the one before as it was written after it. */
  #placeOf({at}: TapeLine): number {
    const last = this.#last;
    if (last === undefined) return at ?? this.#map.start;
    return last.place + (at === undefined ? 0 : Math.max(0, at - last.at));
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

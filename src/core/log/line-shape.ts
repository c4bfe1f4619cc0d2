import {LineTime} from './line-time.ts';

const [QUOTE, BACKSLASH, COMMA, COLON, ZERO, NINE, DOT] = [0x22, 0x5c, 0x2c, 0x3a, 0x30, 0x39, 0x2e];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];
/** More digits do not fit into a number exactly. */
const MOST_DIGITS = 15;
/** Where what stands there cannot be told exactly. */
const NOT_EXACT = Number.NaN;
const POWERS = Array.from({length: MOST_DIGITS + 1}, (_, power) => 10 ** power);

/** Bytes that are read at once. */
const [WORD, LONG] = [4, 8];

/** Bytes with the view that reads several of them at once. */
export interface LineBytes {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/**
 * All of a line but its figures. Most lines of a log differ from others in nothing else, and are read many times as
 * fast by the shape of one of them as by parsing: whatever matches is JSON of the same build, with other figures.
 */
export class LineShape {
  /** Of the line that it was learnt from, bytes. */
  readonly length: number;
  /** Where each figure stands: `memory.used_bytes`, `gpus.0.used_bytes`. */
  readonly paths: readonly string[];
  readonly #texts: DataView;
  /** Where the text before each figure begins in `#texts`, the text after the last, and the end. */
  readonly #starts: Int32Array;
  readonly #times: readonly (LineTime | undefined)[];
  /** 1 for each figure that is asked for: of all others only the form is read. */
  readonly #wanted: Uint8Array;

  private constructor(parts: readonly Part[], bytes: Uint8Array) {
    this.length = bytes.length;
    this.paths = parts.flatMap(({path}) => (path === undefined ? [] : [path]));
    this.#times = parts.flatMap(({path, time}) => (path === undefined ? [] : [time]));
    this.#wanted = new Uint8Array(this.paths.length).fill(1);
    const texts = parts.map(({from, to}) => bytes.subarray(from, to));
    this.#starts = new Int32Array(texts.length + 1);
    for (const [index, text] of texts.entries())
      this.#starts[index + 1] = (this.#starts[index] ?? 0) + text.length;
    const whole = new Uint8Array(this.#starts[texts.length] ?? 0);
    for (const [index, text] of texts.entries()) whole.set(text, this.#starts[index]);
    this.#texts = new DataView(whole.buffer);
  }

  /** The shape of a line that is known to be a JSON object; nothing where two figures would have one name. */
  static of(bytes: Uint8Array): LineShape | undefined {
    const parts = new Walk(bytes).parts();
    if (parts === undefined) return undefined;
    const shape = new LineShape(parts, bytes);
    return new Set(shape.paths).size === shape.paths.length ? shape : undefined;
  }

  /** Where a figure stands in `figures`; -1 where the shape has none by that name. */
  slot(path: string): number {
    return this.paths.indexOf(path);
  }

  /** Bytes as they are matched. */
  static bytes(bytes: Uint8Array): LineBytes {
    return {bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length)};
  }

  /** From now on only these figures are asked for. */
  want(slots: ReadonlySet<number>): void {
    this.#wanted.fill(0);
    for (const slot of slots) this.#wanted[slot] = 1;
  }

  /**
   * Whether a line has this shape. Then its figures stand in `figures`, by their slots: amounts of 0 or more, moments
   * in milliseconds since the epoch, NaN for what has too many digits to be exact.
   */
  match(line: LineBytes, start: number, end: number, figures: Float64Array): boolean {
    const {bytes} = line;
    const texts = this.#texts;
    const starts = this.#starts;
    const times = this.#times;
    const wanted = this.#wanted;
    const last = times.length;
    if (end > bytes.length) return false;
    let place = start;
    for (let index = 0; index <= last; index += 1) {
      const from = starts[index] as number;
      const length = (starts[index + 1] as number) - from;
      if (place + length > end || !isText(line, place, texts, from, length)) return false;
      place += length;
      if (index === last) break;
      const time = times[index];
      if (time !== undefined) place = time.read(bytes, place, figures, index);
      else place = wanted[index] === 1 ? readNumber(bytes, place, figures, index) : skipNumber(line, place);
      if (place < 0) return false;
    }
    return place === end;
  }
}

/**
 * Whether a text of JSON stands there. Eight bytes at a time, the last eight over some of those before. No zero byte is
 * in it, so that it is none of the two zeros that are equal; one that is NaN equals nothing, and its line is parsed.
 */
function isText({view}: LineBytes, place: number, texts: DataView, from: number, length: number): boolean {
  const last = length - LONG;
  if (last < 0) return isShortText(view, place, texts, from, length);
  for (let done = 0; done < last; done += LONG)
    if (view.getFloat64(place + done) !== texts.getFloat64(from + done)) return false;
  return view.getFloat64(place + last) === texts.getFloat64(from + last);
}

function isShortText(view: DataView, place: number, texts: DataView, from: number, length: number): boolean {
  const last = length - WORD;
  if (last >= 0)
    return (
      view.getInt32(place) === texts.getInt32(from) &&
      view.getInt32(place + last) === texts.getInt32(from + last)
    );
  for (let done = 0; done < length; done += 1)
    if (view.getUint8(place + done) !== texts.getUint8(from + done)) return false;
  return true;
}

/** @returns where the number ends; -1 where there is none that JSON would have */
function readNumber(bytes: Uint8Array, start: number, figures: Float64Array, slot: number): number {
  let place = start;
  let value = 0;
  let byte = bytes[place] as number;
  while (byte >= ZERO && byte <= NINE) {
    value = value * 10 + (byte - ZERO);
    place += 1;
    byte = bytes[place] as number;
  }
  const digits = place - start;
  if (digits === 0 || (digits > 1 && bytes[start] === ZERO)) return -1;
  if (byte !== DOT) {
    figures[slot] = digits > MOST_DIGITS ? NOT_EXACT : value;
    return place;
  }
  const point = place;
  place += 1;
  byte = bytes[place] as number;
  while (byte >= ZERO && byte <= NINE) {
    value = value * 10 + (byte - ZERO);
    place += 1;
    byte = bytes[place] as number;
  }
  const behind = place - point - 1;
  if (behind === 0) return -1;
  figures[slot] = digits + behind > MOST_DIGITS ? NOT_EXACT : value / (POWERS[behind] as number);
  return place;
}

/** @returns where the number ends; -1 where there is none that JSON would have */
function skipNumber({bytes, view}: LineBytes, start: number): number {
  const end = skipDigits(bytes, view, start);
  if (end === start || (bytes[start] === ZERO && end > start + 1)) return -1;
  if (bytes[end] !== DOT) return end;
  const last = skipDigits(bytes, view, end + 1);
  return last === end + 1 ? -1 : last;
}

function skipDigits(bytes: Uint8Array, view: DataView, start: number): number {
  let place = start;
  while (place + WORD <= bytes.length && areDigits(view.getInt32(place, true))) place += WORD;
  while (isDigit(bytes[place] as number)) place += 1;
  return place;
}

/** Four at once: with the high half of `0` taken away, no byte is more than 9. */
function areDigits(word: number): boolean {
  const low = word ^ 0x30303030;
  return ((low | (low + 0x06060606)) & 0xf0f0f0f0) === 0;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

/** The text before a figure, and where that stands; without a path the text behind the last one. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly path?: string;
  readonly time?: LineTime | undefined;
}

/** Walks a line once to find its figures. */
class Walk {
  readonly #bytes: Uint8Array;
  readonly #parts: Part[] = [];
  readonly #room = new Float64Array(1);
  #place = 0;
  #from = 0;
  #isPlain = true;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Nothing where a key is written with escapes, and so not by the name that it has. */
  parts(): readonly Part[] | undefined {
    this.#value('');
    this.#parts.push({from: this.#from, to: this.#bytes.length});
    return this.#isPlain ? this.#parts : undefined;
  }

  #value(path: string): void {
    this.#skipBlanks();
    const byte = this.#bytes[this.#place];
    if (byte === OPEN_BRACE) this.#members(path, CLOSE_BRACE);
    else if (byte === OPEN_LIST) this.#members(path, CLOSE_LIST);
    else if (byte === QUOTE) this.#text(path);
    else if (!this.#number(path, this.#place)) while (!this.#isEndOfWord()) this.#place += 1;
  }

  #members(path: string, close: number): void {
    this.#place += 1;
    for (let index = 0; ; index += 1) {
      this.#skipBlanks();
      const byte = this.#bytes[this.#place];
      if (byte === close || byte === undefined) break;
      const name = close === CLOSE_BRACE ? this.#key() : String(index);
      this.#value(path === '' ? name : `${path}.${name}`);
      this.#skipBlanks();
      if (this.#bytes[this.#place] === COMMA) this.#place += 1;
    }
    this.#place += 1;
  }

  #key(): string {
    const from = this.#place + 1;
    this.#skipText();
    const key = String.fromCharCode(...this.#bytes.subarray(from, this.#place - 1));
    if (key.includes('\\') || key.includes('.')) this.#isPlain = false;
    this.#skipBlanks();
    if (this.#bytes[this.#place] === COLON) this.#place += 1;
    return key;
  }

  /** A string that is nothing but a figure or a moment is one; any other is part of the shape. */
  #text(path: string): void {
    const from = this.#place + 1;
    this.#skipText();
    const end = this.#place - 1;
    const time = LineTime.of(this.#bytes.subarray(from, end));
    if (time !== undefined) this.#add(path, from, end, time);
    else if (readNumber(this.#bytes, from, this.#room, 0) === end) this.#add(path, from, end);
  }

  #number(path: string, from: number): boolean {
    const end = readNumber(this.#bytes, from, this.#room, 0);
    if (end < 0) return false;
    this.#place = end;
    // With an exponent it is no figure that is read here.
    if (this.#isEndOfWord()) this.#add(path, from, end);
    else while (!this.#isEndOfWord()) this.#place += 1;
    return true;
  }

  #add(path: string, from: number, end: number, time?: LineTime): void {
    this.#parts.push({from: this.#from, to: from, path, time});
    this.#from = end;
  }

  #skipText(): void {
    for (this.#place += 1; this.#place < this.#bytes.length; this.#place += 1) {
      if (this.#bytes[this.#place] === BACKSLASH) this.#place += 1;
      else if (this.#bytes[this.#place] === QUOTE) break;
    }
    this.#place += 1;
  }

  #skipBlanks(): void {
    while ((this.#bytes[this.#place] ?? 0x21) <= 0x20) this.#place += 1;
  }

  #isEndOfWord(): boolean {
    const byte = this.#bytes[this.#place];
    return (
      byte === undefined || byte <= 0x20 || byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_LIST
    );
  }
}

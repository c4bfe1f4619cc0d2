import {timeOf} from './log-fields.ts';

const [ZERO, NINE] = [0x30, 0x39];
const FORM = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?([^"\\]{0,6})$/;
/** As far as the hour: `2026-11-22T12`. */
const HOUR_LENGTH = 13;
const SECONDS_LENGTH = 19;
const MINUTE_MS = 60_000;

/**
 * Moments of one form, read without making texts of them. What an hour begins with, in whatever zone, is parsed once;
 * within it time goes on evenly.
 */
export class LineTime {
  readonly #separator: number;
  readonly #fraction: number;
  readonly #zone: Uint8Array;
  /** The hour that was parsed last, as it was written. */
  readonly #hour = new Uint8Array(HOUR_LENGTH);
  #hourMs = Number.NaN;

  private constructor(separator: number, fraction: number, zone: Uint8Array) {
    this.#separator = separator;
    this.#fraction = fraction;
    this.#zone = zone;
  }

  /** The form of a text that tells a moment; nothing for any other text. */
  static of(text: Uint8Array): LineTime | undefined {
    if (text.length < SECONDS_LENGTH || text.length > SECONDS_LENGTH + 16) return undefined;
    const [whole, fraction = ''] = FORM.exec(String.fromCharCode(...text)) ?? [];
    if (whole === undefined || timeOf(whole) === undefined) return undefined;
    // A copy, which `slice` of a Buffer is not: what it stands in is soon used for other lines.
    const zone = Uint8Array.from(text.subarray(SECONDS_LENGTH + fraction.length));
    return new LineTime(text[10] ?? 0, fraction.length, zone);
  }

  /** Puts the moment that stands there into its slot. @returns where it ends; -1 where there is none of this form */
  read(bytes: Uint8Array, start: number, moments: Float64Array, slot: number): number {
    const hourMs = this.#hourAt(bytes, start);
    const minute = twoDigits(bytes, start + 14);
    const second = twoDigits(bytes, start + 17);
    if (!(minute < 60 && second < 60) || bytes[start + 13] !== 0x3a || bytes[start + 16] !== 0x3a) return -1;
    const milliseconds = this.#millisecondsAt(bytes, start + SECONDS_LENGTH);
    let place = start + SECONDS_LENGTH + this.#fraction;
    for (let index = 0; index < this.#zone.length; index += 1, place += 1)
      if (bytes[place] !== this.#zone[index]) return -1;
    const moment = hourMs + minute * MINUTE_MS + second * 1000 + milliseconds;
    moments[slot] = moment;
    return Number.isNaN(moment) ? -1 : place;
  }

  #hourAt(bytes: Uint8Array, start: number): number {
    const known = this.#hour;
    let isKnown = true;
    for (let index = 0; index < HOUR_LENGTH && isKnown; index += 1)
      isKnown = bytes[start + index] === known[index];
    if (isKnown) return this.#hourMs;
    known.set(bytes.subarray(start, start + HOUR_LENGTH));
    this.#hourMs = known[10] === this.#separator ? this.#parse(known) : Number.NaN;
    return this.#hourMs;
  }

  #parse(hour: Uint8Array): number {
    const [text, zone] = [hour, this.#zone].map((part) => String.fromCharCode(...part));
    return twoDigits(hour, 11) < 24 ? (timeOf(`${text}:00:00${zone}`) ?? Number.NaN) : Number.NaN;
  }

  /** Of the fraction the first three digits; the others are dropped, as `Date.parse` does. */
  #millisecondsAt(bytes: Uint8Array, start: number): number {
    if (this.#fraction === 0) return 0;
    let value = bytes[start] === 0x2e ? 0 : Number.NaN;
    for (let index = 1; index < this.#fraction || index <= 3; index += 1) {
      const digit = index < this.#fraction ? digitAt(bytes, start + index) : 0;
      if (index <= 3) value = value * 10 + digit;
      else if (Number.isNaN(digit)) return Number.NaN;
    }
    return value;
  }
}

/** NaN where no two digits stand. */
function twoDigits(bytes: Uint8Array, place: number): number {
  return digitAt(bytes, place) * 10 + digitAt(bytes, place + 1);
}

function digitAt(bytes: Uint8Array, place: number): number {
  const byte = bytes[place];
  return byte !== undefined && byte >= ZERO && byte <= NINE ? byte - ZERO : Number.NaN;
}

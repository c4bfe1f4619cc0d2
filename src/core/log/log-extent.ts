/** From when to when a log goes, and how long that was on the line that never goes back. */
export class LogExtent {
  #startedAt: number | undefined;
  #endedAt = 0;
  #first: LogPlace | undefined;
  #last: LogPlace | undefined;

  /** Wall clock of the first line, milliseconds since the epoch. */
  get startedAt(): number {
    return this.#startedAt ?? 0;
  }

  /** That of the last line, which is the earlier one where the clock was set back between them. */
  get endedAt(): number {
    return this.#endedAt;
  }

  /** What lies between its readings, and before and behind them as the wall clock tells it; milliseconds. */
  get lengthMs(): number {
    const [first, last] = [this.#first, this.#last];
    if (first === undefined || last === undefined) return Math.max(0, this.#endedAt - this.startedAt);
    const before = Math.max(0, first.at - this.startedAt);
    return before + (last.place - first.place) + Math.max(0, this.#endedAt - last.at);
  }

  /** A line of any kind, written at this moment. */
  addLine(at: number): void {
    this.#startedAt ??= at;
    this.#endedAt = at;
  }

  /** A reading, with its place on the line. */
  addReading(reading: LogPlace): void {
    this.#first ??= reading;
    this.#last = reading;
  }
}

interface LogPlace {
  readonly at: number;
  readonly place: number;
}

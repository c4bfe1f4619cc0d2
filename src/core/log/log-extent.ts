/** From when to when a log goes, and how long that was on the line that never goes back. */
export class LogExtent {
  #startedAt: number | undefined;
  #endedAt = 0;
  #first: {readonly at: number; readonly place: number} | undefined;
  #lastAt = 0;
  #lastPlace = 0;

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
    const first = this.#first;
    if (first === undefined) return Math.max(0, this.#endedAt - this.startedAt);
    const before = Math.max(0, first.at - this.startedAt);
    return before + (this.#lastPlace - first.place) + Math.max(0, this.#endedAt - this.#lastAt);
  }

  /** A line of any kind, written at this moment. */
  addLine(at: number): void {
    this.#startedAt ??= at;
    this.#endedAt = at;
  }

  /** A reading, with its place on the line. */
  addReading(at: number, place: number): void {
    this.#first ??= {at, place};
    this.#lastAt = at;
    this.#lastPlace = place;
  }
}

/** How one life of a program grew until it was restarted. */
export interface Life {
  readonly perHour: number;
  readonly hours: number;
}

const MOST_LIVES = 16;
/** Paces within this factor of each other are one leak. */
const SAME_PACE = 2.5;

/** Remembers the growth of former lives, so that a restart does not hide a leak. */
export class Lives {
  readonly #lives: Life[] = [];

  /** Notes how a life went that has ended; nothing for one that did not grow. */
  end(life: Life | undefined): void {
    if (life === undefined) this.#lives.length = 0;
    else this.#lives.push(life);
    if (this.#lives.length > MOST_LIVES) this.#lives.shift();
  }

  /** Hours that the lives just before grew at about this pace, without a break. */
  hoursAt(perHour: number): number {
    const other = this.#lives.findLastIndex((life) => !isSamePace(life.perHour, perHour));
    return this.#lives.slice(other + 1).reduce((sum, {hours}) => sum + hours, 0);
  }
}

function isSamePace(one: number, other: number): boolean {
  return one > 0 && other > 0 && Math.max(one, other) <= SAME_PACE * Math.min(one, other);
}

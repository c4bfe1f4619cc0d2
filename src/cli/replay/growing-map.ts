import type {SessionEvent} from '../../core/event.ts';
import type {Session} from '../../core/session.ts';
import type {TapeMap, TapePoint} from '../../core/tape-target.ts';
import {tapePoint, withPeak} from './tape-map.ts';

/** The map of a tape that is still written: it has more on it than was seen before it was played. */
export class GrowingMap {
  #map: TapeMap;

  constructor(map: TapeMap) {
    this.#map = map;
  }

  get map(): TapeMap {
    return this.#map;
  }

  /** Something happened on the tape. */
  note(event: SessionEvent, session: Session): void {
    const points = tapePoint(event, session).filter((point) => this.#isNew(point));
    if (points.length > 0) this.#map = {...this.#map, points: [...this.#map.points, ...points]};
  }

  /** It was played up to here. */
  reach(place: number, session: Session): void {
    if (place <= this.#map.end) return;
    this.#map = {...this.#map, end: place, points: withPeak(this.#map.points, session)};
  }

  #isNew({kind, place}: TapePoint): boolean {
    const {end, points} = this.#map;
    return place >= end && !points.some((point) => point.kind === kind && point.place === place);
  }
}

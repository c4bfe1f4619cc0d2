import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {PaintPace} from '../../src/tui/paint-pace.ts';

let painted: number[];
let now: number;
let pace: PaintPace;
beforeEach(() => {
  vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']});
  painted = [];
  now = 1000;
  pace = new PaintPace(
    () => painted.push(now),
    () => now,
  );
});
afterEach(() => vi.useRealTimers());

function pass(ms: number): void {
  for (let step = 0; step < ms; step += 1) {
    now += 1;
    vi.advanceTimersByTime(1);
  }
}

test('paints at once, and what comes right after it once for all', () => {
  pace.request();
  pass(1);
  for (let reason = 0; reason < 5; reason += 1) {
    pace.request();
    pass(2);
  }
  pass(100);
  expect(painted).toEqual([1001, 1034]);
});

test('a clock that was set back holds no painting up for longer than a frame', () => {
  pace.request();
  pass(1);
  now -= 60_000;
  pace.request();
  pass(33);
  expect(painted).toHaveLength(2);
});

test('paints no more once it is closed', () => {
  pace.request();
  pace.close();
  pass(100);
  expect(painted).toEqual([]);
});

import {Writable} from 'node:stream';
import {expect, test, vi} from 'vitest';
import {LineStream} from '../../src/sinks/line-stream.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');

/** A stream whose reader takes what waits when it is told to. */
function open(highWaterMark = 30) {
  const taken: string[] = [];
  let waiting: (() => void) | undefined;
  let isStalled = false;
  const stream = new Writable({
    highWaterMark,
    decodeStrings: false,
    write(chunk: string, _, done) {
      taken.push(chunk);
      if (isStalled) waiting = done;
      else done();
    },
  });
  const stall = () => {
    isStalled = true;
  };
  const read = async () => {
    isStalled = false;
    waiting?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const lines = () =>
    taken
      .join('')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  return {stream: new LineStream(stream, () => NOW), lines, stall, read, raw: stream};
}

test('a reader that stalls costs bounded memory, and is told what it missed', async () => {
  const {stream, lines, stall, read, raw} = open();
  stream.append({n: 1});
  stall();
  for (let n = 2; n < 5000; n += 1) stream.append({n});
  expect(raw.writableLength).toBeLessThan(100);
  await read();
  stream.append({n: 5000});
  const numbers = lines().flatMap(({n}) => n ?? []);
  const note = lines().at(-2);
  const skipped = 5000 - numbers.length;
  expect(numbers.at(-1)).toBe(5000);
  expect(note).toEqual({
    timestamp: '2026-11-22T12:00:00.000Z',
    event_type: 'NOTE',
    message: `log: ${skipped} lines left out, the reader is too slow`,
    what: 'log',
  });
});

test('a single line larger than the buffer holds none of the next back', () => {
  const {stream, lines} = open();
  stream.append({n: 1, pad: 'x'.repeat(500)});
  stream.append({n: 2});
  expect(lines().map(({n}) => n)).toEqual([1, 2]);
});

test('STOP comes also to a slow reader, and is waited for, but not for ever', async () => {
  const {stream, lines, stall, read} = open();
  stall();
  for (let n = 0; n < 10; n += 1) stream.append({n});
  stream.append({event_type: 'STOP'});
  vi.useFakeTimers({toFake: ['setTimeout']});
  const flushed = vi.fn();
  const first = stream.flush(1000).then(flushed);
  await vi.advanceTimersByTimeAsync(999);
  expect(flushed).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await first;
  vi.useRealTimers();
  await read();
  await stream.flush(60_000);
  expect(lines().slice(-2)).toMatchObject([{event_type: 'NOTE'}, {event_type: 'STOP'}]);
});

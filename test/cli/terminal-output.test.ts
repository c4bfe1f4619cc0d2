import {EventEmitter} from 'node:events';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {TerminalOutput} from '../../src/cli/terminal-output.ts';

beforeEach(() => {
  vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout', 'hrtime']});
});
afterEach(() => {
  vi.useRealTimers();
});

/** A terminal that takes as many bytes as it is told to. */
class FakeTerminal {
  taken = '';
  room = Number.POSITIVE_INFINITY;
  /** How many bytes it has room for each time that it is asked again. */
  refill = 0;
  fault: Error | undefined;
  readonly stream = Object.assign(new EventEmitter(), {isTTY: true, columns: 80, rows: 24});
  readonly output = new TerminalOutput(this.stream as unknown as NodeJS.WriteStream, {
    write: (bytes) => {
      if (this.fault !== undefined) throw this.fault;
      const part = Buffer.from(bytes.subarray(0, Math.min(bytes.length, this.room)));
      this.room = this.room - part.length + this.refill;
      this.taken += part.toString('latin1');
      return part.length;
    },
    close: () => {},
  });
  readonly heard: string[] = [];

  constructor(names = ['free', 'resize', 'error']) {
    for (const name of names) this.output.on(name, () => this.heard.push(name));
  }
}

test('what there is room for is out at once', () => {
  const terminal = new FakeTerminal();
  terminal.output.write('picture');
  expect(terminal.taken).toBe('picture');
  expect(terminal.output.isBusy).toBe(false);
});

test('the rest goes out as there is room, in order, and then it is free', async () => {
  const terminal = new FakeTerminal();
  terminal.room = 3;
  terminal.output.write('picture');
  terminal.output.write('bell');
  expect(terminal.taken).toBe('pic');
  expect(terminal.output.isBusy).toBe(true);
  expect(terminal.heard).toEqual([]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(terminal.taken).toBe('pic');
  terminal.room = 5;
  await vi.advanceTimersByTimeAsync(50);
  expect(terminal.taken).toBe('pictureb');
  terminal.room = 100;
  await vi.advanceTimersByTimeAsync(50);
  expect(terminal.taken).toBe('picturebell');
  expect(terminal.output.isBusy).toBe(false);
  expect(terminal.heard).toEqual(['free']);
});

test('what is not out of a picture can be dropped, and the sequence it was cut in is ended', async () => {
  const terminal = new FakeTerminal();
  terminal.room = 4;
  terminal.output.write('\u001b[38;5;1m and much more');
  terminal.output.drop();
  terminal.output.write('restored');
  terminal.room = 100;
  await vi.advanceTimersByTimeAsync(50);
  expect(terminal.taken).toBe('\u001b[38\u0018restored');
});

test('a new size is told once there is room for what is painted then', async () => {
  const terminal = new FakeTerminal();
  terminal.stream.emit('resize');
  expect(terminal.heard).toEqual(['resize']);
  terminal.room = 0;
  terminal.output.write('picture');
  for (let time = 0; time < 100; time += 1) terminal.stream.emit('resize');
  expect(terminal.heard).toEqual(['resize']);
  terminal.room = 100;
  await vi.advanceTimersByTimeAsync(50);
  expect(terminal.heard).toEqual(['resize', 'resize']);
});

test('settling waits for what gets through, and gives up on what does not', () => {
  vi.useRealTimers();
  const slow = new FakeTerminal();
  [slow.room, slow.refill] = [1, 2];
  slow.output.write('x'.repeat(40));
  expect(slow.output.settle(500)).toBe(true);
  expect(slow.taken).toHaveLength(40);
  const blocked = new FakeTerminal();
  blocked.room = 1;
  blocked.output.write('picture');
  expect(blocked.output.settle(50)).toBe(false);
});

test('who waits for a terminal is told that it takes nothing', async () => {
  const terminal = new FakeTerminal();
  terminal.room = 1;
  terminal.output.write('picture');
  let isTold = false;
  void terminal.output.stalled(500).then(() => {
    isTold = true;
  });
  await vi.advanceTimersByTimeAsync(400);
  expect(isTold).toBe(false);
  await vi.advanceTimersByTimeAsync(200);
  expect(isTold).toBe(true);
});

test('a terminal that is gone is told as an error, once, and takes nothing more', async () => {
  const terminal = new FakeTerminal();
  terminal.room = 0;
  terminal.output.write('picture');
  terminal.fault = Object.assign(new Error('gone'), {code: 'EIO'});
  await vi.advanceTimersByTimeAsync(50);
  terminal.output.on('error', () => {});
  terminal.output.write('more');
  await vi.advanceTimersByTimeAsync(50);
  expect(terminal.heard).toEqual(['error']);
  expect(terminal.output.isBusy && terminal.output.settle(0)).toBe(false);
});

test('nothing is written to what was closed: its number may be that of another file by then', () => {
  vi.useRealTimers();
  const terminal = new FakeTerminal();
  terminal.room = 0;
  terminal.output.write('picture');
  terminal.stream.emit('error', Object.assign(new Error('gone'), {code: 'EIO'}));
  terminal.room = 100;
  terminal.output.settle(50);
  expect(terminal.taken).toBe('');
});

test('that it is gone is no crash where nobody listens', async () => {
  const terminal = new FakeTerminal([]);
  terminal.fault = Object.assign(new Error('gone'), {code: 'EIO'});
  const told = new Promise((resolve) => terminal.output.write('a line', resolve));
  await vi.advanceTimersByTimeAsync(50);
  expect(await told).toMatchObject({code: 'EIO'});
});

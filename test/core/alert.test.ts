import {describe, expect, test, vi} from 'vitest';
import {type AlertInfo, MemoryAlert} from '../../src/core/alert.ts';
import {START} from './samples.ts';

describe('an alert', () => {
  test('is raised at the threshold exactly, and not below it', () => {
    const alert = new MemoryAlert();
    expect(alert.thresholdPercent).toBe(80);
    expect(alert.check(79.999, START)).toBeUndefined();
    expect(alert.check(80, START)).toEqual({
      timestamp: '2026-03-01T12:00:00.000Z',
      what: 'RAM',
      percent: 80,
      thresholdPercent: 80,
      status: 'HIGH',
      message: 'MEMORY ALERT: 80.0% of RAM in use (threshold: 80%)',
    });
    expect(alert.count).toBe(1);
  });

  test.each([
    {percent: 94.9, threshold: 80, status: 'HIGH'},
    {percent: 95, threshold: 80, status: 'CRITICAL'},
    {percent: 97, threshold: 95, status: 'HIGH'},
    {percent: 97.5, threshold: 95, status: 'CRITICAL'},
    {percent: 95, threshold: 0, status: 'CRITICAL'},
  ] as const)('at $percent % over $threshold % is $status', ({percent, threshold, status}) => {
    expect(new MemoryAlert({thresholdPercent: threshold}).check(percent, START)?.status).toBe(status);
  });

  test('names swap and VRAM in its message', () => {
    const message = (what: string) =>
      new MemoryAlert({what, thresholdPercent: 82.5}).check(91, START)?.message;
    expect(message('swap')).toBe('SWAP ALERT: 91.0% of swap in use (threshold: 82.5%)');
    expect(message('GPU 0 VRAM')).toBe('GPU 0 VRAM ALERT: 91.0% of GPU 0 VRAM in use (threshold: 82.5%)');
  });
});

describe('the cooldown', () => {
  test('is 60 s by default, and the alert comes again when it ends', () => {
    const alert = new MemoryAlert();
    const raised = [0, 1, 59.999, 60, 119, 120].filter((second) => alert.check(90, START + second * 1000));
    expect(raised).toEqual([0, 60, 120]);
    expect(alert.count).toBe(3);
  });

  test('goes by the steady clock when the wall clock steps back or ahead', () => {
    const alert = new MemoryAlert({cooldownSeconds: 60});
    expect(alert.check(90, START, 1000)).toBeDefined();
    expect(alert.check(90, START - 3_600_000, 61_000)).toMatchObject({timestamp: '2026-03-01T11:00:00.000Z'});
    expect(alert.check(90, START + 86_400_000, 62_000)).toBeUndefined();
    expect(alert.check(90, START, 121_000)).toBeDefined();
  });

  test('of 0 lets every check alert', () => {
    const alert = new MemoryAlert({cooldownSeconds: 0});
    expect([1, 1, 1].map((at) => alert.check(90, at) !== undefined)).toEqual([true, true, true]);
  });

  test('runs on while the figure is below the threshold', () => {
    const alert = new MemoryAlert({cooldownSeconds: 60});
    expect(alert.check(90, 0)).toBeDefined();
    expect(alert.check(10, 30_000)).toBeUndefined();
    expect(alert.check(90, 40_000)).toBeUndefined();
    expect(alert.check(90, 60_000)).toBeDefined();
  });
});

describe('callbacks', () => {
  test('are all told, each once however often it is added, until taken away', () => {
    const alert = new MemoryAlert({cooldownSeconds: 0});
    const [first, second] = [vi.fn(), vi.fn()];
    const remove = alert.onAlert(first);
    alert.onAlert(second);
    alert.onAlert(second);
    const info = alert.check(90, START);
    remove();
    alert.check(91, START + 1);
    expect(first.mock.calls).toEqual([[info]]);
    expect(second.mock.calls.map(([{percent}]) => percent)).toEqual([90, 91]);
  });

  test('that throw are reported once each and stop nothing', () => {
    const onCallbackError = vi.fn();
    const alert = new MemoryAlert({cooldownSeconds: 0, onCallbackError});
    const told: number[] = [];
    const fail = (text: string) => () => {
      throw new Error(text);
    };
    alert.onAlert(fail('first'));
    alert.onAlert(({percent}: AlertInfo) => told.push(percent));
    alert.onAlert(fail('second'));
    for (const percent of [90, 91, 92]) alert.check(percent, START);
    expect(told).toEqual([90, 91, 92]);
    expect(onCallbackError.mock.calls.map(([error]) => error.message)).toEqual(['first', 'second']);
  });

  test('that reject are reported once and leave no rejection behind', async () => {
    const onCallbackError = vi.fn();
    const alert = new MemoryAlert({cooldownSeconds: 0, onCallbackError});
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    alert.onAlert(async () => {
      throw new Error('late');
    });
    alert.onAlert(() => ({
      // biome-ignore lint/suspicious/noThenProperty: promises of other libraries look like this
      then: (_: unknown, reject: (error: Error) => void) => reject(new Error('thenable')),
    }));
    for (const percent of [90, 91]) alert.check(percent, START);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(onCallbackError.mock.calls.map(([error]) => error.message).sort()).toEqual(['late', 'thenable']);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('that throw may go unreported', () => {
    const alert = new MemoryAlert();
    alert.onAlert(() => {
      throw new Error('nobody hears');
    });
    expect(alert.check(90, START)).toBeDefined();
  });
});

test.each([
  [{thresholdPercent: -1}, 'thresholdPercent: expected 0 to 100, got -1'],
  [{thresholdPercent: 100.1}, 'thresholdPercent: expected 0 to 100, got 100.1'],
  [{thresholdPercent: Number.NaN}, 'thresholdPercent: expected 0 to 100, got NaN'],
  [{cooldownSeconds: -5}, 'cooldownSeconds: expected 0 or more, got -5'],
  [{cooldownSeconds: Number.POSITIVE_INFINITY}, 'cooldownSeconds: expected 0 or more, got Infinity'],
])('%j is refused', (options, message) => {
  expect(() => new MemoryAlert(options)).toThrow(new RangeError(message));
});

test('the threshold can be changed, and a bad one leaves the former', () => {
  const alert = new MemoryAlert();
  alert.thresholdPercent = 50;
  expect(() => {
    alert.thresholdPercent = 500;
  }).toThrow(RangeError);
  expect(alert.check(50, START)).toMatchObject({thresholdPercent: 50});
});

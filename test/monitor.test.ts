import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test, vi} from 'vitest';
import {type AlertInfo, SimpleMemoryMonitor} from '../src/index.ts';
import {folder, logFile, open, pass, START} from './monitor-place.ts';
import {procFiles} from './sources/fake-host.ts';
import {TimedHost} from './timed-host.ts';

function logged(): Record<string, unknown>[] {
  return readFileSync(logFile, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const types = () => logged().map(({event_type = 'check'}) => event_type);

describe('checks', () => {
  test('every 10 s give seven readings in a minute, the first at once', async () => {
    const {monitor} = open();
    monitor.start();
    expect(monitor.getStats().readings).toHaveLength(1);
    await pass(60);
    const {readings, average, peak, trend, alertCount, uptime} = monitor.getStats();
    expect(readings).toHaveLength(7);
    expect(readings.map(({timestamp}) => (Date.parse(timestamp) - START) / 1000)).toEqual([
      0, 10, 20, 30, 40, 50, 60,
    ]);
    expect(readings[0]?.usedMb).toBe(2145);
    expect(average).toBeCloseTo(64.2, 3);
    expect(peak).toEqual({percent: readings[0]?.percent, timestamp: '2025-12-22T12:15:33.456Z'});
    expect([trend, alertCount, Math.round(uptime)]).toEqual(['stable', 0, 60]);
    await monitor.stop();
  });

  test('with a threshold of 10 % raise alerts, at most one per cooldown', async () => {
    const {monitor} = open({alertThresholdPercent: 10, cooldownSeconds: 30});
    const alerts: AlertInfo[] = [];
    const remove = monitor.onAlert((alert) => alerts.push(alert));
    monitor.start();
    await pass(60);
    expect(alerts.map(({timestamp}) => (Date.parse(timestamp) - START) / 1000)).toEqual([0, 30, 60]);
    expect(alerts[0]).toMatchObject({thresholdPercent: 10, what: 'RAM', status: 'HIGH'});
    expect([monitor.getStats().alertCount, monitor.alert.count]).toEqual([3, 3]);
    remove();
    await pass(30);
    expect(alerts).toHaveLength(3);
    await monitor.stop();
  });

  test('keep a window and tell its trend', async () => {
    const {host, monitor} = open({windowSize: 12});
    monitor.start();
    for (let beat = 0; beat < 20; beat++) {
      host.percent += 1.5;
      await pass(10);
    }
    expect([monitor.metrics.size, monitor.metrics.trend]).toEqual([12, 'increasing']);
    await monitor.stop();
  });

  test('never scan processes; that is done when asked', async () => {
    const {host, monitor} = open({}, procFiles(300, {}));
    monitor.start();
    await pass(60);
    expect(host.reads.filter((path) => path.startsWith('/proc/300'))).toEqual([]);
    await monitor.getDetailedStatus();
    expect(host.reads.filter((path) => path === '/proc/300/stat')).toHaveLength(1);
    await monitor.stop();
  });
});

describe('the log', () => {
  test('exists, each line parses and has a timestamp, and the first six fields are those known', async () => {
    const {monitor} = open({logFile, alertThresholdPercent: 10});
    monitor.start();
    await pass(60);
    monitor.mark('epoch 2');
    await monitor.stop();
    expect(types()).toEqual([
      'START',
      'ALERT',
      'check',
      'check',
      'check',
      'check',
      'check',
      'check',
      'ALERT',
      'check',
      'MARK',
      'STOP',
    ]);
    for (const {timestamp} of logged()) expect(new Date(String(timestamp)).toISOString()).toBe(timestamp);
    const check = logged()[2] ?? {};
    expect(Object.entries(check).slice(0, 6)).toEqual([
      ['timestamp', '2025-12-22T12:15:33.456Z'],
      ['percent', '64.2'],
      ['used_mb', '2145'],
      ['available_mb', '1196'],
      ['total_mb', '3341'],
      ['trend', 'stable'],
    ]);
    expect(logged()[0]).toMatchObject({
      message: 'Memory monitor started',
      host_name: 'testbox',
      options: {interval_seconds: 10, threshold_percent: 10, cooldown_seconds: 60, window: 100},
    });
    expect(logged().find(({event_type}) => event_type === 'MARK')).toMatchObject({message: 'epoch 2'});
  });

  test('has marks of before the start right behind START, and none of after the stop', async () => {
    const {monitor} = open({logFile});
    monitor.mark('loading');
    await pass(5);
    monitor.start();
    monitor.mark('epoch 1');
    await monitor.stop();
    monitor.mark('too late');
    expect(logged().map(({event_type = 'check', message}) => [event_type, message])).toEqual([
      ['START', 'Memory monitor started'],
      ['MARK', 'loading'],
      ['check', undefined],
      ['MARK', 'epoch 1'],
      ['STOP', 'Memory monitor stopped'],
    ]);
    expect(logged()[1]?.timestamp).toBe('2025-12-22T12:15:33.456Z');
    monitor.start();
    await monitor.stop();
    expect(types()).toEqual(['START', 'MARK', 'check', 'MARK', 'STOP', 'START', 'check', 'STOP']);
  });

  test('is written again once it can be, long before the next check', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    writeFileSync(join(folder, 'logs'), 'a file where the folder should be');
    const {monitor} = open({logFile, checkIntervalSeconds: 300});
    monitor.start();
    rmSync(join(folder, 'logs'));
    await pass(1);
    expect(types()).toEqual(['START', 'check']);
    await monitor.stop();
    expect(warn).toHaveBeenCalledOnce();
  });

  test('that cannot be written stops nothing', async () => {
    writeFileSync(join(folder, 'logs'), 'a file where the folder should be');
    const {monitor} = open({logFile});
    monitor.start();
    await pass(30);
    expect(monitor.metrics.size).toBe(4);
    rmSync(join(folder, 'logs'));
    await monitor.stop();
    expect(types()).toEqual(['START', 'check', 'check', 'check', 'check', 'STOP']);
  });
});

describe('start and stop', () => {
  test('twice are harmless', async () => {
    const {monitor} = open({logFile});
    await monitor.stop();
    expect(existsSync(logFile)).toBe(false);
    monitor.start();
    monitor.start();
    await pass(20);
    await Promise.all([monitor.stop(), monitor.stop()]);
    await monitor.stop();
    expect(types()).toEqual(['START', 'check', 'check', 'check', 'STOP']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('can follow each other again and again, on the same instance', async () => {
    const {monitor} = open({logFile});
    monitor.start();
    await pass(10);
    await monitor.stop();
    expect(monitor.getStatus()).toMatchObject({monitoring: false, uptimeSeconds: 0});
    await pass(100);
    monitor.start();
    expect(monitor.getStatus()).toMatchObject({monitoring: true, uptimeSeconds: 0});
    await pass(10);
    await monitor.stop();
    expect(types()).toEqual(['START', 'check', 'check', 'STOP', 'START', 'check', 'check', 'STOP']);
    expect(monitor.metrics.size).toBe(4);
  });

  test('right behind each other log in that order', async () => {
    const {monitor} = open({logFile});
    monitor.start();
    const stopped = monitor.stop();
    monitor.start();
    await stopped;
    await pass(10);
    await monitor.stop();
    expect(types()).toEqual(['START', 'check', 'STOP', 'START', 'check', 'check', 'STOP']);
  });

  test('wait for the check in flight where memory cannot be read at once', async () => {
    const figures = {total: 1000, free: 0, available: 400, buffers: 0, cached: 0, swaptotal: 0, swapfree: 0};
    const mem = () => new Promise<typeof figures>((resolve) => setTimeout(() => resolve(figures), 700));
    const host = new TimedHost({platform: 'darwin', systemInformation: {mem}});
    const monitor = new SimpleMemoryMonitor({checkIntervalSeconds: 10, logFile}, host);
    monitor.start();
    expect(monitor.getStatus()).toMatchObject({
      memoryPercent: undefined,
      status: undefined,
      monitoring: true,
    });
    const first = monitor.stop();
    monitor.start();
    await Promise.all([first, pass(1)]);
    expect(monitor.getStatus()).toMatchObject({memoryPercent: 60, monitoring: true});
    await Promise.all([monitor.stop(), pass(1)]);
    expect(types()).toEqual(['START', 'check', 'STOP']);
  });
});

describe('what goes wrong', () => {
  test('in reading memory is counted, told once, and neither thrown nor the end of it', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const {host, monitor} = open({logFile});
    host.broken = 'nothing that makes sense\n';
    monitor.start();
    await pass(30);
    expect(monitor.errorCount).toBe(4);
    expect(monitor.getStatus()).toMatchObject({
      memoryPercent: undefined,
      usedMb: undefined,
      status: undefined,
    });
    expect(monitor.getStats()).toMatchObject({
      readings: [],
      average: undefined,
      peak: undefined,
      trend: 'stable',
    });
    expect(monitor.formatStats()).toContain('Current Memory: unknown');
    expect((await monitor.getDetailedStatus()).memory.status).not.toBe('ok');
    host.broken = undefined;
    await pass(10);
    expect(monitor.metrics.size).toBe(1);
    await monitor.stop();
    expect(types()).toEqual(['START', 'ERROR', 'ERROR', 'ERROR', 'ERROR', 'NOTE', 'check', 'STOP']);
    expect(warn.mock.calls.map(([text, kind]) => [text, kind])).toEqual([
      [expect.stringMatching(/^memtop: memory not read: /), 'MemtopWarning'],
    ]);
  });

  test('after good readings leaves the latest in the status', async () => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const {host, monitor} = open();
    monitor.start();
    host.broken = '';
    await pass(10);
    expect(monitor.errorCount).toBe(1);
    expect(monitor.getStatus().usedMb).toBe(2145);
    await monitor.stop();
  });

  test('in a callback for alerts is told once and stops nothing', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const {monitor} = open({logFile, alertThresholdPercent: 10, cooldownSeconds: 0});
    const heard = vi.fn();
    monitor.onAlert(() => {
      throw new Error('boom');
    });
    monitor.onAlert(heard);
    monitor.start();
    await pass(20);
    await monitor.stop();
    expect(heard).toHaveBeenCalledTimes(3);
    expect(warn.mock.calls.map(([text]) => text)).toEqual(['memtop: alert callback failed: boom']);
    expect(logged().filter(({event_type}) => event_type === 'ERROR')).toMatchObject([
      {message: 'alert callback failed: boom', what: 'alert callback', reason: 'boom'},
    ]);
  });
});

import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {buildSync} from 'esbuild';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {type AlertInfo, type MonitorOptions, SimpleMemoryMonitor} from '../src/index.ts';
import {type FakeFile, FakeHost, type FakeHostOptions, procFiles} from './sources/fake-host.ts';

const TOTAL_KIB = 3341 * 1024;
const START = Date.parse('2025-12-22T12:15:33.456Z');

let folder = '';
let logFile = '';

/** A fake machine whose clocks are vitest's. */
class TimedHost extends FakeHost {
  percent = 64.2;
  broken: string | undefined;

  constructor(options: FakeHostOptions = {}) {
    super(options);
    this.files.set('/proc/meminfo', () => this.#meminfo());
  }

  override now(): number {
    return Date.now();
  }

  override monotonic(): number {
    return performance.now();
  }

  #meminfo(): string {
    if (this.broken !== undefined) return this.broken;
    const available = Math.round(TOTAL_KIB * (1 - this.percent / 100));
    const lines = {
      MemTotal: TOTAL_KIB,
      MemFree: 512 * 1024,
      MemAvailable: available,
      Buffers: 64 * 1024,
      Cached: 256 * 1024,
      SwapTotal: 2048 * 1024,
      SwapFree: 1536 * 1024,
    };
    return Object.entries(lines)
      .map(([name, kib]) => `${name}: ${kib} kB\n`)
      .join('');
  }
}

beforeEach(() => {
  vi.useFakeTimers({now: START});
  folder = mkdtempSync(join(tmpdir(), 'memtop-monitor-'));
  logFile = join(folder, 'logs', 'memory.jsonl');
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  rmSync(folder, {recursive: true, force: true});
});

function open(options: MonitorOptions = {}, files: Record<string, FakeFile> = {}) {
  const host = new TimedHost({files});
  return {host, monitor: new SimpleMemoryMonitor({checkIntervalSeconds: 10, ...options}, host)};
}

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

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

describe('the status', () => {
  test.each([
    {percent: 64.2, status: 'NORMAL'},
    {percent: 80.1, status: 'HIGH'},
    {percent: 95.1, status: 'CRITICAL'},
  ] as const)('at $percent % is $status', ({percent, status}) => {
    const {host, monitor} = open();
    host.percent = percent;
    const {memoryPercent, ...rest} = monitor.getStatus();
    expect(memoryPercent).toBeCloseTo(percent, 3);
    const available = Math.round(3341 * (1 - percent / 100));
    expect(rest).toEqual({
      usedMb: 3341 - available,
      availableMb: available,
      totalMb: 3341,
      status,
      monitoring: false,
      uptimeSeconds: 0,
    });
  });

  test('is read afresh, and asking counts as no check', async () => {
    const {host, monitor} = open();
    monitor.start();
    host.percent = 70;
    expect(monitor.getStatus().memoryPercent).toBeCloseTo(70, 3);
    expect(monitor.metrics.size).toBe(1);
    await monitor.stop();
  });

  test('in detail has memory broken down and the five largest processes', async () => {
    const files = Object.assign(
      {'/etc/passwd': 'ada:x:1000:1000::/home/ada:/bin/bash\n', '/proc/stat': 'btime 1760000000\n'},
      ...[1, 2, 3, 4, 5, 6, 7].map((n) =>
        procFiles(300 + n, {rssPages: n * 25_600, args: ['python', `/opt/train${n}.py`, '--lr', '1']}),
      ),
    );
    const host = new TimedHost({
      files,
      owners: Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((n) => [`/proc/${300 + n}`, 1000])),
    });
    const monitor = new SimpleMemoryMonitor({checkIntervalSeconds: 10}, host);
    monitor.start();
    await pass(10);
    const status = await monitor.getDetailedStatus();
    expect(status).toMatchObject({
      status: 'NORMAL',
      usedMb: 2145,
      monitoring: true,
      trend: 'stable',
      memory: {
        status: 'ok',
        value: {
          totalMb: 3341,
          usedMb: 2145,
          availableMb: 1196,
          freeMb: 512,
          buffersMb: 64,
          cachedMb: 256,
          swapTotalMb: 2048,
          swapUsedMb: 512,
          swapFreeMb: 1536,
        },
      },
      limits: [{name: 'host', path: 'host', totalMb: 3341, usedMb: 2145, availableMb: 1196}],
    });
    expect(status.average).toBeCloseTo(64.2, 3);
    expect(status.peak?.timestamp).toBe('2025-12-22T12:15:33.456Z');
    expect(status.topProcesses).toEqual(
      [7, 6, 5, 4, 3].map((n) => ({
        pid: 300 + n,
        name: `python train${n}`,
        memoryPercent: expect.closeTo((n * 100 * 100) / 3341, 5),
        rssMb: n * 100,
        command: `python /opt/train${n}.py --lr 1`,
        user: 'ada',
      })),
    );
    expect(status).not.toHaveProperty('topProcessesMissing');
    await monitor.stop();
  });
});

test('printStats prints exactly the shape that is promised', async () => {
  const {host, monitor} = open({logFile});
  monitor.start();
  host.percent = 74.5;
  await pass(10);
  host.percent = 50;
  await pass(50);
  host.percent = 64.2;
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  monitor.printStats();
  const printed = write.mock.calls.map(([text]) => String(text)).join('');
  write.mockRestore();
  expect(printed).toBe(`${monitor.formatStats()}\n`);
  expect(printed).toBe(`\
======================================================================
MEMORY MONITOR STATISTICS
======================================================================
Current Memory: 64.2% (2145MB / 3341MB)
Available: 1196MB
Status: NORMAL

METRICS
----------------------------------------------------------------------
Average: 55.5%
Peak: 74.5% at 2025-12-22T12:15:43.456Z
Trend: STABLE
Readings: 7
Alerts Triggered: 0

Monitoring: True
Uptime: 0:01:00
Log File: ${logFile}
======================================================================
`);
  await monitor.stop();
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
    expect(types()).toEqual(['START', 'ERROR', 'NOTE', 'check', 'STOP']);
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

describe('getMonitor', () => {
  async function fresh() {
    vi.resetModules();
    return (await import('../src/monitor.ts')).getMonitor;
  }

  test('hands the same monitor back, also after a stop', async () => {
    const getMonitor = await fresh();
    const monitor = getMonitor({checkIntervalSeconds: 60, alertThresholdPercent: 90});
    expect(getMonitor()).toBe(monitor);
    expect(getMonitor({alertThresholdPercent: 90})).toBe(monitor);
    expect(getMonitor({alertThresholdPercent: undefined, cooldownSeconds: 60})).toBe(monitor);
    monitor.start();
    await monitor.stop();
    expect(getMonitor({checkIntervalSeconds: 60})).toBe(monitor);
  });

  test.each([
    [{alertThresholdPercent: 80}, 'getMonitor: the monitor has alertThresholdPercent 90, got 80'],
    [{checkIntervalSeconds: 300}, 'getMonitor: the monitor has checkIntervalSeconds 60, got 300'],
    [{logFile: 'x.jsonl'}, 'getMonitor: the monitor has logFile undefined, got x.jsonl'],
    [{checkIntervalSeconds: 60, windowSize: 7}, 'getMonitor: the monitor has windowSize 100, got 7'],
  ])('refuses %j, which contradicts', async (options, message) => {
    const getMonitor = await fresh();
    getMonitor({checkIntervalSeconds: 60, alertThresholdPercent: 90});
    expect(() => getMonitor(options)).toThrow(new Error(message));
  });
});

test.each<[object, string]>([
  [{checkIntervalSeconds: 0}, 'checkIntervalSeconds: expected 0.1 to 86400, got 0'],
  [{checkIntervalSeconds: '10'}, 'checkIntervalSeconds: expected a number (0.1 to 86400), got "10"'],
  [{checkIntervalSeconds: Number.NaN}, 'checkIntervalSeconds: expected 0.1 to 86400, got NaN'],
  [{alertThresholdPercent: 101}, 'alertThresholdPercent: expected 0 to 100, got 101'],
  [{cooldownSeconds: -1}, 'cooldownSeconds: expected 0 or more, got -1'],
  [{windowSize: 2.5}, 'windowSize: expected a whole number, got 2.5'],
  [{logFile: ''}, 'logFile: expected the name of a file, got ""'],
  [{logFile: null}, 'logFile: expected the name of a file, got null'],
])('%j is refused', (options, message) => {
  expect(() => new SimpleMemoryMonitor(options as MonitorOptions, new TimedHost())).toThrow(message);
});

test('defaults are those that are promised', () => {
  expect(new SimpleMemoryMonitor({}, new TimedHost()).settings).toEqual({
    checkIntervalSeconds: 300,
    alertThresholdPercent: 80,
    cooldownSeconds: 60,
    windowSize: 100,
    logFile: undefined,
  });
});

test('a program is not kept alive by its monitor, and gets real readings', () => {
  const bundle = join(folder, 'monitor.mjs');
  const entry = join(import.meta.dirname, '../src/index.ts');
  buildSync({
    entryPoints: [entry],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  const program = `
    import {SimpleMemoryMonitor} from ${JSON.stringify(pathToFileURL(bundle).href)};
    const monitor = new SimpleMemoryMonitor({checkIntervalSeconds: 0.1});
    monitor.start();
    setTimeout(() => process.stdout.write(JSON.stringify({...monitor.getStatus(), readings: monitor.metrics.size})), 650);
  `;
  const begun = process.hrtime.bigint();
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  const {memoryPercent, readings, monitoring} = JSON.parse(output);
  expect(memoryPercent).toBeGreaterThan(0);
  expect(memoryPercent).toBeLessThan(100);
  expect(readings).toBeGreaterThanOrEqual(5);
  expect(monitoring).toBe(true);
  expect(Number(process.hrtime.bigint() - begun) / 1e9).toBeLessThan(15);
});

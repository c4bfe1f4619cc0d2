import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {buildSync} from 'esbuild';
import {describe, expect, test, vi} from 'vitest';
import {type LeakStatus, type MonitorOptions, SimpleMemoryMonitor} from '../src/index.ts';
import {folder, logFile, open, pass} from './monitor-place.ts';
import {procFiles} from './sources/fake-host.ts';
import {TimedHost} from './timed-host.ts';

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

describe('getMonitor', () => {
  async function fresh() {
    vi.resetModules();
    return (await import('../src/monitor/shared-monitor.ts')).getMonitor;
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

describe('a leak', () => {
  /** Gains 1.5 % of memory an hour, a check each minute. */
  async function leak(hours: number, {host, monitor}: ReturnType<typeof open>) {
    monitor.start();
    for (let minute = 0; minute < hours * 60; minute += 1) {
      host.percent += 1.5 / 60;
      await pass(60);
    }
    await monitor.stop();
  }

  test('is learned at first, in words', () => {
    const {monitor} = open();
    expect(monitor.getLeak()).toMatchObject({verdict: 'learning', confidence: 0, firstLeakAt: undefined});
    expect(monitor.getLeak().forecast).toEqual({toLimit: undefined, toThreshold: undefined});
  });

  test('is told once to who asked, with its pace and the time left, and stands in the log', async () => {
    const opened = open({checkIntervalSeconds: 60, logFile});
    const told: LeakStatus[] = [];
    opened.monitor.onLeak((status) => told.push(status));
    opened.host.percent = 20;
    await leak(20, opened);
    expect(told).toMatchObject([{verdict: 'leak', firstLeakAt: expect.any(Number)}]);
    const status = opened.monitor.getLeak();
    expect(status.verdict).toBe('leak');
    expect(status.ratePerHourMb).toBeCloseTo(3341 * 0.015, 0);
    expect((status.forecast.toLimit?.seconds ?? 0) / 3600).toBeCloseTo((80 - 30) / 1.5, -0.5);
    const lines = readFileSync(logFile, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.find(({event_type}) => event_type === 'ALERT')).toMatchObject({what: 'RAM leak'});
    expect(lines.findLast(({leak}) => leak !== undefined)).toMatchObject({leak: {ram: {verdict: 'leak'}}});
  });

  test('that a callback cannot take is an error in the log, and nothing more', async () => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const opened = open({checkIntervalSeconds: 60, logFile});
    opened.monitor.onLeak(() => {
      throw new Error('no');
    });
    opened.host.percent = 20;
    await leak(20, opened);
    expect(readFileSync(logFile, 'utf8')).toContain('"what":"leak callback"');
  });
});

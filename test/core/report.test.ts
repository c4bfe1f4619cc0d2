import {describe, expect, it} from 'vitest';
import {MemoryAlert} from '../../src/core/alert.ts';
import {foldAlerts} from '../../src/core/report-alerts.ts';
import {GIB, gpuOf, limitOf, processOf, START, startRun} from '../sinks/report/run.ts';

describe('buildReport', () => {
  it('tells a session that never saw a sample without any figure', () => {
    const report = startRun().report();
    expect(report.checks).toBe(0);
    expect(report).not.toHaveProperty('limit');
    expect(report).not.toHaveProperty('hostTotalBytes');
    expect(report).not.toHaveProperty('growths');
    expect(report.noProcessesReason).toBe('they were not read yet');
    expect(report.pools).toEqual([
      {
        id: 'ram',
        kind: 'ram',
        label: 'RAM',
        what: 'RAM',
        detail: '',
        checks: 0,
        missing: 'no check was made',
        thresholdPercent: 80,
        observedMs: 0,
        alertCount: 0,
      },
    ]);
  });

  it('is plain JSON', () => {
    const run = startRun();
    run.feed({ram: 90, swap: 10, gpus: [gpuOf(0, 95)], processes: [processOf(7, GIB)]});
    run.feed({ram: 91});
    const report = run.report({self: {rssBytes: GIB, cpuMs: 3}, logFile: 'run.jsonl'});
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('weighs average and time above the threshold by time, over uneven intervals', () => {
    const run = startRun();
    // 10 s at 95 % in an hour at 40 %, told by many checks while it was high and few while it was not.
    run.feed({ram: 40});
    for (let second = 1; second <= 20; second += 1) run.feed({ram: 40});
    for (let tenth = 0; tenth < 40; tenth += 1) run.feed({ram: 95, afterMs: tenth === 0 ? 1000 : 250});
    run.feed({ram: 40, afterMs: 250});
    run.feed({ram: 40, afterMs: 4000});
    while (run.now() < START + 3_600_000)
      run.feed({ram: 40, afterMs: Math.min(30_000, START + 3_600_000 - run.now())});
    const [ram] = run.report().pools;
    expect(ram?.observedMs).toBe(3_600_000);
    expect(ram?.aboveThreshold).toEqual({ms: 10_000, share: 10_000 / 3_600_000});
    expect(ram?.averagePercent).toBeCloseTo(40 + (55 * 10) / 3600, 6);
    expect(ram?.peak).toMatchObject({at: START + 21_000, percent: 95});
  });

  it('names the processes that were on top at the peak', () => {
    const run = startRun();
    run.feed({ram: 30, processes: [processOf(1, GIB)]});
    const at = run.feed({ram: 60, processes: [processOf(1, GIB), processOf(2, 20 * GIB, 'llama-server')]});
    run.feed({ram: 50, processes: [processOf(1, GIB)]});
    expect(run.report().pools[0]?.peak).toEqual({
      at,
      percent: 60,
      usedBytes: 64 * GIB * (1 - (1 - 60 / 100)),
      totalBytes: 64 * GIB,
      top: [
        {pid: 2, name: 'llama-server', rssBytes: 20 * GIB},
        {pid: 1, name: 'job1', rssBytes: GIB},
      ],
    });
  });

  it('tells every pool with its own threshold, trend and alerts', () => {
    const run = startRun();
    for (let step = 0; step < 10; step += 1) run.feed({ram: 20 + 5 * step, swap: 10, gpus: [gpuOf(0, 91)]});
    const {pools, checks} = run.report();
    expect(checks).toBe(10);
    expect(
      pools.map(({id, detail, thresholdPercent, trend, alertCount}) => [
        id,
        detail,
        thresholdPercent,
        trend,
        alertCount,
      ]),
    ).toEqual([
      ['ram', 'host', 80, {direction: 'increasing', checks: 10}, 0],
      ['swap', '', 50, {direction: 'stable', checks: 10}, 0],
      ['gpu0', 'RTX 4090', 90, {direction: 'stable', checks: 10}, 1],
    ]);
    expect(pools[2]?.aboveThreshold).toEqual({ms: 9000, share: 1});
  });

  it('gives no figure for a pool that could not be read at the end, but the last one there was', () => {
    const run = startRun();
    const at = run.feed({ram: 50, gpus: [gpuOf(0, 10)]});
    run.feed({ram: '/proc/meminfo: permission denied', gpus: 'the driver is gone'});
    const [ram, gpu] = run.report().pools;
    expect(ram).toMatchObject({missing: '/proc/meminfo: permission denied', lastGood: {at, percent: 50}});
    expect(ram).not.toHaveProperty('current');
    expect(gpu).toMatchObject({missing: 'it was not there at the end', averagePercent: 10});
    expect(gpu).not.toHaveProperty('current');
    expect(run.report().noGpuReason).toBe('the driver is gone');
  });

  it('counts failed checks of RAM by the errors met', () => {
    const errors = [
      {what: 'RAM', reason: 'permission denied', count: 2},
      {what: 'GPU', reason: 'timed out', count: 9},
    ];
    expect(startRun().report({errors})).toMatchObject({failedChecks: 2, errors});
  });

  it('tells the limit in force, the host beside it, and when limits were switched', () => {
    const run = startRun();
    run.feed({ram: 50, limits: [limitOf('llm.slice', 56, 41)]});
    const at = run.feed({ram: 90});
    expect(run.report()).toMatchObject({
      limit: {kind: 'host', name: 'host', totalBytes: 64 * GIB},
      hostTotalBytes: 64 * GIB,
      limitSwitches: [{at, text: 'host with 64.0 GiB is in force now'}],
    });
  });

  it('takes marks and changes from the events', () => {
    const run = startRun();
    run.feed({});
    run.session.setThreshold('ram', 75, START + 10);
    run.session.emit({kind: 'mark', at: START + 20, note: 'model B loaded'});
    run.session.emit({
      kind: 'changed',
      at: START + 30,
      what: 'memtop',
      field: 'interval',
      from: '1 s',
      to: '2 s',
    });
    expect(run.report()).toMatchObject({
      marks: [{at: START + 20, note: 'model B loaded'}],
      changes: [
        {at: START + 10, what: 'RAM', field: 'threshold', from: '80%', to: '75%'},
        {at: START + 30, what: 'memtop', field: 'interval', from: '1 s', to: '2 s'},
      ],
    });
    expect(run.report().pools[0]?.thresholdPercent).toBe(75);
  });

  it('names the largest growth of a process with its time', () => {
    const run = startRun();
    run.feed({processes: [processOf(5, 9 * GIB, 'gateway'), processOf(6, GIB)]});
    run.feed({processes: [processOf(5, 8 * GIB, 'gateway'), processOf(6, GIB)]});
    run.feed({afterMs: 5000, processes: [processOf(5, 15 * GIB, 'gateway'), processOf(6, GIB)]});
    run.feed({processes: [processOf(6, GIB)]});
    expect(run.report().growths).toEqual([
      {
        pid: 5,
        name: 'gateway',
        growthBytes: 7 * GIB,
        fromBytes: 8 * GIB,
        toBytes: 15 * GIB,
        fromAt: START + 1000,
        toAt: START + 6000,
      },
    ]);
  });

  it('tells no growth apart from processes that could not be read', () => {
    const run = startRun();
    run.feed({processes: 'hidden'});
    expect(run.report()).toMatchObject({noProcessesReason: 'hidden'});
    run.feed({processes: [processOf(1, GIB)]});
    expect(run.report().growths).toBeUndefined();
    expect(run.report()).toMatchObject({noProcessesReason: 'they were read only once'});
    run.feed({processes: [processOf(1, GIB)]});
    expect(run.report().growths).toEqual([]);
  });

  it('gives own CPU as a share of the time it ran', () => {
    const report = startRun().report({uptimeMs: 60_000, self: {rssBytes: 61, cpuMs: 180}});
    expect(report.self).toEqual({rssBytes: 61, cpuPercent: 0.3});
    expect(startRun().report({uptimeMs: 0, self: {rssBytes: 61, cpuMs: 180}}).self).toEqual({rssBytes: 61});
  });
});

describe('foldAlerts', () => {
  it('folds repeats into the alert they belong to, until it is resolved', () => {
    const run = startRun({ramAlert: new MemoryAlert({cooldownSeconds: 5})});
    const raisedAt = run.feed({ram: 81});
    for (let second = 0; second < 11; second += 1) run.feed({ram: 84});
    for (let second = 0; second < 16; second += 1) run.feed({ram: 60});
    expect(foldAlerts(run.events)).toEqual([
      {
        what: 'RAM',
        raisedAt,
        raisedEarlier: false,
        value: 81,
        threshold: 80,
        unit: 'percent',
        repeats: 3,
        peak: 84,
        lastedMs: 12_000,
        silenced: false,
      },
    ]);
  });

  it('keeps one that still fires open and tells that it was silenced', () => {
    const run = startRun();
    run.feed({ram: 85});
    run.session.silence(START + 1);
    const [alert] = foldAlerts(run.events);
    expect(alert).toMatchObject({silenced: true, peak: 85});
    expect(alert).not.toHaveProperty('lastedMs');
  });

  it('reckons when an alert began whose own event is no longer kept', () => {
    const resolved = {
      kind: 'resolved',
      at: START,
      what: 'RAM',
      ruleId: 'ram',
      unit: 'percent',
      lastedMs: 5000,
      peak: 90,
    } as const;
    expect(foldAlerts([resolved])).toEqual([
      {
        what: 'RAM',
        silenced: false,
        raisedAt: START - 5000,
        raisedEarlier: false,
        unit: 'percent',
        lastedMs: 5000,
        peak: 90,
      },
    ]);
  });

  it('says that an alert began earlier when only its repeats are kept', () => {
    const run = startRun({ramAlert: new MemoryAlert({cooldownSeconds: 1})});
    run.feed({ram: 85});
    run.feed({ram: 86});
    const repeats = run.events.slice(1);
    const [open] = foldAlerts(repeats);
    expect(open).toMatchObject({raisedAt: START + 1000, raisedEarlier: true, repeats: 2});
    expect(open).not.toHaveProperty('value');
    const resolved = {
      kind: 'resolved',
      at: START + 9000,
      what: 'RAM',
      ruleId: 'ram',
      unit: 'percent',
      lastedMs: 9000,
      peak: 86,
    } as const;
    expect(foldAlerts([...repeats, resolved])).toMatchObject([
      {raisedAt: START, raisedEarlier: false, lastedMs: 9000},
    ]);
  });
});

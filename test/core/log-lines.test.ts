import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {SessionEvent} from '../../src/core/event.ts';
import {errorLine, eventLine, noteLine} from '../../src/core/event-lines.ts';
import {checkLine, LOG_FORMAT, limitsAtStart, startLine, stopLine, topKey} from '../../src/core/log-lines.ts';
import {failed, ok} from '../../src/core/sample.ts';
import {Session} from '../../src/core/session.ts';
import {GIB, hostMemory, limitReading, MIB, processesAt, processReading, START, sampleAt} from './samples.ts';

const SIX = ['timestamp', 'percent', 'used_mb', 'available_mb', 'total_mb', 'trend'];
const FULL = sampleAt(0, 50, {
  memory: ok(hostMemory(50, {swapTotalBytes: 8 * GIB, swapFreeBytes: 6 * GIB, freeBytes: GIB})),
  limits: [limitReading()],
  pressure: ok({some10: 1.5, some60: 0.5, full10: 0.25, full60: 0}),
  gpus: ok([
    {
      index: 0,
      name: 'RTX 3090',
      usedBytes: 6 * GIB,
      totalBytes: 24 * GIB,
      utilizationPercent: 71,
      temperatureCelsius: 66,
    },
  ]),
  processes: processesAt(0, [
    processReading(3, GIB, {user: 'mira', args: ['python', 'train.py', '--lr', '1'], cpuMs: 50}),
    processReading(4, 2 * GIB, {args: ['/bin/solo']}),
    processReading(5, MIB),
  ]),
});

describe('the line of a check', () => {
  test('begins with the six fields that older readers know, as strings', () => {
    const line = checkLine(new Session().feed(sampleAt(0, 64.25)), {processes: 0});
    expect(Object.keys(line).slice(0, 6)).toEqual(SIX);
    expect(JSON.stringify(line)).toMatch(
      /^\{"timestamp":"2026-03-01T12:00:00\.000Z","percent":"64\.3","used_mb":"65792","available_mb":"36608","total_mb":"102400","trend":"stable",/,
    );
  });

  test('keeps exact bytes and all else in fields of their own', () => {
    const line = checkLine(new Session().feed(FULL), {processes: 2});
    expect(line).toEqual({
      timestamp: '2026-03-01T12:00:00.000Z',
      percent: '50.0',
      used_mb: '25600',
      available_mb: '25600',
      total_mb: '51200',
      trend: 'stable',
      memory: {
        limit: '/slurm/job_7',
        used_bytes: 25 * GIB,
        available_bytes: 25 * GIB,
        total_bytes: 50 * GIB,
        cache_bytes: 5 * GIB,
      },
      host: {
        total_bytes: 100 * GIB,
        available_bytes: 50 * GIB,
        free_bytes: GIB,
        swap_total_bytes: 8 * GIB,
        swap_free_bytes: 6 * GIB,
      },
      limits: [
        {
          name: 'job_7',
          path: '/slurm/job_7',
          version: 2,
          limit_bytes: 50 * GIB,
          current_bytes: 30 * GIB,
          inactive_file_bytes: 5 * GIB,
        },
      ],
      swap: {used_bytes: 2 * GIB, total_bytes: 8 * GIB, percent: 25},
      leak: {ram: {verdict: 'learning'}, gpu0: {verdict: 'learning'}},
      pressure: {some_avg10: 1.5, some_avg60: 0.5, full_avg10: 0.25, full_avg60: 0},
      gpus: [
        {
          index: 0,
          name: 'RTX 3090',
          used_mb: 6144,
          used_bytes: 6 * GIB,
          total_mb: 24_576,
          total_bytes: 24 * GIB,
          percent: 25,
          utilization: 71,
          temperature_c: 66,
        },
      ],
      processes: [
        {pid: 4, parent_pid: 1, start_key: 'k4', name: 'solo', rss_bytes: 2 * GIB},
        {
          pid: 3,
          parent_pid: 1,
          start_key: 'k3',
          name: 'python train',
          arguments: '--lr 1',
          user: 'mira',
          rss_bytes: GIB,
          cpu_ms: 50,
        },
      ],
    });
    expect(JSON.parse(JSON.stringify(line))).toEqual(line);
  });

  test('tells of the checks since the last one', () => {
    const since = {checks: 3, percentMin: 10.00049, percentMean: 20.12345, percentMax: 30};
    expect(checkLine(new Session().feed(sampleAt(0, 50)), {processes: 0, since})).toMatchObject({
      since_last: {checks: 3, percent_min: 10, percent_mean: 20.123, percent_max: 30},
    });
  });

  test('leaves out what is not known', () => {
    const line = checkLine(new Session().feed(sampleAt(0, 50)), {processes: 5});
    expect(Object.keys(line)).toEqual([...SIX, 'memory', 'host', 'leak']);
  });

  test('tells of the job that is followed, and of /dev/shm', () => {
    const member = {pid: 7, startKey: 'k7', rssBytes: 3 * GIB};
    const job = {name: 'python train', pid: 7, state: 'running', members: [member], cpuMs: 50} as const;
    const shm = {totalBytes: 8 * GIB, usedBytes: GIB};
    const lineOf = (more: object) =>
      checkLine(new Session().feed(sampleAt(0, 50, {shm, job: {...job, ...more}})), {processes: 0});
    expect(lineOf({pss: ok({bytes: 2 * GIB, at: START})})).toMatchObject({
      shm: {total_bytes: 8 * GIB, used_bytes: GIB},
      job: {
        name: 'python train',
        pid: 7,
        state: 'running',
        measure: 'pss',
        bytes: 2 * GIB,
        rss_bytes: 3 * GIB,
        pss_at: '2026-03-01T12:00:00.000Z',
        processes: 1,
        cpu_ms: 50,
      },
    });
    // With none to be seen, what they hold is not 0 but not known.
    expect(lineOf({members: []}).job).toEqual({name: 'python train', pid: 7, state: 'running', processes: 0});
  });

  test('tells since when the job runs, and which of the named processes are its', () => {
    const processes = processesAt(0, [processReading(7, 3 * GIB), processReading(8, GIB)]);
    const member = processReading(7, 3 * GIB);
    const reading = {name: 'python train', pid: 7, state: 'running', members: [member], cpuMs: 50} as const;
    const job = {...reading, startedAt: START - 5000};
    const line = checkLine(new Session().feed(sampleAt(0, 50, {processes, job})), {processes: 5});
    expect(line.job).toMatchObject({started_at: '2026-03-01T11:59:55.000Z'});
    expect(line.processes).toMatchObject([{pid: 7, job: true}, {pid: 8}]);
    expect((line.processes as readonly object[])[1]).not.toHaveProperty('job');
  });

  test('tells its place on the timeline once the wall clock was set back', () => {
    const session = new Session();
    const lineAt = (at: number, monotonicMs: number) =>
      checkLine(session.feed({...sampleAt(0, 50), at, monotonicMs}), {processes: 0});
    expect(lineAt(START, 1000)).not.toHaveProperty('timeline_ms');
    expect(lineAt(START + 1000, 2000)).not.toHaveProperty('timeline_ms');
    expect(lineAt(START - 3_600_000, 3000)).toMatchObject({
      timestamp: '2026-03-01T11:00:00.000Z',
      timeline_ms: START + 2000,
    });
  });

  test('that failed is an ERROR without a percent', () => {
    const frame = new Session().feed(sampleAt(0, 0, {memory: failed('EIO')}));
    expect(checkLine(frame, {processes: 5})).toEqual({
      timestamp: '2026-03-01T12:00:00.000Z',
      event_type: 'ERROR',
      message: 'RAM not read: EIO',
      what: 'RAM',
      reason: 'EIO',
    });
  });

  test('has figures that agree with its bytes, whatever they are', () => {
    fc.assert(
      fc.property(fc.double({min: 0, max: 100, noNaN: true}), (percent) => {
        const line = checkLine(new Session().feed(sampleAt(0, percent)), {processes: 0});
        expect(line.percent).toMatch(/^\d{1,3}\.\d$/);
        expect(Math.abs(Number(line.percent) - percent)).toBeLessThan(0.0501);
        for (const name of ['used_mb', 'available_mb', 'total_mb']) expect(line[name]).toMatch(/^\d+$/);
        expect(
          Math.abs(Number(line.used_mb) + Number(line.available_mb) - Number(line.total_mb)),
        ).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('the line of an event', () => {
  const at = START;
  const timestamp = '2026-03-01T12:00:00.000Z';

  test.each<[SessionEvent, object]>([
    [
      {kind: 'resolved', at, what: 'RAM', ruleId: 'ram', unit: 'percent', lastedMs: 42_000, peak: 91.25},
      {
        event_type: 'RESOLVED',
        message: 'RAM alert resolved: lasted 42 s · peak 91.3%',
        what: 'RAM',
        lasted_seconds: 42,
        peak_percent: 91.25,
      },
    ],
    [
      {
        kind: 'resolved',
        at,
        what: 'swap in',
        ruleId: 'swap-in',
        unit: 'pages per second',
        lastedMs: 0,
        peak: 1204,
      },
      {
        event_type: 'RESOLVED',
        message: 'swap in alert resolved: lasted 0 s · peak 1204 pages/s',
        what: 'swap in',
        lasted_seconds: 0,
        peak: 1204,
        unit: 'pages per second',
      },
    ],
    [
      {kind: 'hook', at, what: 'RAM', text: 'command exited with 1', ok: false},
      {event_type: 'HOOK', message: 'RAM hook command exited with 1', what: 'RAM', ok: false},
    ],
    [
      {
        kind: 'ended',
        at,
        what: 'job',
        ending: {
          name: 'train',
          pid: 812,
          exit: {at, code: 3},
          elapsedMs: 5000,
          cpuMs: 7,
          moments: [],
          top: [],
        },
      },
      {
        event_type: 'JOB_END',
        message: expect.stringMatching(/^job ended with 3 at \d\d:00:00 after 5 s$/),
        name: 'train',
        pid: 812,
        ended_at: timestamp,
        exit_code: 3,
        elapsed_seconds: 5,
        cpu_ms: 7,
        last_samples: [],
        largest: [],
      },
    ],
    [
      {kind: 'changed', at, what: 'RAM', field: 'threshold', from: '80%', to: '85%'},
      {
        event_type: 'CHANGE',
        message: 'RAM threshold 80% → 85%',
        what: 'RAM',
        field: 'threshold',
        from: '80%',
        to: '85%',
      },
    ],
    [
      {kind: 'mark', at, note: 'epoch 2'},
      {event_type: 'MARK', message: 'epoch 2'},
    ],
    [
      {kind: 'lost', at, what: 'RAM', reason: 'EIO'},
      {event_type: 'ERROR', message: 'RAM not read: EIO', what: 'RAM', reason: 'EIO'},
    ],
    [
      {kind: 'back', at, what: 'RAM', afterMs: 5000},
      {event_type: 'NOTE', message: 'RAM: read again after 5 s', what: 'RAM'},
    ],
    [
      {kind: 'note', at, what: 'limit', text: 'job_7'},
      {event_type: 'NOTE', message: 'limit: job_7', what: 'limit'},
    ],
    [
      {kind: 'silenced', at, what: 'swap'},
      {event_type: 'NOTE', message: 'swap silenced until it clears', what: 'swap'},
    ],
  ])('%j', (event, line) => {
    expect(eventLine(event)).toEqual({timestamp, ...line});
  });

  test('that is an alert keeps its share out of the top level', () => {
    const events: SessionEvent[] = [];
    const session = new Session();
    session.onEvent((event) => events.push(event));
    session.feed(sampleAt(0, 85, {processes: processesAt(0, [processReading(3, GIB)])}));
    const line = events[0] && eventLine(events[0]);
    expect(line).toEqual({
      timestamp,
      event_type: 'ALERT',
      message: 'MEMORY ALERT: 85.0% of RAM in use (threshold: 80%)',
      what: 'RAM',
      alert: {
        rule: 'ram',
        percent: 85,
        threshold_percent: 80,
        used_bytes: 85 * GIB,
        total_bytes: 100 * GIB,
        status: 'HIGH',
        repeat: 1,
        top_process: {pid: 3, name: 'p3', rss_bytes: GIB},
      },
    });
  });

  test('of an alert that is told again has a type of its own', () => {
    const types: unknown[] = [];
    const session = new Session();
    session.onEvent((event) => types.push(eventLine(event)?.event_type));
    for (const second of [0, 60, 61, 300]) session.feed(sampleAt(second, 85));
    expect(types).toEqual(['ALERT', 'ALERT_REPEAT', 'ALERT_REPEAT']);
  });

  test('of an alert on something else than a share has its value with its unit', () => {
    const lines: unknown[] = [];
    const session = new Session({rules: {swapIn: 100}});
    session.onEvent((event) => lines.push(eventLine(event)));
    session.feed(sampleAt(0, 50, {swapCounters: {inPages: 0, outPages: 0}}));
    session.feed(sampleAt(1, 50, {swapCounters: {inPages: 1200, outPages: 0}}));
    expect(lines).toEqual([
      {
        timestamp: '2026-03-01T12:00:01.000Z',
        event_type: 'ALERT',
        message: 'SWAP ALERT: 1200 pages/s swapped in (threshold: 100 pages/s)',
        what: 'swap in',
        alert: {
          rule: 'swap-in',
          value: 1200,
          threshold: 100,
          unit: 'pages per second',
          status: 'HIGH',
          repeat: 1,
        },
      },
    ]);
  });

  test('of a start and a stop is written by who starts and stops', () => {
    expect(eventLine({kind: 'started', at, what: 'memtop', text: ''})).toBeUndefined();
    expect(eventLine({kind: 'stopped', at, what: 'memtop', text: ''})).toBeUndefined();
  });
});

test('START tells the version of the format, and STOP why', () => {
  const facts = {
    version: '1.2.3',
    host: 'box',
    platform: 'linux',
    pid: 7,
    options: {threshold_percent: 80},
  };
  expect(startLine(START, facts, limitsAtStart(sampleAt(0, 50, {limits: [limitReading()]})))).toMatchObject({
    event_type: 'START',
    message: 'Memory monitor started',
    format: LOG_FORMAT,
    memtop: '1.2.3',
    host_name: 'box',
    platform: 'linux',
    pid: 7,
    options: {threshold_percent: 80},
    host_total_bytes: 100 * GIB,
    limits: [{name: 'job_7', limit_bytes: 50 * GIB}],
  });
  expect(stopLine(START, 'q was pressed')).toEqual({
    timestamp: '2026-03-01T12:00:00.000Z',
    event_type: 'STOP',
    message: 'Memory monitor stopped',
    reason: 'q was pressed',
  });
  for (const line of [
    startLine(START, facts, limitsAtStart(sampleAt(0, 50, {limits: [limitReading()]}))),
    stopLine(START, ''),
    errorLine(START, 'RAM', 'x'),
    noteLine(START, 'log', 'x'),
  ]) {
    expect(line).not.toHaveProperty('percent');
  }
});

test('START leaves out a host that cannot be read', () => {
  expect(limitsAtStart(sampleAt(0, 0, {memory: failed('EIO')}))).toEqual({limits: []});
});

test('the list of top processes is the same while the same are in it, in order', () => {
  const key = (...pids: number[]) =>
    topKey(
      new Session().feed(
        sampleAt(0, 50, {
          processes: processesAt(
            0,
            pids.map((pid, index) => processReading(pid, GIB - index)),
          ),
        }),
      ),
      2,
    );
  expect(key(1, 2, 3)).toBe(key(1, 2, 4));
  expect(key(1, 2)).not.toBe(key(2, 1));
  expect(topKey(new Session().feed(sampleAt(0, 50)), 2)).toBe('');
});

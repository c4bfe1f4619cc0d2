import {describe, expect, test} from 'vitest';
import {LoggedRun} from '../../src/cli/logged-run.ts';
import type {OptionName} from '../../src/config/options.ts';
import {errorLine, eventLine, noteLine} from '../../src/core/event-lines.ts';
import {endingFields} from '../../src/core/job/job-fields.ts';
import {checkLine, startLine, stopLine} from '../../src/core/log-lines.ts';
import type {Report} from '../../src/core/report.ts';
import {Session} from '../../src/core/session.ts';
import {renderReport} from '../../src/sinks/report/index.ts';
import {GIB as G, limitReading, processesAt, processReading, START as S, sampleAt} from '../core/samples.ts';
import {settingsOf} from './settings.ts';

const FACTS = {version: '9.8.7', host: 'node17', platform: 'linux', pid: 7};
const pad = (part: number, digits = 2) => String(part).padStart(digits, '0');

type Lines = readonly (object | string | undefined)[];
type Texts = Readonly<Partial<Record<OptionName, string>>>;

function taken(lines: Lines, texts: Texts = {}): LoggedRun {
  const run = new LoggedRun({
    values: settingsOf(texts, 'report').values,
    ownThreshold: texts.threshold !== undefined,
  });
  for (const line of lines) run.lines.take(bytesOf(line));
  return run;
}

function bytesOf(line: object | string | undefined): Buffer | undefined {
  return line === undefined ? undefined : Buffer.from(typeof line === 'object' ? JSON.stringify(line) : line);
}

const reportOf = (lines: Lines, texts: Texts = {}): Report => taken(lines, texts).report('/logs/run.jsonl');
const jsonOf = (lines: Lines, texts: Texts = {}) => JSON.parse(renderReport('json', reportOf(lines, texts)));

/** A line of the six fields alone, `seconds` after the start, of 16,000 MB. */
function six(seconds: number, usedMb: number) {
  const availableMb = 16_000 - usedMb;
  return {
    timestamp: localTime(S + seconds * 1000),
    percent: (usedMb / 160).toFixed(1),
    used_mb: String(usedMb),
    available_mb: String(availableMb),
    total_mb: '16000',
    trend: 'stable',
  };
}

/** As Python's `datetime.now().isoformat()` writes it. */
function localTime(at: number): string {
  const date = new Date(at);
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => pad(part)).join(':');
  return `${day}T${clock}.${pad(date.getMilliseconds(), 3)}251`;
}

/** What a monitor writes over some checks, events among them, as `LogSink` orders them. */
function ownLog(
  percents: readonly number[],
  options: Readonly<Record<string, unknown>> = {threshold_percent: 80},
  more: Parameters<typeof sampleAt>[2] = {},
): object[] {
  const session = new Session({keepHistory: false, watchLeaks: false});
  const lines: object[] = [startLine(S, {...FACTS, options}, {limits: []})];
  session.onEvent((event) => lines.push(...[eventLine(event) ?? []].flat()));
  for (const [index, percent] of percents.entries())
    lines.push(checkLine(session.feed(sampleAt(1 + index, percent, more)), {processes: 5}));
  return lines;
}

describe('a log of the six fields alone', () => {
  const HOUR = 3600;
  const noise = (index: number) => ((index * 7919) % 61) - 30;

  test('of a linear leak is a leak, told after it began, with its limit near the truth', () => {
    const onset = 2 * HOUR;
    const lines = Array.from({length: 8 * 60}, (_, minute) => {
      const grown = (Math.max(0, minute * 60 - onset) / HOUR) * 1200;
      return six(minute * 60, Math.round(3000 + grown + noise(minute)));
    });
    const {leak, series, checks, started_at: startedAt} = jsonOf(lines);
    expect(checks).toBe(480);
    expect(startedAt).toBe(new Date(S).toISOString());
    expect(leak).toMatchObject({verdict: 'leak', since: expect.any(String)});
    expect(leak.ratePerHourMb).toBeGreaterThan(1150);
    expect(leak.ratePerHourMb).toBeLessThan(1250);
    expect(Date.parse(leak.firstLeakAt)).toBeGreaterThan(S + onset * 1000);
    expect(Date.parse(leak.firstLeakAt)).toBeLessThan(S + 6 * HOUR * 1000);
    const last = 3000 + ((479 * 60 - onset) / HOUR) * 1200;
    const truth = ((16_000 - last) / 1200) * HOUR;
    expect(Math.abs(leak.forecast.toLimit.seconds / truth - 1)).toBeLessThan(0.05);
    expect(leak.forecast.toLimit.lowSeconds).toBeLessThan(truth);
    expect(leak.forecast.toLimit.highSeconds).toBeGreaterThan(truth);
    expect(series.ram).toMatchObject({what: 'RAM', verdict: 'leak', firstLeakAt: leak.firstLeakAt});
  });

  test('says at which reading a live run would have said it', () => {
    const onset = HOUR;
    const lines = Array.from({length: 4 * 360}, (_, index) =>
      six(index * 10, Math.round(3000 + Math.max(0, index * 10 - onset) / 2 + noise(index))),
    );
    const {firstLeakAt} = jsonOf(lines).leak;
    const until = lines.findIndex(({timestamp}) => Date.parse(timestamp) === Date.parse(firstLeakAt));
    expect(until * 10).toBeGreaterThan(onset);
    expect(jsonOf(lines.slice(0, until)).leak.firstLeakAt).toBeNull();
    expect(jsonOf(lines.slice(0, until + 1)).leak).toMatchObject({verdict: 'leak', firstLeakAt});
  });

  test('that is flat is steady, and never was a leak', () => {
    const lines = Array.from({length: 4 * 60}, (_, minute) => six(minute * 60, 3000 + noise(minute)));
    expect(jsonOf(lines).leak).toMatchObject({
      verdict: 'steady',
      ratePerHourMb: null,
      firstLeakAt: null,
      forecast: {toLimit: null, toThreshold: null},
    });
    const without = jsonOf(lines, {leak: 'off'});
    expect([without.leak, without.series]).toEqual([undefined, undefined]);
  });

  test('alerts at the threshold that was asked for, 80 % else', () => {
    const lines = [
      {timestamp: localTime(S), event_type: 'START', message: 'Memory monitor started'},
      ...[4000, 13_600, 13_600].map((used, index) => six(10 * (index + 1), used)),
      {
        timestamp: localTime(S + 30_000),
        event_type: 'ALERT',
        message: '85.0% of RAM in use',
        percent: '85.0',
      },
      {timestamp: localTime(S + 40_000), event_type: 'STOP', message: 'Memory monitor stopped'},
    ];
    expect(reportOf(lines)).toMatchObject({
      hostName: 'not known',
      platform: 'not known',
      reason: 'Memory monitor stopped',
      durationMs: 40_000,
      intervalMs: 10_000,
      checks: 3,
      alerts: [{what: 'RAM', raisedAt: S + 20_000, value: 85, threshold: 80}],
    });
    expect(reportOf(lines, {threshold: '90'}).alerts).toEqual([]);
    expect(reportOf(lines, {threshold: '20'}).alerts).toMatchObject([{raisedAt: S + 10_000, threshold: 20}]);
  });
});

describe('a log of our own', () => {
  test('is reported with its own facts, and with the alerts that its lines tell', () => {
    const lines = [
      ...ownLog([50, 85, 86, 60]),
      eventLine({kind: 'mark', at: S + 5000, note: 'epoch 2'}) ?? {},
      noteLine(S + 5500, 'limit', 'job_7 with 50.0 GiB is in force now'),
      stopLine(S + 6000, 'quit with q'),
    ];
    const report = reportOf(lines);
    expect(report).toMatchObject({
      version: '9.8.7',
      hostName: 'node17',
      platform: 'linux',
      startedAt: S,
      endedAt: S + 6000,
      durationMs: 6000,
      intervalMs: 1000,
      reason: 'quit with q',
      checks: 4,
      errors: [],
      alerts: [{what: 'RAM', raisedAt: S + 2000, value: 85, threshold: 80, peak: 86}],
      marks: [{at: S + 5000, note: 'epoch 2'}],
      limitSwitches: [{text: 'job_7 with 50.0 GiB is in force now'}],
      log: {file: '/logs/run.jsonl'},
    });
    expect(report.pools[0]).toMatchObject({alertCount: 1, thresholdPercent: 80, peak: {percent: 86}});
  });

  test('goes by its threshold and its changes, unless another is asked for', () => {
    const options = {threshold_percent: 90, swap_threshold_percent: 40, window: 3};
    const change = {
      kind: 'changed',
      at: S + 2500,
      what: 'RAM',
      field: 'threshold',
      from: '90%',
      to: '55%',
    } as const;
    const lines = ownLog([50, 60, 60, 60], options);
    const pool = (more: Lines, texts = {}) =>
      reportOf([...lines.slice(0, 3), ...more, ...lines.slice(3)], texts).pools[0];
    expect(pool([])).toMatchObject({thresholdPercent: 90, aboveThreshold: {ms: 0}, trend: {checks: 3}});
    expect(pool([eventLine(change)])).toMatchObject({thresholdPercent: 55, aboveThreshold: {ms: 1000}});
    expect(pool([eventLine(change)], {threshold: '45'})).toMatchObject({
      thresholdPercent: 45,
      aboveThreshold: {ms: 3000},
    });
    const bytes = ownLog([50, 60], {threshold_bytes: 30 * G});
    expect(reportOf(bytes).pools[0]?.thresholdPercent).toBeCloseTo(30);
  });

  test('is known by its lines where its START is in another file', () => {
    const [, ...lines] = ownLog([50, 85, 60]);
    const report = reportOf(lines, {threshold: '40'});
    expect(report).toMatchObject({hostName: 'not known', checks: 3, alerts: [{what: 'RAM', threshold: 80}]});
    expect(report.pools[0]).toMatchObject({alertCount: 1, thresholdPercent: 40});
  });

  test('that was thinned still says when its run first told of the leak', () => {
    const session = new Session({keepHistory: false});
    const lines: object[] = [startLine(S, {...FACTS, options: {}}, {limits: []})];
    session.onEvent((event) => lines.push(...[eventLine(event) ?? []].flat()));
    for (let minute = 0; minute <= 8 * 60; minute += 1) {
      const frame = session.feed(sampleAt(minute * 60, 20 + minute / 10));
      if (minute % 20 === 0) lines.push(checkLine(frame, {processes: 0}));
    }
    const told = session.ram.leak?.firstLeakAt ?? Number.NaN;
    expect(jsonOf(lines).leak.firstLeakAt).toBe(new Date(told).toISOString());
  });

  test('has the interval that was set, where its readings came so', () => {
    const lines = (set: number, step: number) => [
      startLine(S, {...FACTS, options: {interval_seconds: set}}, {limits: []}),
      ...[1, 2, 3].map((count) => six((count * step) / 1000, 8000)),
    ];
    expect(reportOf(lines(10, 10_004)).intervalMs).toBe(10_000);
    expect(reportOf(lines(1, 10_004)).intervalMs).toBe(10_004);
    expect(reportOf(lines(10, 10_004).slice(0, 2)).intervalMs).toBe(10_000);
  });

  test('of several runs is one report, with the time between them as a pause', () => {
    const first = [...ownLog([50, 50, 50]), stopLine(S + 4000, 'SIGTERM')];
    const later = (line: object) => ({
      ...line,
      timestamp: new Date(
        S + 7_200_000 + Date.parse((line as {timestamp: string}).timestamp) - S,
      ).toISOString(),
    });
    const lines = [...first, ...ownLog([70, 70, 70], {threshold_percent: 60}).map(later)];
    const report = reportOf(lines);
    expect(report).toMatchObject({
      checks: 6,
      startedAt: S,
      endedAt: S + 7_203_000,
      durationMs: 7_203_000,
      reason: 'the log ends without a STOP line',
    });
    expect(report.pools[0]).toMatchObject({observedMs: 4000, averagePercent: 60, thresholdPercent: 60});
  });

  test('counts what could not be read, and says so where that was the last', () => {
    const error = errorLine(S + 9000, 'RAM', 'EIO');
    const report = reportOf([
      ...ownLog([50, 51]),
      errorLine(S + 8000, 'RAM', 'EIO'),
      error,
      errorLine(S + 9000, 'GPU 0 VRAM', 'lost'),
    ]);
    expect(report).toMatchObject({
      checks: 2,
      failedChecks: 2,
      errors: [
        {what: 'RAM', reason: 'EIO', count: 2},
        {what: 'GPU 0 VRAM', reason: 'lost', count: 1},
      ],
    });
    expect(report.pools[0]).toMatchObject({missing: 'EIO', lastGood: {percent: 51}});
  });

  test('tells of a job by its sum, under the limit that bound it, and how it ended', () => {
    const member = (pid: number) => ({pid, startKey: `k${pid}`, rssBytes: 5 * G});
    const job = {
      name: 'python train',
      pid: 812,
      state: 'running',
      members: [member(812), member(813)],
      cpuMs: 50,
    } as const;
    const ending = {name: job.name, pid: job.pid, exit: {at: S + 3000, code: 3}, moments: [], top: []};
    const log = ownLog([50, 50], {threshold_percent: 80}, {job, limits: [limitReading()]});
    const report = reportOf([
      ...log,
      {
        timestamp: new Date(S + 3000).toISOString(),
        event_type: 'JOB_END',
        message: '',
        ...endingFields(ending),
      },
    ]);
    expect(report.job).toMatchObject({
      name: 'python train',
      held: {bytes: 10 * G, measure: 'RSS'},
      peak: {bytes: 10 * G},
      processes: 2,
      ending,
    });
    const pool = report.pools.find(({id}) => id === 'job');
    expect(pool?.current).toMatchObject({usedBytes: 10 * G, totalBytes: 50 * G, percent: 20});
  });

  test('names who was there at a peak by a list from about then, tells an older one as such, and none of long before', () => {
    const session = new Session({keepHistory: false});
    const log = (seconds: readonly number[]) =>
      seconds.map((second, index) => {
        const processes = processesAt(second, [processReading(3, G)]);
        const frame = session.feed(sampleAt(second, 10 + second, {processes}));
        return checkLine(frame, {processes: index === 0 ? 5 : 0});
      });
    const peak = (lines: Lines) => reportOf(lines).pools[0]?.peak;
    expect(peak(log([0, 2]))?.topAt).toBeUndefined();
    expect(peak(log([0, 2]))).toMatchObject({top: [{pid: 3}]});
    expect(peak(log([10, 15, 21]))).toMatchObject({top: [{pid: 3}], topAt: S + 10_000});
    expect(peak(log([0, 30, 80]))?.top).toEqual([]);
    expect(renderReport('text', reportOf(log([10, 15, 21])))).toMatch(/at peak {2}as of .*:10: p3 \(3\)/);
  });

  test('tells of OOM kills as the alert on them did', () => {
    const alert = {rule: 'oom', value: 1, unit: 'count', status: 'CRITICAL', repeat: 1};
    const message = 'OOM KILL: python (812) held 71.0 GiB';
    const timestamp = new Date(S + 9000).toISOString();
    const report = reportOf([
      ...ownLog([50]),
      {timestamp, event_type: 'ALERT', message, what: 'OOM kill', alert},
    ]);
    expect(report.oomKills).toEqual([{at: S + 9000, text: 'python (812) held 71.0 GiB'}]);
  });
});

describe('what is damaged', () => {
  test('is left out, counted and told by its line, and the rest is read', () => {
    const lines = [
      '\ufeff{"timestamp":"2026-03-01T12:00:00Z","percent":"50.0","used_mb":"50","total_mb":"100"}',
      '{"timestamp":"2026-03-01T12:00:01Z","perc',
      '',
      'GIF89a\u0000\ufffd\u001b[31m',
      '{"timestamp":"2026-03-01T12:00:02Z","percent":"50.0","used_mb":"50","total_mb":"100"}\r',
      undefined,
      '[1,2]',
      '{"timestamp":"soon","percent":"50.0","used_mb":"50","total_mb":"100"}',
      '{"timestamp":"2026-03-01T12:00:02Z"}',
      '{"timestamp":"2026-03-01T12:00:03Z","event_type":"OF_TOMORROW"}',
      '{"timestamp":"2026-03-01T12:00:03Z","event_type":"CHECK","used_mb":50,"total_mb":100}',
    ];
    const report = reportOf(lines);
    expect(report.checks).toBe(3);
    expect(report.errors).toEqual([{what: 'log', reason: '7 lines not read (2, 3, 4, 6, 7, …)', count: 1}]);
    expect(taken(lines.slice(1, 4)).readings).toBe(0);
    expect(taken(['', 'GIF89a\u0000\u001b[31m']).skipped.whole).toBe(
      '2 lines and no reading in them, the first not read ""',
    );
    expect(taken(['GIF89a\u0000\u001b[31m']).skipped.whole).toBe(
      '1 line and no reading in them, the first not read "GIF89a\\u0000\\u001b[31m"',
    );
  });

  test('in the clock costs no reading and no time', () => {
    const lines = [0, 10, 20, -3600, -3590, -3580].map((seconds) => six(seconds, 8000));
    expect(reportOf(lines)).toMatchObject({checks: 6, durationMs: 50_000, intervalMs: 10_000});
    expect(reportOf(lines).pools[0]).toMatchObject({observedMs: 50_000});
  });

  test('in the calendar is passed over', () => {
    const wild = {...six(0, 8000), timestamp: '2199-01-01T00:00:00Z'};
    const report = reportOf([six(0, 8000), wild, six(10, 8000), six(20, 8000)]);
    expect(report.checks).toBe(4);
    expect(renderReport('json', report)).toContain('"checks": 4');
  });

  test('beyond any calendar breaks no form of the report', () => {
    const growing = Array.from({length: 200}, (_, minute) => six(minute * 60, 2000 + 20 * minute));
    const lines = [
      startLine(S, {...FACTS, options: {interval_seconds: 9e15}}, {limits: []}),
      ...growing,
      {...six(200 * 60, 6000), timeline_ms: 9e15},
      {
        timestamp: localTime(S),
        event_type: 'RESOLVED',
        message: 'x',
        what: 'RAM',
        lasted_seconds: 9e15,
        peak_percent: 1,
      },
      {
        timestamp: localTime(S),
        event_type: 'JOB_END',
        message: 'x',
        name: 'x',
        pid: 1,
        ended_at: localTime(S),
        elapsed_seconds: 9e15,
      },
    ];
    for (const format of ['text', 'json', 'html', 'markdown'] as const)
      expect(renderReport(format, reportOf(lines))).not.toMatch(/NaN|undefined|Invalid/);
  });

  test('cannot speak to the terminal', () => {
    const evil = '\u001b]0;owned\u0007\u001b[2J\u202e\u009b31m';
    const lines = [
      startLine(S, {version: evil, host: evil, platform: evil, pid: 1, options: {}}, {limits: []}),
      {
        ...six(1, 15_000),
        memory: {used_bytes: 1, total_bytes: 2},
        limits: [{name: evil, path: evil, limit_bytes: 100, current_bytes: 90, inactive_file_bytes: 0}],
        gpus: [
          {
            index: 0,
            name: evil,
            used_bytes: 1,
            total_bytes: 2,
            processes: [{pid: 3, used_bytes: 1, name: evil}],
          },
        ],
        processes: [{pid: 3, start_key: evil, name: evil, arguments: evil, user: evil, rss_bytes: 5}],
        job: {name: evil, pid: 3, state: 'running', measure: 'rss', bytes: 5, rss_bytes: 5, processes: 1},
      },
      {...six(2, 15_000), processes: [{pid: 3, start_key: evil, name: evil, rss_bytes: 50_000_000}]},
      {
        timestamp: localTime(S + 3000),
        event_type: 'ALERT',
        message: evil,
        what: evil,
        alert: {rule: evil, percent: 5},
      },
      {
        timestamp: localTime(S + 3000),
        event_type: 'CHANGE',
        message: evil,
        what: evil,
        field: evil,
        from: evil,
        to: evil,
      },
      {timestamp: localTime(S + 3000), event_type: 'MARK', message: evil},
      {timestamp: localTime(S + 3000), event_type: 'NOTE', what: 'limit', message: evil},
      {timestamp: localTime(S + 3000), event_type: 'ERROR', what: evil, reason: evil},
      {
        timestamp: localTime(S + 3000),
        event_type: 'JOB_END',
        name: evil,
        signal: evil,
        largest: [{pid: 1, name: evil, rss_bytes: 5}],
      },
      stopLine(S + 3000, evil),
      evil,
    ];
    const report = reportOf(lines);
    for (const format of ['text', 'json'] as const)
      expect(renderReport(format, report)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

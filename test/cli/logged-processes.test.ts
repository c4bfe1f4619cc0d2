import {expect, test} from 'vitest';
import {LoggedRun} from '../../src/cli/logged-run.ts';
import type {LogLine} from '../../src/core/event-lines.ts';
import {buildReport, type Report, type ReportFacts} from '../../src/core/report.ts';
import {ok} from '../../src/core/sample.ts';
import {Session} from '../../src/core/session.ts';
import {LogSink} from '../../src/sinks/log.ts';
import {renderReport} from '../../src/sinks/report/index.ts';
import {GIB, MIB, processesAt, processReading, START as S, sampleAt} from '../core/samples.ts';
import {settingsOf} from './settings.ts';

/** What the processes of a report are told with, in a live run and from its log. */
function bothReports(
  seconds: number,
  megabytes: (second: number) => number,
): {readonly live: Report; readonly logged: Report; readonly lines: readonly LogLine[]} {
  const session = new Session({keepHistory: false});
  const lines: LogLine[] = [];
  const facts = {version: '9.8.7', host: 'box', platform: 'linux', pid: 7, options: {interval_seconds: 1}};
  const {leakOf} = session;
  const sink = new LogSink(
    {append: (line) => lines.push(line as LogLine)},
    {facts, processes: 5, ...(leakOf && {leakOf})},
  );
  session.onEvent((event) => sink.event(event));
  sink.start(S, sampleAt(0, 50));
  for (let second = 0; second < seconds; second += 1) {
    const bytes = megabytes(second) * MIB;
    const processes = processesAt(second, [processReading(1, bytes), processReading(2, 10 * MIB)]);
    sink.write(session.feed(sampleAt(second, 20 + bytes / GIB, {processes})));
  }
  sink.stop(S + seconds * 1000, 'quit');
  return {live: buildReport(session, liveFacts(seconds)), logged: reportOf(lines), lines};
}

function liveFacts(seconds: number): ReportFacts {
  return {
    version: '9.8.7',
    hostName: 'box',
    platform: 'linux',
    startedAt: S,
    endedAt: S + seconds * 1000,
    uptimeMs: seconds * 1000,
    intervalMs: 1000,
    reason: 'quit',
    errors: [],
    events: [],
  };
}

function reportOf(lines: readonly object[]): Report {
  const run = new LoggedRun({values: settingsOf({}, 'report').values, ownThreshold: false});
  for (const line of lines) run.lines.take(Buffer.from(JSON.stringify(line)));
  return run.report('/logs/run.jsonl');
}

test('a log of half a minute tells the growth, the peak and the verdicts that the run told', () => {
  const {live, logged} = bothReports(30, (second) => 100 + second * 400);
  expect(logged.growths).toEqual(live.growths);
  expect(logged.growths).toMatchObject([{pid: 1, toBytes: 11_700 * MIB}]);
  expect(logged.pools[0]?.peak).toEqual(live.pools[0]?.peak);
});

test('verdicts on processes have the same figures in every form, as the run had them', () => {
  const {live, logged} = bothReports(1800, (second) => 5000 + second);
  const of = ({leaks}: Report): Partial<Report['leaks'][number]> | undefined =>
    leaks.find(({id}) => id === 'process:1@k1');
  expect(of(live)?.verdict).toMatch(/growing|leak/);
  const rounded = (report: Report) => {
    const {verdict, sinceAt, ratePerHour = 0, ratePerHourInterval: rates} = of(report) ?? {};
    return [verdict, sinceAt, ...[ratePerHour, rates?.low ?? 0, rates?.high ?? 0].map(Math.round)];
  };
  expect(rounded(logged)).toEqual(rounded(live));
  const line = (report: Report) => /p1 \(1\) {2}.*since/.exec(renderReport('text', report))?.[0];
  expect(line(logged)).toMatch(/ \+3\.5 GiB\/h/);
  expect(line(logged)).toBe(line(live));
});

test('a rate without its interval, as logs of before have it, is told all the same', () => {
  const {lines} = bothReports(1800, (second) => 5000 + second);
  const older = lines.map((line) => {
    const {processes} = line;
    if (!Array.isArray(processes)) return line;
    return {...line, processes: processes.map(({growth_interval, since, confidence, ...rest}) => rest)};
  });
  const text = renderReport('text', reportOf(older));
  expect(text).toMatch(/p1 \(1\) {2}(growing|leak) \+3\.5 GiB\/h/);
});

test('what a log names once has neither grown nor stood still, and that is said', () => {
  const {lines} = bothReports(30, () => 100);
  const cut = lines.slice(0, -1);
  expect(cut.filter((line) => 'processes' in line)).toHaveLength(1);
  const report = reportOf(cut);
  expect(report.growths).toBeUndefined();
  expect(renderReport('text', report)).toContain('growth     not known: they were read only once');
  expect(renderReport('markdown', report)).toContain('Not known: they were read only once.');
  expect(renderReport('markdown', report)).not.toContain('No process grew');
});

test('a list that is older than the end is told with its time', () => {
  const {lines} = bothReports(119, () => 100);
  const report = reportOf(lines.slice(0, -1));
  const at = renderReport('text', report);
  expect(at).toMatch(/growth {5}none as of \d\d:01:00/);
  expect(renderReport('markdown', report)).toMatch(/No process grew as of \d\d:01:00\./);
  expect(renderReport('text', reportOf(lines))).toMatch(/growth {5}none\n/);
});

test('what was before a session is shown and no growth counts from it', () => {
  const session = new Session();
  const scan = (second: number, bytes: number) =>
    sampleAt(second, 50, {processes: ok({at: S + second * 1000, processes: [processReading(1, bytes)]})});
  for (const second of [0, 1, 2]) session.feedPast(scan(second, second * GIB));
  for (const second of [3, 4]) session.feed(scan(second, second * GIB));
  expect(session.processes.growths(5)).toMatchObject([{fromBytes: 3 * GIB, toBytes: 4 * GIB}]);
});

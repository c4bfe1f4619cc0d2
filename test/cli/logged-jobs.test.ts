import {expect, test} from 'vitest';
import {LoggedRun} from '../../src/cli/logged-run.ts';
import {eventLine} from '../../src/core/event-lines.ts';
import {endingText, type JobEnding} from '../../src/core/job/job-ending.ts';
import {checkLine, startLine, stopLine} from '../../src/core/log-lines.ts';
import type {Report} from '../../src/core/report.ts';
import type {JobReading} from '../../src/core/sample.ts';
import {Session} from '../../src/core/session.ts';
import {renderReport} from '../../src/sinks/report/index.ts';
import {GIB, processesAt, processReading, START as S, sampleAt} from '../core/samples.ts';
import {settingsOf} from './settings.ts';

/** The log of a run that follows a job over a minute, from `from` seconds on. */
function jobLog(from: number, pid: number, gib: number, more: {readonly isCut?: boolean} = {}): object[] {
  const session = new Session({keepHistory: false, watchLeaks: false});
  const facts = {version: '9.8.7', host: 'box', platform: 'linux', pid: 7, options: {interval_seconds: 1}};
  const lines: object[] = [startLine(S + from * 1000, facts, {limits: []})];
  const member = processReading(pid, gib * GIB);
  for (let second = from; second < from + 60; second += 1) {
    const job: JobReading = {
      name: `train ${pid}`,
      pid,
      state: 'running',
      startedAt: S + from * 1000,
      scannedAt: S + second * 1000,
      members: [member],
      cpuMs: second * 10,
    };
    const frame = session.feed(sampleAt(second, 20 + gib, {job, processes: processesAt(second, [member])}));
    lines.push(checkLine(frame, {processes: second === from ? 5 : 0}));
  }
  if (more.isCut === true) return lines;
  const at = S + (from + 60) * 1000;
  const ending: JobEnding = {
    name: `train ${pid}`,
    pid,
    exit: {at, code: 0},
    elapsedMs: 60_000,
    cpuMs: 600,
    moments: session.job.moments,
    top: session.job.top,
    peak: {at, bytes: gib * GIB},
  };
  const event = eventLine({kind: 'ended', at, what: 'job', ending});
  return [...lines, event ?? {}, stopLine(at, endingText(ending))];
}

function reportOf(lines: readonly object[]): Report {
  const run = new LoggedRun({values: settingsOf({}, 'report').values, ownThreshold: false});
  for (const line of lines) run.lines.take(Buffer.from(JSON.stringify(line)));
  return run.report('/logs/run.jsonl');
}

test('every job of several runs is told, with its own peak, and the time between them as unread', () => {
  const report = reportOf([...jobLog(0, 11, 8), ...jobLog(300, 12, 2)]);
  expect(report.job).toMatchObject({name: 'train 12', peak: {bytes: 2 * GIB}, ending: {exit: {code: 0}}});
  expect(report.earlierJobs).toMatchObject([
    {name: 'train 11', pid: 11, state: 'ended', peak: {bytes: 8 * GIB}, ending: {elapsedMs: 60_000}},
  ]);
  expect(report.pauses).toEqual({count: 1, ms: 241_000});
  const text = renderReport('text', report);
  expect(text).toMatch(
    /earlier jobs \(1\)\n {2}train 11 \(pid 11\) {2}ended with 0 at \S+ after 1 m, peak 8\.0 GiB/,
  );
  expect(text).toContain('120 every 1 s, 4 m 1 s without readings');
  expect(renderReport('markdown', report)).toContain('## Earlier jobs');
  const json = JSON.parse(renderReport('json', report));
  expect(json.earlier_jobs).toMatchObject([{name: 'train 11', ending: {exit_code: 0}}]);
  expect(json.without_readings).toEqual({seconds: 241, stretches: 1});
});

test('jobs of one pid, as in containers, are jobs of their own, and read by figures the same', () => {
  const report = reportOf([...jobLog(0, 11, 8), ...jobLog(65, 11, 2)]);
  expect(report.job?.peak?.bytes).toBe(2 * GIB);
  expect(report.earlierJobs).toMatchObject([{peak: {bytes: 8 * GIB}, ending: {exit: {at: S + 60_000}}}]);
});

test('of a job whose run was cut off nobody saw the end, and that is said', () => {
  const report = reportOf([...jobLog(0, 11, 8, {isCut: true}), ...jobLog(300, 12, 2)]);
  expect(report.earlierJobs).toMatchObject([{name: 'train 11', state: 'running'}]);
  expect(renderReport('text', report)).toMatch(/train 11 \(pid 11\) {2}nobody saw how it ended, last seen/);
});

test('a run that follows at once has missed nothing', () => {
  expect(reportOf([...jobLog(0, 11, 8), ...jobLog(61, 12, 2)]).pauses).toBeUndefined();
});

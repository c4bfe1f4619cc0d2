import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import type {LogLine} from '../../src/core/event-lines.ts';
import {failed, type Sample} from '../../src/core/sample.ts';
import {Session} from '../../src/core/session.ts';
import {LogFile} from '../../src/sinks/jsonl.ts';
import {LogSink, type LogSinkOptions} from '../../src/sinks/log.ts';
import {GIB, processesAt, processReading, START, sampleAt} from '../core/samples.ts';

const FACTS = {version: '1.2.3', host: 'box', platform: 'linux', pid: 7, options: {threshold_percent: 80}};

/** A session whose frames and events go to a log. */
function record(options: Partial<LogSinkOptions> = {}, target?: {append(line: object): void}) {
  const lines: LogLine[] = [];
  const sink = new LogSink(target ?? {append: (line) => lines.push(line as LogLine)}, {
    facts: FACTS,
    processes: 0,
    ...options,
  });
  const session = new Session();
  session.onEvent((event) => sink.event(event));
  const feed = (sample: Sample) => sink.write(session.feed(sample));
  return {lines, sink, session, feed};
}

const percents = (lines: readonly LogLine[]) =>
  lines.flatMap(({percent}) => (percent === undefined ? [] : [percent]));
const types = (lines: readonly LogLine[]) => lines.map(({event_type = 'check'}) => event_type);

describe('the log of a run', () => {
  test('has one START, a line per check with the six fields first, ALERT and STOP, in order', () => {
    const {lines, sink, session, feed} = record();
    sink.start(START, sampleAt(0, 50));
    for (const [second, percent] of [50, 85, 86].entries()) feed(sampleAt(second, percent));
    session.setThreshold('ram', 90, START + 2500);
    session.emit({kind: 'mark', at: START + 2600, note: 'epoch 2'});
    sink.stop(START + 3000, 'stop was called');
    expect(types(lines)).toEqual([
      'START',
      'check',
      'ALERT',
      'check',
      'check',
      'CHANGE',
      'RESOLVED',
      'MARK',
      'STOP',
    ]);
    for (const line of lines.filter(({event_type}) => event_type === undefined)) {
      const text = JSON.stringify(line);
      expect(Object.keys(JSON.parse(text)).slice(0, 6)).toEqual([
        'timestamp',
        'percent',
        'used_mb',
        'available_mb',
        'total_mb',
        'trend',
      ]);
      for (const name of ['percent', 'used_mb', 'available_mb', 'total_mb'])
        expect(line[name]).toBeTypeOf('string');
    }
    for (const {timestamp} of lines) expect(new Date(String(timestamp)).toISOString()).toBe(timestamp);
    expect(lines.every((line) => line.event_type === undefined || !('percent' in line))).toBe(true);
  });

  test('tells each failed check by an ERROR line, without a percent at the top', () => {
    const {lines, feed} = record();
    feed(sampleAt(0, 50));
    for (const second of [1, 2, 3]) feed(sampleAt(second, 0, {memory: failed('EIO')}));
    feed(sampleAt(4, 50));
    expect(types(lines)).toEqual(['check', 'ERROR', 'ERROR', 'ERROR', 'NOTE', 'check']);
    expect(lines[3]).toMatchObject({timestamp: '2026-03-01T12:00:03.000Z', what: 'RAM', reason: 'EIO'});
    expect(percents(lines)).toEqual(['50.0', '50.0']);
  });

  test('can be written to with notes and errors of other kinds', () => {
    const {lines, sink} = record();
    sink.note(START, 'log', 'goes on');
    sink.error(START, 'GPU 0', 'no answer');
    expect(lines).toMatchObject([
      {event_type: 'NOTE', message: 'log: goes on'},
      {event_type: 'ERROR', what: 'GPU 0', reason: 'no answer'},
    ]);
  });
});

describe('a thinned log', () => {
  test('has a line per interval that tells of the checks between', () => {
    const {lines, feed} = record({intervalMs: 10_000});
    for (let second = 0; second <= 20; second++) feed(sampleAt(second, second === 4 ? 70 : 40 + second));
    expect(lines.map(({percent, since_last}) => [percent, since_last])).toEqual([
      ['40.0', undefined],
      [
        '50.0',
        {
          checks: 10,
          percent_min: 41,
          percent_mean: 48.1,
          percent_max: 70,
        },
      ],
      ['60.0', {checks: 10, percent_min: 51, percent_mean: 55.5, percent_max: 60}],
    ]);
  });

  test('tells the first failed check of a row at once, and then one per interval', () => {
    const {lines, feed} = record({intervalMs: 10_000});
    const isBroken = (second: number) => second >= 3 && second < 25;
    for (let second = 0; second <= 30; second++)
      feed(sampleAt(second, 50, isBroken(second) ? {memory: failed('EIO')} : {}));
    const told = lines.map(
      ({timestamp, event_type = 'check'}) => `${String(timestamp).slice(17, 19)} ${event_type}`,
    );
    expect(told).toEqual(['00 check', '03 ERROR', '13 ERROR', '23 ERROR', '25 NOTE', '25 check']);
  });

  test('takes a check that comes a little early for the one of its interval', () => {
    const {lines, feed} = record({intervalMs: 5000});
    for (let beat = 0; beat < 4; beat++) feed(sampleAt(beat * 4.99, 50));
    expect(lines).toHaveLength(4);
  });

  test('ends with the last check, so that nothing of a run is lost', () => {
    const {lines, sink, feed} = record({intervalMs: 60_000});
    for (const [second, percent] of [40, 75, 41].entries()) feed(sampleAt(second, percent));
    sink.stop(START + 3000, 'stop was called');
    expect(types(lines)).toEqual(['check', 'check', 'STOP']);
    expect(lines[1]).toMatchObject({
      percent: '41.0',
      since_last: {checks: 2, percent_min: 41, percent_max: 75},
    });
    expect(lines[1]?.timestamp).toBe('2026-03-01T12:00:02.000Z');
  });

  test('never leaves out alerts, changes and marks', () => {
    const {lines, session, feed} = record({intervalMs: 600_000});
    for (let second = 0; second < 130; second++) {
      feed(sampleAt(second, second < 90 ? 85 : 20));
      if (second % 30 === 0) session.emit({kind: 'mark', at: START + second * 1000, note: `at ${second}`});
      if (second === 100) session.setThreshold('ram', 70, START + second * 1000);
    }
    expect(types(lines)).toEqual([
      'ALERT',
      'check',
      'MARK',
      'MARK',
      'ALERT_REPEAT',
      'MARK',
      'MARK',
      'CHANGE',
      'RESOLVED',
      'MARK',
    ]);
  });
});

describe('processes', () => {
  const memoryOf = (percent: number) => ({memory: sampleAt(0, percent).memory});
  const scan = (second: number, ...pids: number[]) =>
    sampleAt(second, 50, {
      processes: processesAt(
        second,
        pids.map((pid, index) => processReading(pid, (9 - index) * GIB)),
      ),
    });

  test('are written when the list changes, else once a minute', () => {
    const {lines, feed} = record({processes: 2});
    for (let second = 0; second < 130; second++)
      feed(second < 70 ? scan(second, 1, 2, 3 + second) : scan(second, 2, 1));
    const written = lines.flatMap(({processes}, second) => (processes === undefined ? [] : [second]));
    expect(written).toEqual([0, 60, 70]);
    expect(lines[70]).toMatchObject({processes: [{pid: 2, rss_bytes: 9 * GIB}, {pid: 1}]});
  });

  test('are written where the peak has risen by 1 % of the limit, not at every reading of a climb', () => {
    const {lines, feed} = record({processes: 2});
    const at = (second: number, percent: number) => ({...scan(second, 1, 2), ...memoryOf(percent)});
    const course = [50, 50.3, 50.6, 50.9, 51.2, 40, 51.9, 51.8, 52.2, 52.3, 60];
    for (const [second, percent] of course.entries()) feed(at(second, percent));
    const written = lines.flatMap(({processes, percent}) => (processes === undefined ? [] : [percent]));
    expect(written).toEqual(['50.0', '51.2', '52.2', '60.0']);
  });

  test('are written at an alert', () => {
    const {lines, feed} = record({processes: 2});
    const course = [79.5, 79.9, 80.1, 80.2];
    for (const [second, percent] of course.entries()) feed({...scan(second, 1, 2), ...memoryOf(percent)});
    expect(types(lines)).toEqual(['check', 'check', 'ALERT', 'check', 'check']);
    expect(lines.map((line) => 'processes' in line)).toEqual([true, false, false, true, false]);
  });

  test('stand in the last line of a run, where that of the last check did not name them', () => {
    const {lines, sink, feed} = record({processes: 1});
    for (const second of [0, 1, 2]) feed(scan(second, 1, 2));
    sink.stop(START + 3000, 'quit');
    expect(lines.at(-1)).toMatchObject({event_type: 'STOP', processes: [{pid: 1, rss_bytes: 9 * GIB}]});
    const once = record({processes: 1});
    once.feed(scan(0, 1, 2));
    once.sink.stop(START + 3000, 'quit');
    expect(once.lines.at(-1)).not.toHaveProperty('processes');
  });

  test('of a steady day are written once a minute', () => {
    const {lines, feed} = record({processes: 2});
    for (let second = 0; second < 3600; second++)
      feed({...scan(second, 1, 2), ...memoryOf(50 + ((second * 7919) % 97) / 100)});
    expect(lines.filter((line) => 'processes' in line)).toHaveLength(60);
  });

  test('are left out when none are asked for', () => {
    const {lines, sink, feed} = record({processes: 0});
    for (let second = 0; second < 70; second++) feed({...scan(second, 1, 2), ...memoryOf(50 + second / 2)});
    sink.stop(START + 70_000, 'quit');
    expect(lines.some((line) => 'processes' in line)).toBe(false);
  });
});

test('the script that someone uses on such logs runs unchanged', () => {
  const folder = mkdtempSync(join(tmpdir(), 'memtop-log-'));
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
  const path = join(folder, 'run.jsonl');
  const file = new LogFile(path, {clock: () => 0});
  const {sink, feed} = record({processes: 2}, file);
  sink.start(START, sampleAt(0, 50));
  for (const [second, percent] of [40, 85, 91.04].entries()) feed(sampleAt(second, percent));
  feed(sampleAt(3, 0, {memory: failed('EIO')}));
  sink.stop(START + 4000, 'stop was called');
  file.close();
  const script = `
import json, sys
f = sys.argv[1]
n = 3
entries=[json.loads(l) for l in open(f)]; alerts=[e for e in entries if e.get('event_type')=='ALERT']; avg=sum(float(e['percent']) for e in entries if 'percent' in e)/n
print(len(entries), len(alerts), round(avg, 3), all(e['timestamp'] for e in entries))
`;
  const python = process.platform === 'win32' ? 'python' : 'python3';
  expect(execFileSync(python, ['-c', script, path], {encoding: 'utf8'}).trim()).toBe('7 1 72.0 True');
  expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toHaveLength(7);
});

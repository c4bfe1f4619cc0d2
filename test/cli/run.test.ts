import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {UserError} from '../../src/cli/exit.ts';
import {LiveRun, type RunOptions} from '../../src/cli/run.ts';
import {resolveSettings} from '../../src/config/resolve.ts';
import {denied, ok, type Sample} from '../../src/core/sample.ts';
import type {Source} from '../../src/core/source.ts';
import {JobFollower} from '../../src/sources/job/follower.ts';
import {TimedHost} from '../timed-host.ts';
import {endedJob, job, type Machine, process, processes, sampleAt} from '../tui/machine.ts';

vi.mock('node:fs', {spy: true});

const allocator = process({pid: 99, name: 'python', args: ['python', 'allocate.py']});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'memtop-run-'));
  vi.useFakeTimers({now: Date.parse('2026-11-22T12:00:00Z')});
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, {recursive: true, force: true});
});

/** A run on a machine that the test changes as it goes. */
function open(texts: Readonly<Record<string, string>> = {}, parts: Partial<RunOptions> = {}) {
  const machine: {now: Machine} = {now: {}};
  const sample = (): Sample => ({...sampleAt(Date.now(), machine.now), monotonicMs: performance.now()});
  const source: Source & {scanProcesses?: Source['scanProcesses']} = {
    hostName: 'atlas',
    sample: async () => sample(),
    processMemory: () => Promise.reject(new Error('nobody asked')),
    close: async () => {},
  };
  const {values} = resolveSettings('screen', [
    {origin: () => 'the test', texts: {log: path.join(folder, 'run.jsonl'), ...texts}},
  ]);
  const run = new LiveRun({
    ...parts,
    host: new TimedHost(),
    source,
    values,
    intervalMs: 1000,
    top: 5,
    keepHistory: true,
  });
  const lines = () =>
    readFileSync(path.join(folder, 'run.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  return {run: Object.assign(run, {source}), machine, lines};
}

test('START with the limits, a line a check, STOP with the reason', async () => {
  const {run, lines} = open();
  await run.start();
  await vi.advanceTimersByTimeAsync(3000);
  await finish(run, 'quit with q');
  expect(lines()[0]).toMatchObject({
    event_type: 'START',
    format: 1,
    host_name: 'atlas',
    limits: [{name: 'llm.slice', limit_bytes: 56 * 2 ** 30}],
  });
  expect(lines().filter(({percent}) => percent === '73.8')).toHaveLength(4);
  expect(lines().at(-1)).toMatchObject({event_type: 'STOP', reason: 'quit with q'});
});

test('memory that cannot be read at all ends it with exit code 3, and the log tells why', async () => {
  const {run, machine, lines} = open();
  machine.now = {memory: denied('/proc/meminfo: permission denied'), limits: []};
  const error = await run.start().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({code: 3, message: 'memory cannot be read: /proc/meminfo: permission denied'});
  expect(lines().at(-1)).toMatchObject({event_type: 'ERROR', what: 'RAM'});
});

test('a reading that fails later is an ERROR line each time, counted in the report, and stops nothing', async () => {
  const {run, machine, lines} = open();
  await run.start();
  machine.now = {memory: denied('/proc/meminfo: permission denied'), limits: []};
  await vi.advanceTimersByTimeAsync(5000);
  machine.now = {};
  await vi.advanceTimersByTimeAsync(2000);
  const report = await finish(run, 'quit with q');
  expect(lines().filter(({event_type}) => event_type === 'ERROR')).toHaveLength(5);
  expect(lines().filter(({percent}) => percent !== undefined)).toHaveLength(3);
  expect(report).toMatch(/3 every 1 s, 5 failed/);
});

test('a changed interval is in the log, in force at once, and no gap in the chart', async () => {
  const {run, lines} = open();
  await run.start();
  run.setInterval(60_000, '1 s', '1 m');
  await vi.advanceTimersByTimeAsync(180_000);
  expect(lines().find(({event_type}) => event_type === 'CHANGE')).toMatchObject({
    what: 'memtop',
    field: 'interval',
    from: '1 s',
    to: '1 m',
  });
  expect(lines().filter(({percent}) => percent !== undefined)).toHaveLength(4);
  const end = run.session.frame?.timelineMs ?? 0;
  expect(run.session.ram.history?.columns(end - 180_000, 1000, 180)).not.toContain('gap');
  await finish(run, 'quit with q');
});

test('the report goes to its file in the form of its ending, and a file that cannot be written is told', async () => {
  const {run} = open({report: path.join(folder, 'deep', 'end.html')});
  await run.start();
  await finish(run, 'SIGTERM');
  expect(readFileSync(path.join(folder, 'deep', 'end.html'), 'utf8')).toMatch(/^<!doctype html>/i);
  const other = open({report: '/dev/null/end.md'});
  await other.run.start();
  expect(await finish(other.run, 'SIGTERM')).toMatch(
    /report not written to \/dev\/null\/end\.md: part of its path is a file/,
  );
});

test('history saved from memory is a log: readings and marks in order, nothing overwritten', async () => {
  const {run} = open();
  await run.start();
  await vi.advanceTimersByTimeAsync(2000);
  run.mark('half way');
  await vi.advanceTimersByTimeAsync(2000);
  const [first, second] = [run.saveHistory(folder), run.saveHistory(folder)];
  expect(first).toBe(path.join(folder, 'memtop-history-20261122-120004.jsonl'));
  expect(second).toBe(path.join(folder, 'memtop-history-20261122-120004-2.jsonl'));
  const saved = readFileSync(first, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(saved.map(({event_type, percent}) => event_type ?? percent)).toEqual([
    'START',
    '73.8',
    '73.8',
    '73.8',
    'MARK',
    '73.8',
    '73.8',
  ]);
  expect(saved[1].used_mb).toBe(String(Math.round((56 * 1024 * 73.8) / 100)));
  expect(Object.keys(saved[1].since_last)).toEqual(['percent_min', 'percent_mean', 'percent_max', 'seconds']);
  await finish(run, 'quit with q');
});

test('history is saved whole or not at all, and a file that cannot be written is told in words', async () => {
  const {run} = open();
  await run.start();
  await vi.advanceTimersByTimeAsync(2000);
  // A nearly full disk takes a part of what it is given.
  vi.mocked(writeSync).mockImplementationOnce(() => 4);
  const whole = run.saveHistory(folder);
  vi.mocked(writeSync).mockReset();
  expect(readFileSync(whole, 'utf8').trimEnd().split('\n')).toHaveLength(4);
  const before = readdirSync(folder);
  vi.mocked(writeFileSync).mockImplementationOnce(() => {
    throw Object.assign(new Error('its own words'), {code: 'ENOSPC'});
  });
  expect(() => run.saveHistory(folder)).toThrow(new UserError('history not written: disk full'));
  expect(readdirSync(folder)).toEqual(before);
  expect(() => run.saveHistory(path.join(folder, 'missing'))).toThrow('history not written: no such folder');
  await finish(run, 'quit with q');
});

test("the demo's past is drawn, and no part of what the report counts", async () => {
  const {run, lines} = open({demo: 'on'});
  await run.start();
  await vi.advanceTimersByTimeAsync(2000);
  expect(run.session.ram.history?.points().length).toBeGreaterThan(100);
  const [ram] = run.report('quit with q').pools;
  expect(ram?.observedMs).toBeLessThan(10_000);
  await finish(run, 'quit with q');
  expect(lines()[0]).toMatchObject({event_type: 'START'});
});

test('a log that was begun ends with one STOP, whatever ends it and however often', async () => {
  const {run, lines} = open();
  run.finishNow('a fault in memtop');
  await run.start();
  run.finishNow('a fault in memtop');
  run.finishNow('a fault in memtop');
  expect(lines().map(({event_type}) => event_type)).toEqual(['START', undefined, 'STOP']);
});

async function finish(run: LiveRun, reason: string): Promise<string> {
  const done = run.finish(reason);
  await vi.advanceTimersByTimeAsync(10);
  return done;
}

test('a log that failed for a while is told in the report, and nothing of it is lost', async () => {
  const blocked = path.join(folder, 'blocked');
  writeFileSync(blocked, 'a file where a folder should be');
  const {run} = open({log: path.join(blocked, 'run.jsonl')});
  await run.start();
  await vi.advanceTimersByTimeAsync(3000);
  expect(run.log.file?.state).toMatchObject({status: 'failing', reason: 'part of its path is a file'});
  rmSync(blocked);
  await vi.advanceTimersByTimeAsync(2000);
  const report = await finish(run, 'quit with q');
  expect(report.replace(/\s+/g, ' ')).toContain(
    'could not be written for a while: part of its path is a file, nothing lost',
  );
  const lines = readFileSync(path.join(blocked, 'run.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines.filter((line) => line.includes('"percent":"73.8"'))).toHaveLength(6);
});

test('an alert names who holds the memory now, by a scan of its own where the last one is old', async () => {
  const {run, machine, lines} = open({cooldown: '1h'});
  const scans: number[] = [];
  run.source.scanProcesses = async () => {
    scans.push(Date.now());
    return ok({at: Date.now(), processes: [{...allocator, rssBytes: 40 * 2 ** 30}]});
  };
  const before = ok({at: Date.now(), processes: processes()});
  machine.now = {processes: before};
  await run.start();
  await vi.advanceTimersByTimeAsync(2000);
  expect(scans).toEqual([]);
  machine.now = {ramPercent: 90, processes: before};
  await vi.advanceTimersByTimeAsync(3000);
  expect(scans).toHaveLength(1);
  const alert = lines().find(({event_type}) => event_type === 'ALERT');
  expect(alert.alert.top_process).toEqual({pid: 99, name: 'python allocate', rss_bytes: 40 * 2 ** 30});
  await finish(run, 'quit with q');
});

describe('the end of a followed job', () => {
  const exit = () => ({at: Date.now(), signal: 'SIGKILL'});
  const follower = () => new JobFollower(new TimedHost(), {name: 'python gateway'});
  const ends = (lines: readonly {event_type?: string}[]) =>
    lines.filter(({event_type}) => event_type === 'JOB_END');

  test('told by who started it is looked at once more, told once, and part of log and report', async () => {
    const {run, machine, lines} = open({}, {job: follower()});
    machine.now = {job: job()};
    await run.start();
    await vi.advanceTimersByTimeAsync(2500);
    const end = exit();
    machine.now = {job: endedJob(end)};
    const told = run.endJob(end);
    await vi.advanceTimersByTimeAsync(10);
    await told;
    expect(run.ending).toMatchObject({name: 'python gateway', pid: 5210, exit: end});
    expect(run.ending?.moments).toHaveLength(3);
    await run.endJob(end);
    await vi.advanceTimersByTimeAsync(3000);
    expect(ends(lines())).toMatchObject([
      {signal: 'SIGKILL', message: expect.stringContaining('killed by SIGKILL')},
    ]);
    expect(await finish(run, 'the job was killed by SIGKILL')).toContain('killed by SIGKILL at 12:00:02');
  });

  test('is told of one that memtop did not start when nothing of it is seen any more', async () => {
    const {run, machine, lines} = open({}, {job: follower()});
    machine.now = {job: job()};
    await run.start();
    await vi.advanceTimersByTimeAsync(1500);
    expect(run.ending).toBeUndefined();
    machine.now = {job: endedJob({at: Date.now()})};
    await vi.advanceTimersByTimeAsync(3000);
    expect(ends(lines())).toHaveLength(1);
    expect(run.ending?.exit).not.toHaveProperty('code');
    await finish(run, 'the job ended');
  });

  test('is not waited for where there is no job', async () => {
    const {run, lines} = open();
    await run.start();
    await run.endJob(exit());
    expect(run.ending).toBeUndefined();
    await finish(run, 'quit with q');
    expect(ends(lines())).toEqual([]);
  });

  // A machine that is short of memory answers late just then.
  test('is told also where the last look never comes back', async () => {
    const {run, machine, lines} = open({}, {job: follower()});
    machine.now = {job: job()};
    await run.start();
    await vi.advanceTimersByTimeAsync(1500);
    run.source.sample = () => new Promise(() => {});
    const told = run.endJob(exit());
    await vi.advanceTimersByTimeAsync(5000);
    await told;
    expect(run.ending?.exit).toMatchObject({signal: 'SIGKILL'});
    expect(ends(lines())).toHaveLength(1);
  });
});

test('marks from outside are looked for at each check, and for the last time at the end', async () => {
  const calls: string[] = [];
  const marks = {look: () => calls.push('look'), close: () => calls.push('close')};
  const {run} = open({}, {marks});
  await run.start();
  await vi.advanceTimersByTimeAsync(2000);
  await finish(run, 'quit with q');
  expect(calls).toEqual(['look', 'look', 'close']);
});

import {describe, expect, test} from 'vitest';
import type {LeakVerdict} from '../../../src/core/leak/verdict.ts';
import {denied, ok} from '../../../src/core/sample.ts';
import {widthClassOf} from '../../../src/tui/layout.ts';
import {plainText} from '../../../src/tui/line.ts';
import {headerLine} from '../../../src/tui/panels/header.ts';
import {statusLine} from '../../../src/tui/panels/status.ts';
import {job, NOW, STILL, sampleAt} from '../machine.ts';
import {type Stage, stageOf, viewOf} from '../views.ts';

const status = (stage: Stage, width = 120) =>
  plainText(statusLine(viewOf(stage, {width}), widthClassOf(width))).trimEnd();
const header = (given: Parameters<typeof viewOf>[1] = {}) => {
  const view = viewOf(NORMAL, given);
  return plainText(headerLine(view, widthClassOf(view.width)));
};

const NORMAL = stageOf(STILL);
const HIGH = stageOf(STILL, [{ramPercent: 85}, {ramPercent: 85}]);
const GROWING = stageOf();

describe('the status row', () => {
  test.each([
    [120, ' ● NORMAL  RAM 73.8%, steady · no alert for 6 h 22 m'],
    [60, ' ● NORMAL  RAM 73.8%, steady · no alert for 6 h 22 m'],
    [40, ' ● NORMAL  RAM 73.8%, steady'],
  ])('says at %i columns that all is well', (width, text) => expect(status(NORMAL, width)).toBe(text));

  test.each([
    [120, ' ▲ HIGH  RAM 85.0%, over 80% for 1 s · 8.4 GiB left'],
    [60, ' ▲ HIGH  RAM 85.0%, over 80% for 1 s'],
    [40, ' ▲ HIGH  85.0%, 8.4 GiB left'],
  ])('says at %i columns what is over its threshold', (width, text) =>
    expect(status(HIGH, width)).toBe(text),
  );

  test('has the worst first, and how many more there are', () => {
    const stage = stageOf({}, [{ramPercent: 85, vramPercent: 97, swapPercent: 60}]);
    expect(status(stage)).toMatch(/^ ■ CRITICAL {2}GPU 0 VRAM 97\.0%, over 90% .* · \+2 more$/);
  });

  test.each([
    [120, ' ● NORMAL  RAM 73.8%, growing +35 GiB/h since 14:17, not yet a leak · limit in ~25 m'],
    [80, ' ● NORMAL  RAM 73.8%, growing +35 GiB/h since 14:17 · limit in ~25 m'],
    [60, ' ● NORMAL  RAM growing +35 GiB/h · limit in ~25 m'],
    [40, ' ● NORMAL  RAM growing, limit in ~25 m'],
  ])('says at %i columns where it grows to', (width, text) => expect(status(GROWING, width)).toBe(text));

  test('turns the whole row only where it is critical', () => {
    const looks = (stage: Stage) => statusLine(viewOf(stage), 100).map(({inverse}) => inverse ?? false);
    expect(looks(NORMAL).slice(0, 2)).toEqual([false, false]);
    expect(looks(HIGH).slice(0, 2)).toEqual([true, false]);
    expect(looks(stageOf({}, [{ramPercent: 97}]))).toEqual([true]);
  });

  test('says that memory is not read, since when and why', () => {
    const lost = {memory: denied('/proc/meminfo: permission denied'), limits: []};
    const stage = stageOf({}, [lost, lost, lost]);
    expect(status(stage)).toBe(' ▲ NO DATA  RAM not read for 3 s: /proc/meminfo: permission denied');
  });
});

describe('alerts on something else than a pool', () => {
  const stalled = ok({some10: 12.44, some60: 3, full10: 0, full60: 0});
  const oom = (kills: number) => ({
    counters: [
      {
        scope: 'cgroup' as const,
        id: '/llm.slice',
        name: 'llm.slice',
        kills,
        limitHits: kills,
        limitBytes: 56 * 2 ** 30,
      },
    ],
    victims: [{pid: 5210, name: 'python', rssBytes: 41 * 2 ** 30, limitPath: '/llm.slice'}],
  });

  test.each([
    [120, ' ▲ HIGH  pressure some 12.4% over 10 s, over 10% for 1 s'],
    [60, ' ▲ HIGH  pressure some 12.4% over 10 s, over 10% for 1 s'],
    [40, ' ▲ HIGH  pressure some 12.4% over 10 s'],
  ])('stand there as pools do, at %i columns', (width, text) => {
    expect(status(stageOf({}, [{pressure: stalled}, {pressure: stalled}]), width)).toBe(text);
  });

  test('are the worst where they are critical', () => {
    const stage = stageOf({oom: oom(0)}, [{oom: oom(1), ramPercent: 85}]);
    expect(status(stage)).toMatch(
      /^ ■ CRITICAL {2}OOM kill at \d\d:32:08: python gateway \(5210\) held 41\.0 GiB, limit 56\.0 GiB of llm\.slice · \+1 more$/,
    );
  });

  test('that are silenced give way to others', () => {
    const stage = stageOf({}, [{pressure: stalled}]);
    stage.session.silence(NOW + 1000);
    stage.session.refresh();
    expect(status(stage)).toMatch(/^ ▲ HIGH silenced {2}pressure some 12\.4% over 10 s/);
    stage.session.feed(sampleAt(NOW + 2000, {pressure: stalled, ramPercent: 85}));
    expect(status(stage)).toMatch(/^ ▲ HIGH {2}RAM 85\.0%.* · \+1 more$/);
  });

  test('are counted at every width, whatever the first of them says', () => {
    const stage = stageOf({oom: oom(0)}, [{oom: oom(1), ramPercent: 85, pressure: stalled}]);
    for (let width = 60; width <= 200; width += 1) expect(status(stage, width)).toMatch(/ · \+2 more$/);
  });

  test('are counted at every width also where the first of them is silenced', () => {
    const stage = stageOf({oom: oom(0)}, [{oom: oom(1), ramPercent: 85, pressure: stalled}]);
    stage.session.silence(NOW + 1000);
    stage.session.refresh();
    for (let width = 60; width <= 200; width += 1) expect(status(stage, width)).toMatch(/ · \+2 more$/);
  });
});

describe('a leak', () => {
  const LEAK: LeakVerdict = {
    state: 'leak',
    confidence: 0.94,
    ratePerHour: 2.6 * 2 ** 30,
    sinceMs: NOW - 3_600_000,
    forecast: {toLimit: {ms: 20_000_000, lowMs: 17_000_000, highMs: 23_000_000}},
  };
  /** A look at a machine whose pools are given a verdict, and alerts on it. */
  const withLeak = (stage: Stage, id: string, leak: LeakVerdict, alert?: {readonly silenced: boolean}) => {
    const view = viewOf(stage);
    const pools = view.frame.pools.map((pool) => (pool.id === id ? {...pool, leak} : pool));
    const firing = {ruleId: `leak:${id}`, what: `${id} leak`, status: 'HIGH', text: '', firingMs: 1} as const;
    const alerts = alert === undefined ? [] : [{...firing, silenced: alert.silenced}];
    const ram = pools.find((pool) => pool.id === 'ram') ?? view.frame.ram;
    const looked = {...view, frame: {...view.frame, pools, ram, alerts}};
    return plainText(statusLine(looked, widthClassOf(looked.width))).trimEnd();
  };

  test('is told with its pace, how sure it is, and the time left', () => {
    expect(withLeak(stageOf(STILL), 'ram', LEAK)).toMatch(
      /^ ▲ LEAK {2}RAM 73\.8%, \+2\.6 GiB\/h since 13:32, 94% sure · limit in ~5 h 30 m \(4 h 40 m – 6 h 20 m\)$/,
    );
  });

  test('that was silenced says so', () => {
    expect(withLeak(stageOf(STILL), 'ram', LEAK, {silenced: true})).toMatch(/^ ▲ LEAK silenced {2}RAM/);
  });

  test('comes before what was silenced, and behind what was not', () => {
    const high = stageOf(STILL, [{ramPercent: 85}]);
    expect(withLeak(high, 'gpu0', LEAK)).toMatch(/^ ▲ HIGH {2}RAM .* · \+1 more$/);
    high.session.silence(NOW);
    high.session.refresh();
    expect(withLeak(high, 'gpu0', LEAK)).toMatch(/^ ▲ LEAK {2}GPU 0 VRAM .* · \+1 more$/);
  });

  test('of a pool that is silenced for being full is told aloud', () => {
    const high = stageOf(STILL, [{ramPercent: 85}]);
    high.session.silence(NOW);
    high.session.refresh();
    expect(withLeak(high, 'ram', LEAK, {silenced: false})).toMatch(
      /^ ▲ HIGH {2}RAM 85\.0%.* · leak \+2\.6 GiB\/h/,
    );
    expect(withLeak(high, 'ram', LEAK, {silenced: true})).toMatch(/^ ▲ HIGH silenced {2}RAM/);
  });

  test('within minutes of the limit is critical; so is a runaway, by its own pace', () => {
    const near = {ms: 360_000, lowMs: 300_000, highMs: 420_000};
    expect(withLeak(stageOf(STILL), 'ram', {...LEAK, forecast: {toLimit: near}})).toBe(
      ' ■ CRITICAL  RAM limit in ~6 m at +2.6 GiB/h',
    );
    const runaway: LeakVerdict = {
      state: 'growing',
      confidence: 0,
      forecast: {},
      fastExhaustion: {...near, ratePerHour: 72 * 2 ** 30},
    };
    expect(withLeak(stageOf(STILL), 'ram', runaway)).toBe(' ■ CRITICAL  RAM limit in ~6 m at +72 GiB/h');
    expect(withLeak(stageOf(STILL), 'gpu0', runaway)).toMatch(/^ ● NORMAL/);
  });
});

describe('a job', () => {
  test('is looked at before RAM where both are well, and the worse of both else', () => {
    expect(status(stageOf({...STILL, job: job()}))).toBe(
      ' ● NORMAL  job 28.7%, steady · no alert for 6 h 22 m',
    );
    expect(status(stageOf({job: job()}, [{ramPercent: 85}]))).toMatch(/^ ▲ HIGH {2}RAM 85\.0%/);
  });

  test('whose processes cannot be seen is no loss of data', () => {
    expect(status(stageOf({job: job({members: []})}))).toMatch(/^ ● NORMAL /);
  });
});

describe('the header', () => {
  test.each([
    [160, ' memtop  atlas · limit 56.0 of 62.7 GiB (llm.slice) · up 6 h 22 m · every 1 s · alert at 80% '],
    [80, ' atlas · limit 56.0 GiB llm.slice · up 6 h 22 m · 1 s · 80% '],
    [60, ' atlas · limit 56.0 GiB (llm.slice) · 80% '],
  ])('at %i columns', (width, text) => {
    const line = header({width, ...(width === 80 && {recording: {status: 'on', file: 'a.jsonl'}})});
    expect(line.slice(0, text.length)).toBe(text);
    expect(line.length).toBe(width);
  });

  test('drops whole fields where the right part needs the room', () => {
    const line = header({
      width: 100,
      recording: {status: 'failing', file: 'run.jsonl', reason: 'disk full', kept: 214},
    });
    expect(line).toContain('REC FAILING run.jsonl: disk full, 214 lines kept, trying again');
    expect(line).not.toMatch(/up 6|every/);
  });

  test('says that the picture is frozen, or of when it is', () => {
    expect(header({ui: {pausedAt: NOW - 250_000}})).toMatch(/ {2} PAUSED 14:27:57 {2}$/);
    expect(header({ui: {pausedAt: NOW, backMs: 90_000}})).toMatch(/ AT 14:30:37 {2}$/);
    expect(header()).toMatch(/ {2}14:32:07 $/);
  });
});

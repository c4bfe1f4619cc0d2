import {describe, expect, test} from 'vitest';
import type {RaisedEvent, SessionEvent} from '../../../src/core/event.ts';
import type {JobExit} from '../../../src/core/sample.ts';
import {layoutOf} from '../../../src/tui/compose.ts';
import {alertLines} from '../../../src/tui/panels/alerts.ts';
import {NOW} from '../machine.ts';
import {textOf} from '../rows.ts';
import {type Stage, stageOf, viewOf} from '../views.ts';

const HOUR = 3_600_000;

const draw = (stage: Stage, rows: number, given: Parameters<typeof viewOf>[1] = {}) => {
  const view = viewOf(stage, given);
  return textOf(alertLines(view, layoutOf(view), rows, view.width)).map((line) => line.trimEnd());
};

const raised = (at: number, what: string): RaisedEvent => ({
  kind: 'raised',
  at,
  what,
  ruleId: what,
  unit: 'percent',
  value: 90,
  usedBytes: 90,
  totalBytes: 100,
  threshold: 80,
  status: 'HIGH',
  message: '',
  repeat: 1,
  isReminder: false,
  silenced: false,
  top: {pid: 4127, name: 'llama-server', rssBytes: 2 ** 34},
});

function marked(count: number): Stage {
  const stage = stageOf();
  for (let index = 0; index < count; index += 1)
    stage.events.add({kind: 'mark', at: NOW - (count - index) * 1000, note: `note ${index}`}, NOW);
  return stage;
}

test('empty, it says from which shares there will be alerts, as many as fit', () => {
  const stage = stageOf();
  expect(draw(stage, 3)[1]).toBe('  no alerts yet · RAM alerts at 80%, swap at 50%, VRAM at 90%');
  expect(draw(stage, 1, {width: 60, height: 20})).toEqual([
    '  no alerts yet · RAM alerts at 80%, swap at 50%',
  ]);
  expect(draw(stage, 1, {width: 40, height: 12})).toEqual(['  no alerts yet · RAM alerts at 80%']);
});

test('the newest stand last, and the cursor scrolls to what is older', () => {
  const stage = marked(10);
  expect(draw(stage, 3).slice(1)).toEqual(
    [7, 8, 9].map((index) => expect.stringMatching(`◆.*mark +note ${index}$`)),
  );
  const scrolled = draw(stage, 3, {ui: {focus: 'alerts', cursors: {alerts: '2'}}});
  expect(scrolled.slice(1)).toEqual([0, 1, 2].map((index) => expect.stringContaining(`note ${index}`)));
  expect(scrolled.at(-1)).toMatch(/^◆▸/);
});

test('one that still fires and would scroll out stays on top', () => {
  const stage = stageOf();
  stage.events.add(raised(NOW - HOUR, 'RAM'), NOW);
  for (let index = 0; index < 9; index += 1)
    stage.events.add({kind: 'mark', at: NOW - 1000 + index, note: `note ${index}`}, NOW);
  expect(draw(stage, 3)[1]).toMatch(/^▲ 13:32:07 {2}raised {4}RAM/);
  expect(draw(stage, 3)[3]).toContain('note 8');
  expect(draw(stage, 3)[0]).toMatch(/^─ Alerts ─+ 1 firing · 1 new · 1 since start ─$/);
});

test('another day stands in a row of its own', () => {
  const stage = stageOf();
  stage.events.add({kind: 'mark', at: NOW - 30 * HOUR, note: 'yesterday'}, NOW);
  stage.events.add({kind: 'mark', at: NOW, note: 'today'}, NOW);
  expect(draw(stage, 5).slice(1)).toEqual([
    '  Sat 21 Nov',
    expect.stringContaining('yesterday'),
    '  Sun 22 Nov',
    expect.stringContaining('today'),
    '',
  ]);
});

describe('what else happens has a line of its own', () => {
  const lineOf = (event: SessionEvent) => {
    const stage = stageOf();
    stage.events.add(event, NOW);
    return draw(stage, 1).at(-1);
  };
  const exit = (more: Partial<JobExit>): SessionEvent => ({
    kind: 'ended',
    at: NOW,
    what: 'job',
    ending: {name: 'train', pid: 7, exit: {at: NOW, ...more}, cpuMs: 0, moments: [], top: []},
  });

  test.each<[SessionEvent, RegExp]>([
    [exit({code: 0}), /^● 14:32:07 {2}ended {5}job {11}ended with 0 at 14:32:07$/],
    [exit({code: 3}), /^■ 14:32:07 {2}ended {5}job {11}ended with 3 at 14:32:07$/],
    [exit({signal: 'SIGKILL'}), /^■ .*ended +job +killed by SIGKILL at 14:32:07$/],
    [exit({}), /^● .*ended +job +ended, with which code is not known at/],
    [
      {kind: 'hook', at: NOW, what: 'RAM', text: 'command exited with 0', ok: true},
      /^ {2}14:32:07 {2}hook +RAM +command exited with 0$/,
    ],
    [
      {kind: 'hook', at: NOW, what: 'RAM', text: 'webhook: 500', ok: false},
      /^▲ 14:32:07 {2}hook +RAM +webhook: 500$/,
    ],
  ])('%j', (event, line) => {
    expect(lineOf(event)).toMatch(line);
  });

  test('an alert that is reminded of is one line, counted, and one more in no sum', () => {
    const stage = stageOf();
    stage.events.add(raised(NOW - HOUR, 'RAM'), NOW);
    stage.events.add({...raised(NOW - HOUR + 60_000, 'RAM'), repeat: 2, isReminder: true}, NOW);
    const [rule, line, rest] = draw(stage, 2);
    expect(rule).toMatch(/ 1 firing · 1 new · 1 since start ─$/);
    expect(line).toMatch(/^▲ 13:32:07 {2}raised .* · ×2, last 13:33:07$/);
    expect(rest).toBe('');
  });

  test('an alert on something else than a pool says what it saw', () => {
    const {usedBytes: _, totalBytes: __, top: ___, ...bare} = raised(NOW, 'pressure');
    expect(lineOf({...bare, value: 12.4, threshold: 10, figureText: 'some 12.4% over 10 s'})).toMatch(
      /^▲ 14:32:07 {2}raised {4}pressure {6}some 12\.4% over 10 s, threshold 10%$/,
    );
  });
});

describe('what a line tells goes with the width', () => {
  const stage = stageOf();
  stage.events.add(raised(NOW, 'GPU 0 VRAM'), NOW);
  stage.events.add({...raised(NOW + 60_000, 'GPU 0 VRAM'), repeat: 2}, NOW);
  test.each([
    [
      120,
      40,
      '▲ 14:32:07  raised    GPU 0 VRAM    90.0% in use, threshold 80% · llama-server (4127) 16.0 GiB · ×2, last 14:33:07',
    ],
    [60, 20, '▲ 14:32:07  raised  GPU 0 VRAM  90.0% in use, threshold 80%'],
    [40, 12, '▲ 14:32 raised GPU 0 VRAM'],
  ])('at %ix%i', (width, height, line) => {
    expect(draw(stage, 1, {width, height}).at(-1)).toBe(line);
  });
});

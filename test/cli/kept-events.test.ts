import {expect, test} from 'vitest';
import {KeptEvents} from '../../src/cli/kept-events.ts';
import type {RaisedEvent} from '../../src/core/event.ts';
import {foldAlerts} from '../../src/core/report-alerts.ts';

const raised = (at: number, repeat: number, value: number): RaisedEvent => ({
  kind: 'raised',
  at,
  what: 'RAM',
  ruleId: 'ram',
  unit: 'percent',
  value,
  usedBytes: 1,
  totalBytes: 2,
  threshold: 80,
  status: 'HIGH',
  message: '',
  repeat,
  isReminder: repeat > 1,
  silenced: false,
});

test('a month over the threshold pushes out no mark, and is told whole', () => {
  const kept = new KeptEvents();
  kept.add({kind: 'mark', at: 1, note: 'begin'});
  for (let repeat = 1; repeat <= 43_200; repeat += 1)
    kept.add(raised(repeat * 60_000, repeat, repeat === 500 ? 93 : 85));
  expect(kept.items.map(({kind}) => kind)).toEqual(['mark', 'raised', 'raised']);
  expect(kept.dropped).toBe(0);
  expect(foldAlerts(kept.items)).toMatchObject([{raisedAt: 60_000, repeats: 43_200, peak: 93}]);
});

test('of time that is left the least is kept, for that is the worst', () => {
  const kept = new KeptEvents();
  const left = (at: number, repeat: number, value: number): RaisedEvent => ({
    ...raised(at, repeat, value),
    what: 'RAM limit',
    ruleId: 'limit-in',
    unit: 'seconds',
  });
  for (const [index, seconds] of [500, 300, 90, 400].entries()) kept.add(left(index, index + 1, seconds));
  expect(foldAlerts(kept.items)).toMatchObject([{repeats: 4, peak: 90}]);
});

test('alerts that were resolved between stay apart', () => {
  const kept = new KeptEvents();
  for (const at of [0, 100]) {
    kept.add(raised(at, 1, 81));
    kept.add(raised(at + 10, 2, 84));
    kept.add(raised(at + 20, 3, 82));
    kept.add({
      kind: 'resolved',
      at: at + 30,
      what: 'RAM',
      ruleId: 'ram',
      unit: 'percent',
      lastedMs: 30,
      peak: 84,
    });
  }
  expect(foldAlerts(kept.items).map(({raisedAt, repeats}) => [raisedAt, repeats])).toEqual([
    [0, 3],
    [100, 3],
  ]);
});

test('the oldest go beyond 10,000, and are counted', () => {
  const kept = new KeptEvents();
  for (let at = 0; at < 10_005; at += 1) kept.add({kind: 'mark', at, note: ''});
  expect([kept.items.length, kept.dropped, kept.items[0]?.at]).toEqual([10_000, 5, 5]);
});

test('a repeat that is kept is one that was, whole', () => {
  const kept = new KeptEvents();
  kept.add(raised(0, 1, 81));
  kept.add({...raised(10, 2, 93), message: '93'});
  kept.add({...raised(20, 3, 84), message: '84'});
  expect(kept.items.at(-1)).toMatchObject({at: 10, value: 93, message: '93', repeat: 3});
});

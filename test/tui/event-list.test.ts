import {beforeEach, expect, test} from 'vitest';
import type {RaisedEvent} from '../../src/core/event.ts';
import {EventList} from '../../src/tui/event-list.ts';

let list: EventList;
beforeEach(() => {
  list = new EventList();
});

const raised = (at: number, more: Partial<RaisedEvent> = {}): RaisedEvent => ({
  kind: 'raised',
  at,
  what: 'RAM',
  ruleId: 'ram',
  unit: 'percent',
  value: 83,
  usedBytes: 83,
  totalBytes: 100,
  threshold: 80,
  status: 'HIGH',
  message: 'MEMORY ALERT',
  repeat: 1,
  isReminder: false,
  silenced: false,
  ...more,
});
const resolved = (at: number, what = 'RAM') =>
  ({kind: 'resolved', at, what, ruleId: what, unit: 'percent', lastedMs: 1000, peak: 90}) as const;

test('an alert fires until it is resolved, and only its own', () => {
  list.add(raised(1), 1);
  list.add(raised(2, {what: 'swap', ruleId: 'swap'}), 2);
  expect(list.items.map(({firing}) => firing)).toEqual([true, true]);
  list.add(resolved(3), 3);
  expect(list.items.map(({firing}) => firing)).toEqual([false, true, false]);
});

test('repeats are counted on the line that raised it', () => {
  list.add(raised(1), 1);
  list.add(raised(61, {repeat: 2}), 61);
  list.add(raised(121, {repeat: 3}), 121);
  expect(list.items).toMatchObject([{repeats: 3, lastAt: 121, event: {at: 1}}]);
  expect([list.raisedCount, list.newCount]).toEqual([1, 1]);
});

test('a silenced repeat is not counted, and one of the next alert is counted there', () => {
  list.add(raised(1), 1);
  list.add(raised(61, {repeat: 2, silenced: true}), 61);
  expect(list.items[0]?.repeats).toBe(1);
  list.add(resolved(70), 70);
  list.add(raised(100), 100);
  list.add(raised(160, {repeat: 2}), 160);
  expect(list.items.map(({repeats}) => repeats)).toEqual([1, 1, 2]);
});

test('what is new is so until somebody looks', () => {
  list.add({kind: 'mark', at: 1, note: 'x'}, 1);
  expect(list.newCount).toBe(0);
  list.add(raised(2), 2);
  list.add(raised(3, {what: 'swap', ruleId: 'swap'}), 3);
  expect(list.newCount).toBe(2);
  list.seen();
  expect([list.newCount, list.raisedCount]).toEqual([0, 2]);
});

test('a new alert and its pool draw the eye for 3 s, a repeat does not', () => {
  list.add(raised(1000), 1000);
  expect(list.flashing(1000)).toEqual(new Set(['event0', 'ram']));
  expect(list.flashing(3999)).toEqual(new Set(['event0', 'ram']));
  expect(list.flashing(4000)).toEqual(new Set());
  list.add(raised(61_000, {repeat: 2}), 61_000);
  list.add({kind: 'mark', at: 61_000, note: 'x'}, 61_000);
  expect(list.flashing(61_000)).toEqual(new Set());
});

test('it keeps the latest thousand, each by a number of its own', () => {
  for (let at = 0; at < 1500; at += 1) list.add({kind: 'mark', at, note: `${at}`}, at);
  expect(list.items.length).toBe(1000);
  expect(list.items.at(-1)).toMatchObject({id: 1499, event: {note: '1499'}});
});

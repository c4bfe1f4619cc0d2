import {describe, expect, test} from 'vitest';
import type {SessionEvent} from '../../../src/core/event.ts';
import {eventLine, noteLine} from '../../../src/core/event-lines.ts';
import type {JobEnding} from '../../../src/core/job/job-ending.ts';
import {EVENT_TYPES, eventOfLine} from '../../../src/core/log/log-events.ts';
import type {Fields} from '../../../src/core/log/log-fields.ts';
import {startLine, stopLine} from '../../../src/core/log-lines.ts';
import {foldAlerts} from '../../../src/core/report-alerts.ts';
import {ok, type Sample} from '../../../src/core/sample.ts';
import {Session} from '../../../src/core/session.ts';
import {GIB, processesAt, processReading, START, sampleAt} from '../samples.ts';

const asRead = (line: object) => JSON.parse(JSON.stringify(line)) as Fields;

function again(event: SessionEvent): SessionEvent | undefined {
  const line = asRead(eventLine(event) ?? {});
  const type = EVENT_TYPES.find((one) => one === line.event_type);
  return type && eventOfLine(type, line, event.at);
}

/** All that some samples set off. */
function eventsOf(samples: readonly Sample[]): readonly SessionEvent[] {
  const events: SessionEvent[] = [];
  const rules = {pressure: 10, swapIn: 100, process: {percent: 20}, limitIn: 36_000} as const;
  const session = new Session({rules, keepHistory: false});
  session.onEvent((event) => events.push(event));
  for (const sample of samples) session.feed(sample);
  return events;
}

const ENDING: JobEnding = {
  name: 'python train',
  pid: 812,
  exit: {at: START + 5, signal: 'SIGKILL'},
  elapsedMs: 60_000,
  cpuMs: 1234,
  oom: {
    at: START + 4,
    kills: 2,
    isOwn: true,
    isVictim: true,
    victim: {pid: 812, name: 'python train', bytes: 71 * GIB},
    limit: {name: 'job_42', bytes: 90 * GIB},
  },
  rise: {ratePerHour: 2 * GIB, sinceAt: START - 3_600_000},
  moments: [{at: START, bytes: GIB, measure: 'PSS', processes: 3, ramPercent: 50.5}],
  top: [{pid: 812, name: 'python train', rssBytes: GIB}],
  peak: {at: START, bytes: GIB},
};

describe('the line of an event, read again, is that event', () => {
  const at = START;
  test.each<[SessionEvent]>([
    [{kind: 'changed', at, what: 'RAM', field: 'threshold', from: '80%', to: '85%'}],
    [{kind: 'mark', at, note: 'epoch 2'}],
    [{kind: 'note', at, what: 'limit', text: 'job_7 with 50 GiB is in force now'}],
    [{kind: 'silenced', at, what: 'GPU 0 VRAM'}],
    [{kind: 'hook', at, what: 'RAM', text: 'webhook: told', ok: true}],
    [{kind: 'ended', at, what: 'job', ending: ENDING}],
    [{kind: 'ended', at, what: 'job', ending: {...ENDING, exit: {at, code: 1}, moments: [], top: []}}],
  ])('%j', (event) => {
    expect(again(event)).toEqual(event);
  });

  test('of the alerts that a whole machine raises', () => {
    const samples = Array.from({length: 200}, (_, second) => {
      const percent = second < 100 ? 50 + second / 2 : 60;
      return sampleAt(second * 2, percent, {
        processes: processesAt(second * 2, [processReading(3, (second < 100 ? 30 : 5) * GIB)]),
        pressure: ok({some10: second > 20 && second < 60 ? 30 : 0, some60: 0, full10: 0, full60: 0}),
        swapCounters: {inPages: second > 40 && second < 60 ? second * 1000 : 60_000, outPages: 0},
        oom: {victims: [], counters: [{scope: 'host', id: 'host', name: 'host', kills: second > 50 ? 1 : 0}]},
      });
    });
    const events = eventsOf(samples).filter(({kind}) => kind === 'raised' || kind === 'resolved');
    const whats = new Set(events.map((event) => ('what' in event ? event.what : '')));
    expect([...whats].sort()).toEqual(['OOM kill', 'RAM', 'RAM limit', 'p3 (3)', 'pressure', 'swap in']);
    const told = events.map((event) => again(event)).filter((event) => event !== undefined);
    expect(told).toHaveLength(events.length);
    // As the report folds them: rounding in seconds aside, and with the words of their figures.
    const folded = (all: readonly SessionEvent[]) =>
      foldAlerts(all).map(({lastedMs, ...alert}) => ({...alert, lastedMs: lastedMs && Math.round(lastedMs)}));
    expect(folded(told)).toEqual(folded(events));
  });

  test('of a leak, with its words', () => {
    const samples = Array.from({length: 400}, (_, minute) => sampleAt(minute * 60, 20 + minute / 10));
    const raised = eventsOf(samples).find((event) => event.kind === 'raised' && event.what === 'RAM leak');
    if (raised?.kind !== 'raised') throw new Error('no leak was told');
    const told = again(raised);
    expect(told).toMatchObject({kind: 'raised', unit: 'bytes per hour', value: raised.value});
    expect(told).toMatchObject({figureText: raised.figureText, ruleId: 'leak:ram'});
    expect(raised.figureText).toMatch(/^\+\d/);
  });
});

test('START, STOP and ERROR are no events of a session', () => {
  const facts = {version: '1', host: 'box', platform: 'linux', pid: 1, options: {}};
  for (const line of [startLine(START, facts, {limits: []}), stopLine(START, 'q')])
    expect(eventOfLine(line.event_type === 'START' ? 'START' : 'STOP', line, START)).toBeUndefined();
  expect(eventOfLine('ERROR', {message: 'x'}, START)).toBeUndefined();
});

test('what is not as it should be is no event, and never fails', () => {
  const odd = [undefined, null, 5, 'x', [], {}, {percent: 'x'}, {value: 5, unit: 'fathoms'}];
  for (const alert of odd) expect(eventOfLine('ALERT', {what: 'RAM', alert}, START)).toBeUndefined();
  expect(eventOfLine('RESOLVED', {what: 'RAM', peak_percent: 90}, START)).toBeUndefined();
  expect(eventOfLine('MARK', {}, START)).toEqual({kind: 'mark', at: START, note: ''});
  expect(eventOfLine('NOTE', asRead(noteLine(START, 'log', 'x')), START)).toMatchObject({text: 'x'});
  for (const oom of odd)
    expect(eventOfLine('JOB_END', {oom, rise: oom, peak: oom, last_samples: [oom]}, START)).toMatchObject({
      kind: 'ended',
      ending: {name: 'job', pid: 0, exit: {at: START}, moments: [], top: []},
    });
});

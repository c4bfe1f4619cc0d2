import {expect, test} from 'vitest';
import type {LiveRun} from '../../src/cli/run.ts';
import {ringOn, tellEvents} from '../../src/cli/tell-events.ts';
import {ok} from '../../src/core/sample.ts';
import {Session} from '../../src/core/session.ts';
import {START, sampleAt} from '../core/samples.ts';

/** What goes to standard error, without the moments before it. */
function told(feed: (session: Session) => void): readonly string[] {
  const session = new Session();
  const lines: string[] = [];
  const stderr = {write: (text: string) => lines.push(text)} as unknown as NodeJS.WriteStream;
  tellEvents({session, log: {onChange: () => {}}} as unknown as LiveRun, stderr);
  feed(session);
  for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [^\n]+\n$/);
  return lines.map((line) => line.slice(20, -1));
}

test('an alert is told, told again and its end', () => {
  expect(
    told((session) => {
      for (const [second, percent] of [
        [0, 85],
        [60, 90],
        [61, 20],
        [76, 20],
      ] as const)
        session.feed(sampleAt(second, percent));
    }),
  ).toEqual([
    'MEMORY ALERT: 85.0% of RAM in use (threshold: 80%)',
    'MEMORY ALERT: 90.0% of RAM in use (threshold: 80%), told 2 times',
    'RAM alert resolved: lasted 1 m 1 s · peak 90.0%',
  ]);
});

test('so is one on something else than a pool', () => {
  const pressure = ok({some10: 40, some60: 0, full10: 0, full60: 0});
  expect(told((session) => session.feed(sampleAt(0, 50, {pressure})))).toEqual([
    'PRESSURE ALERT: some task waited for memory 40.0% of 10 s (threshold: 10%)',
  ]);
});

test('marks, hooks, notes, losses and the end of a job are told; changes by key are not', () => {
  const at = START;
  const exit = {at, code: 3};
  expect(
    told((session) => {
      session.emit({kind: 'mark', at, note: 'epoch 1'});
      session.emit({kind: 'hook', at, what: 'RAM', text: 'command exited with 0', ok: true});
      session.emit({kind: 'note', at, what: 'limit', text: 'job_42 is in force'});
      session.emit({kind: 'lost', at, what: 'RAM', reason: 'EIO'});
      session.emit({kind: 'back', at, what: 'RAM', afterMs: 1000});
      session.emit({kind: 'changed', at, what: 'RAM', field: 'threshold', from: '80%', to: '85%'});
      session.emit({kind: 'silenced', at, what: 'RAM'});
      session.emit({kind: 'ended', at, what: 'job', ending: {name: 'x', pid: 7, exit, moments: [], top: []}});
    }),
  ).toEqual([
    'mark: epoch 1',
    'RAM hook command exited with 0',
    'limit: job_42 is in force',
    'RAM not read: EIO',
    'RAM: read again after 1 s',
    expect.stringMatching(/^job ended with 3 at \d\d:00:00$/),
  ]);
});

test('what names hold cannot reach the terminal', () => {
  const note = '\u001b]0;owned\u0007\u001b[2Jx\ny';
  expect(told((session) => session.emit({kind: 'mark', at: START, note}))).toEqual(['mark: x y']);
});

test('only a terminal is rung', () => {
  const written: string[] = [];
  const stream = (isTTY: boolean) =>
    ({isTTY, write: (text: string) => written.push(text)}) as unknown as NodeJS.WriteStream;
  expect(ringOn(stream(false))).toBeUndefined();
  ringOn(stream(true))?.('\u0007');
  expect(written).toEqual(['\u0007']);
});

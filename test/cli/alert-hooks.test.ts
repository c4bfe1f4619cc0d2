import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {AlertHooks} from '../../src/cli/alert-hooks.ts';
import {UserError} from '../../src/cli/exit.ts';
import type {SessionEvent} from '../../src/core/event.ts';
import {Session} from '../../src/core/session.ts';
import {GIB, processesAt, processReading, START, sampleAt} from '../core/samples.ts';
import {FakeHost} from '../sources/fake-host.ts';
import {settingsOf} from './settings.ts';

const BELL = '\u0007';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'memtop-hooks-'));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

function open(
  texts: Parameters<typeof settingsOf>[0],
  env: Readonly<Record<string, string>> = {},
  logFile?: string,
) {
  const rung: string[] = [];
  const results: string[] = [];
  const hooks = new AlertHooks({
    settings: settingsOf(texts),
    host: new FakeHost({env}),
    logFile,
    ring: (bytes) => rung.push(bytes),
    onResult: (name, {event, what}, {ok, text}) => results.push(`${name} ${event} ${what} ${ok}: ${text}`),
  });
  return {hooks, rung, results};
}

/** What a session tells of an alert on RAM from its raising to its end. */
function story(): readonly SessionEvent[] {
  const session = new Session();
  const events: SessionEvent[] = [];
  session.onEvent((event) => events.push(event));
  const processes = processesAt(0, [processReading(812, 71 * GIB, {args: ['python', 'train.py']})]);
  for (const [second, percent] of [
    [0, 50],
    [1, 91],
    [61, 97],
    [62, 20],
    [77, 20],
  ] as const)
    session.feed(sampleAt(second, percent, {processes}));
  session.emit({kind: 'mark', at: START, note: 'epoch 1'});
  return events;
}

describe('a terminal is rung', () => {
  test('when an alert is raised, and neither when it is told again nor when it is over', () => {
    const {hooks, rung} = open({bell: 'on'});
    const events = story();
    expect(events.map(({kind}) => kind)).toEqual(['raised', 'raised', 'resolved', 'mark']);
    for (const event of events) hooks.note(event);
    expect(rung).toEqual([BELL]);
  });

  test.each<[Record<string, string>, RegExp]>([
    [
      {TERM: 'xterm-kitty'},
      /^\u001b\]9;memtop: RAM alert on testbox: MEMORY ALERT: 91\.0%[^\u001b\u0007]*\u0007$/,
    ],
    [
      {TERM: 'xterm-256color', VTE_VERSION: '7600'},
      /^\u001b\]777;notify;RAM alert on testbox;MEMORY ALERT[^\u0007]*\u0007$/,
    ],
    [{TERM: 'foot'}, /^\u001b\]777;notify;/],
    [{TERM: 'rxvt-unicode'}, /^\u001b\]777;notify;/],
    [
      {TERM: 'tmux-256color', TMUX: '/tmp/tmux-0/default,1,0'},
      /^\u001bPtmux;\u001b\u001b\]9;memtop.*\u001b\\$/,
    ],
  ])('with its own notification where that was asked for: %j', (env, form) => {
    const {hooks, rung} = open({notify: 'on'}, env);
    for (const event of story()) hooks.note(event);
    expect(rung).toEqual([expect.stringMatching(form)]);
  });

  test('with both, the bell last', () => {
    const {hooks, rung} = open({notify: 'on', bell: 'on'});
    for (const event of story()) hooks.note(event);
    expect(rung.join('')).toMatch(/^\u001b\]9;.*\u0007\u0007$/);
  });

  test('not at all where nobody asked for it', () => {
    const {hooks, rung} = open({});
    for (const event of story()) hooks.note(event);
    expect([hooks.count, rung.join('')]).toEqual([0, '']);
  });
});

describe('a program is called', () => {
  /** One that keeps what it was told, one JSON object a line. */
  function program(): string {
    const path = join(folder, 'hook.mjs');
    const out = JSON.stringify(join(folder, 'out'));
    writeFileSync(
      path,
      `import fs from 'node:fs'; fs.appendFileSync(${out}, fs.readFileSync(0, 'utf8').trim() + '\\n');`,
    );
    return `${process.execPath} ${path}`;
  }
  const told = () =>
    readFileSync(join(folder, 'out'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  test('once when an alert is raised and once when it is over, with all that is known', async () => {
    const {hooks, results} = open({'on-alert': program()}, {}, '/var/log/run.jsonl');
    for (const event of story()) hooks.note(event);
    await hooks.flush(8000);
    await hooks.close();
    expect(told()).toEqual([
      {
        timestamp: '2026-03-01T12:00:01.000Z',
        event: 'raised',
        rule: 'ram',
        what: 'RAM',
        message: 'MEMORY ALERT: 91.0% of RAM in use (threshold: 80%)',
        host_name: 'testbox',
        status: 'HIGH',
        unit: 'percent',
        value: expect.closeTo(91),
        threshold: 80,
        used_bytes: expect.closeTo(91 * GIB, -1),
        total_bytes: 100 * GIB,
        top_process: {pid: 812, name: 'python train', rss_bytes: 71 * GIB},
        log: '/var/log/run.jsonl',
      },
      {
        timestamp: '2026-03-01T12:01:17.000Z',
        event: 'resolved',
        rule: 'ram',
        what: 'RAM',
        message: 'RAM alert resolved: lasted 1 m 1 s · peak 97.0%',
        host_name: 'testbox',
        status: 'NORMAL',
        unit: 'percent',
        lasted_seconds: 61,
        peak: expect.closeTo(97),
        log: '/var/log/run.jsonl',
      },
    ]);
    expect(results).toEqual([
      expect.stringMatching(/^\S+ raised RAM true: /),
      expect.stringMatching(/^\S+ resolved RAM true: /),
    ]);
  });

  test('for a rule that is no pool as well', async () => {
    const {hooks} = open({'on-alert': program()});
    const session = new Session();
    session.onEvent((event) => hooks.note(event));
    const pressure = {status: 'ok', value: {some10: 40, some60: 0, full10: 0, full60: 0}} as const;
    session.feed(sampleAt(0, 50, {pressure}));
    await hooks.flush(8000);
    await hooks.close();
    expect(told()).toMatchObject([{rule: 'pressure', what: 'pressure', value: 40, threshold: 10}]);
    expect(told()[0]).not.toHaveProperty('used_bytes');
  });
});

describe('what is configured', () => {
  test('is counted, the terminal with it', () => {
    const all = {'on-alert': 'true', webhook: 'https://example.org/x', bell: 'on', notify: 'on'};
    expect(open({}).hooks.count).toBe(0);
    expect(open({bell: 'on'}).hooks.count).toBe(1);
    expect(open(all).hooks.count).toBe(4);
  });

  test('and cannot be used is refused, without telling what may be a secret', () => {
    const secret = 'http://hooks.example.org/T000/SECRET';
    expect(() => open({webhook: secret})).toThrow(UserError);
    expect(() => open({webhook: secret})).toThrow(/^webhook: (?!.*SECRET).*\(from --webhook\)$/);
  });
});

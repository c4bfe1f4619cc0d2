import {appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import {gzipSync} from 'node:zlib';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {LoggedRun} from '../../src/cli/logged-run.ts';
import {TapePlayer} from '../../src/cli/replay/player.ts';
import {TapeLines} from '../../src/cli/replay/tape-lines.ts';
import {surveyTape} from '../../src/cli/replay/tape-map.ts';
import type {SessionEvent} from '../../src/core/event.ts';
import {START as S} from '../core/samples.ts';
import {recordDemo, shown} from './recorded-demo.ts';
import {settingsOf} from './settings.ts';

const {values} = settingsOf({}, 'replay');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'memtop-test-'));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

const recorded = (seconds: number) => recordDemo(folder, seconds);

interface Deck {
  readonly player: TapePlayer;
  readonly events: SessionEvent[];
  /** Lets so much time go by. */
  pass(ms: number): Promise<void>;
  /** Until it is where it was asked to go. */
  settled(): Promise<void>;
  /** Until it has made its steps. */
  stepped(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A player with a clock of its own. */
async function deck(names: readonly string[], follows = false): Promise<Deck> {
  let now = 0;
  const events: SessionEvent[] = [];
  const stdin = Readable.from([]);
  const {map} = await surveyTape(names, values, {stdin, onProgress: () => {}});
  const player = new TapePlayer({
    map,
    openLines: (rotations) => {
      const last = names.at(-1) ?? '';
      const parts = Array.from({length: rotations}, (_, index) => `${last}.${rotations - index}`);
      return new TapeLines({names: [...names.slice(0, -1), ...parts, last], stdin, follows});
    },
    openRun: (onEvent) => new LoggedRun({values, ownThreshold: false, isShown: true, onEvent}),
    onEvent: (event) => events.push(event),
    follows,
    clock: () => now,
    // As the screen does, also before there is any reading.
    onChange: () => void player.session,
    onRewind: () => void events.splice(0),
  });
  const playing = player.play();
  const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
  const settled = async () => {
    do await turn();
    while (player.state === 'seek');
  };
  return {
    player,
    events,
    settled,
    async stepped() {
      for (let quiet = 0; quiet < 3; ) {
        const before = player.session.frame;
        await new Promise((resolve) => setTimeout(resolve, 40));
        quiet = player.session.frame === before ? quiet + 1 : 0;
      }
    },
    async pass(ms) {
      now += ms;
      // The tape looks up every 50 ms of the real clock.
      await new Promise((resolve) => setTimeout(resolve, 130));
    },
    async [Symbol.asyncDispose]() {
      player.close();
      await playing;
    },
  };
}

describe('a replay', () => {
  test('shows at every moment what was shown live', async () => {
    const {file, frames} = await recorded(420);
    await using tape = await deck([file]);
    tape.player.toggle();
    for (const second of [0, 1, 59, 200, 419, 37, 300]) {
      tape.player.goTo({kind: 'moment', at: S + second * 1000});
      await tape.settled();
      expect(shown(tape.player.session.frame)).toEqual(shown(frames[second]));
    }
  });

  test('has told by then what had happened live, and no more', async () => {
    const {file, session} = await recorded(420);
    const live: string[] = [];
    session.onEvent((event) => live.push(event.kind));
    await using tape = await deck([file]);
    tape.player.toggle();
    tape.player.goTo({kind: 'share', percent: 100});
    await tape.settled();
    const kinds = (events: readonly SessionEvent[]) =>
      events.map(({kind, at}) => `${kind} ${(at - S) / 1000}`);
    const all = kinds(tape.events);
    expect(all).toContain('mark 200');
    expect(all.some((one) => one.startsWith('raised'))).toBe(true);
    tape.player.goTo({kind: 'moment', at: S + 199_000});
    await tape.settled();
    expect(kinds(tape.events)).toEqual(all.filter((one) => Number(one.split(' ')[1]) <= 199));
  });

  test('goes from alert to mark to peak and back, and says where there is none', async () => {
    const {file, session} = await recorded(420);
    await using tape = await deck([file]);
    tape.player.toggle();
    const there = async (target: Parameters<TapePlayer['goTo']>[0]) => {
      expect(tape.player.goTo(target)).toBe(true);
      await tape.settled();
      return tape.player.session.frame?.at ?? 0;
    };
    expect(await there({kind: 'next', what: 'mark'})).toBe(S + 200_000);
    expect(tape.player.goTo({kind: 'next', what: 'mark'})).toBe(false);
    expect(await there({kind: 'peak'})).toBe(session.ram.summary.peak?.at);
    const alert = await there({kind: 'previous', what: 'alert'});
    expect(tape.player.session.frame?.ram.firing).toBe(true);
    expect(await there({kind: 'next', what: 'any'})).toBeGreaterThan(alert);
  });

  test('plays as fast as is asked for, stands still when paused, and ends', async () => {
    const {file} = await recorded(120);
    await using tape = await deck([file]);
    const {player} = tape;
    await tape.pass(10_000);
    expect(player.at).toBeGreaterThanOrEqual(S + 10_000);
    expect(player.at).toBeLessThan(S + 12_000);
    expect(player.session.frame?.at).toBe(S + 10_000);
    player.faster(1);
    player.faster(1);
    expect(player.speed).toBe(5);
    await tape.pass(10_000);
    expect(player.session.frame?.at).toBe(S + 60_000);
    player.toggle();
    await tape.pass(10_000);
    expect([player.state, player.session.frame?.at]).toEqual(['pause', S + 60_000]);
    player.toggle();
    await tape.pass(60_000);
    await tape.pass(1000);
    expect([player.state, player.percent, player.session.frame?.at]).toEqual(['end', 100, S + 119_000]);
    player.toggle();
    await tape.settled();
    expect(player.state).toBe('play');
    expect(player.percent).toBeLessThan(5);
  });

  test('steps from reading to reading, on and back', async () => {
    const {file} = await recorded(60);
    await using tape = await deck([file]);
    tape.player.goTo({kind: 'moment', at: S + 30_000});
    await tape.settled();
    const stepped = async (by: 1 | -1) => {
      tape.player.step(by);
      await tape.stepped();
      return ((tape.player.session.frame?.at ?? 0) - S) / 1000;
    };
    expect([
      await stepped(1),
      await stepped(1),
      await stepped(-1),
      await stepped(-1),
      await stepped(-1),
    ]).toEqual([31, 32, 31, 30, 29]);
    expect(tape.player.state).toBe('pause');
  });

  test('shows its first reading wherever it goes to a place before that', async () => {
    const {file, lines} = await recorded(60);
    const [start = '', ...rest] = lines;
    const earlier = start.replace(new Date(S).toISOString(), new Date(S - 5000).toISOString());
    writeFileSync(file, [earlier, ...rest].join('\n'));
    await using tape = await deck([file]);
    const {player} = tape;
    player.toggle();
    const first = [S, S];
    const seen = () => [player.session.frame?.at, player.at];
    const places = [{kind: 'start'}, {kind: 'share', percent: 0}, {kind: 'by', ms: -3_600_000}] as const;
    for (const place of places) {
      player.goTo({kind: 'moment', at: S + 20_000});
      await tape.settled();
      player.goTo(place);
      expect(player.session.frame).toBeDefined();
      await tape.settled();
      expect(seen()).toEqual(first);
    }
    player.step(-1);
    await tape.stepped();
    expect(seen()).toEqual(first);
    player.step(1);
    await tape.stepped();
    expect(seen()).toEqual([S + 1000, S + 1000]);
  });

  test('reads rotated parts in order and what is packed, and passes over hours in which nothing was written', async () => {
    const {lines} = await recorded(60);
    const later = lines.map((line) =>
      line.replace(
        /"timestamp":"([^"]+)"/,
        (_, time: string) => `"timestamp":"${new Date(Date.parse(time) + 36_000_000).toISOString()}"`,
      ),
    );
    const [first, second] = ['run.jsonl.1.gz', 'run.jsonl'].map((name) => path.join(folder, name));
    writeFileSync(first ?? '', gzipSync(lines.join('\n')));
    writeFileSync(second ?? '', later.join('\n'));
    await using tape = await deck([first ?? '', second ?? '']);
    await tape.pass(59_500);
    await tape.pass(1000);
    await tape.pass(1000);
    expect(tape.player.session.frame?.at).toBeGreaterThanOrEqual(S + 36_000_000);
    expect(tape.player.session.frame?.at).toBeLessThan(S + 36_010_000);
  });

  test('goes on with a log that is still written, also when it is rotated', async () => {
    const {file, lines} = await recorded(60);
    const [head, tail] = [lines.slice(0, 30), lines.slice(30)];
    writeFileSync(file, `${head.join('\n')}\n`);
    await using tape = await deck([file], true);
    tape.player.goTo({kind: 'end'});
    await tape.settled();
    const before = tape.player.session.ram.summary.checks;
    appendFileSync(file, `${tail.slice(0, 10).join('\n')}\n{"timest`);
    await new Promise((resolve) => setTimeout(resolve, 700));
    await tape.pass(20_000);
    const grown = tape.player.session.ram.summary.checks;
    expect(grown).toBeGreaterThan(before + 5);
    renameSync(file, `${file}.1`);
    writeFileSync(file, `${tail.slice(10).join('\n')}\n`);
    await new Promise((resolve) => setTimeout(resolve, 700));
    await tape.pass(60_000);
    await tape.pass(1000);
    // Its last line is that its run has ended.
    expect(tape.player.state).toBe('end');
    const all = tape.player.session.ram.summary.checks;
    expect(all).toBeGreaterThan(grown + 5);
    // Back to before the rotation, and to what is its end by now.
    tape.player.goTo({kind: 'moment', at: S + 5000});
    await tape.settled();
    expect(tape.player.session.frame?.at).toBe(S + 5000);
    tape.player.goTo({kind: 'end'});
    await tape.settled();
    expect(tape.player.session.ram.summary.checks).toBe(all);
  });

  test('says of a log that is followed that its run has ended, until another goes on', async () => {
    const {file, lines} = await recorded(30);
    writeFileSync(file, `${lines.slice(0, 20).join('\n')}\n`);
    await using tape = await deck([file], true);
    const {player} = tape;
    const grown = async (more: readonly string[]) => {
      appendFileSync(file, `${more.join('\n')}\n`);
      await new Promise((resolve) => setTimeout(resolve, 700));
      await tape.pass(60_000);
      return [player.state, player.isPlaying];
    };
    player.goTo({kind: 'end'});
    await tape.settled();
    expect([player.state, player.isPlaying]).toEqual(['play', true]);
    expect(await grown(lines.slice(20))).toEqual(['end', false]);
    expect(await grown(lines.slice(0, 10))).toEqual(['play', true]);
    expect(await grown(lines.slice(-1))).toEqual(['end', false]);
    player.toggle();
    await tape.settled();
    expect(player.state).toBe('play');
    expect(player.percent).toBeLessThan(100);
  });

  test('tells in which of several logs it is', async () => {
    const {file, lines} = await recorded(60);
    const parts = [lines.slice(0, 30), lines.slice(30)].map((part, index) => {
      writeFileSync(`${file}.${index}`, `${part.join('\n')}\n`);
      return `${file}.${index}`;
    });
    await using tape = await deck(parts);
    tape.player.toggle();
    const fileAt = async (second: number) => {
      tape.player.goTo({kind: 'moment', at: S + second * 1000});
      await tape.settled();
      return tape.player.file;
    };
    expect([await fileAt(10), await fileAt(50), await fileAt(5)]).toEqual([0, 1, 0]);
  });

  test('finds alerts, marks and the peak of what was written behind its first look', async () => {
    const {file, lines, session} = await recorded(420);
    const rest = lines.findIndex((line) => line.includes('"event_type":"MARK"'));
    writeFileSync(file, `${lines.slice(0, rest).join('\n')}\n`);
    await using tape = await deck([file], true);
    tape.player.goTo({kind: 'end'});
    await tape.settled();
    appendFileSync(file, `${lines.slice(rest).join('\n')}\n`);
    tape.player.goTo({kind: 'end'});
    await tape.settled();
    expect(tape.player.goTo({kind: 'previous', what: 'mark'})).toBe(true);
    await tape.settled();
    expect(tape.player.session.frame?.at).toBe(S + 200_000);
    expect(tape.player.goTo({kind: 'peak'})).toBe(true);
    await tape.settled();
    expect(tape.player.session.frame?.at).toBe(session.ram.summary.peak?.at);
  });

  test('counts quick presses from where they lead', async () => {
    const {file} = await recorded(300);
    await using tape = await deck([file]);
    tape.player.toggle();
    tape.player.goTo({kind: 'share', percent: 100});
    await tape.settled();
    // Its last line is a second behind its last reading.
    const end = S + 300_000;
    for (let press = 0; press < 5; press += 1) tape.player.goTo({kind: 'by', ms: -10_000});
    await tape.settled();
    expect(tape.player.session.frame?.at).toBe(end - 50_000);
    for (let press = 0; press < 3; press += 1) tape.player.step(-1);
    await tape.stepped();
    expect(tape.player.session.frame?.at).toBe(end - 53_000);
    for (let press = 0; press < 10; press += 1) tape.player.step(1);
    await tape.stepped();
    expect(tape.player.session.frame?.at).toBe(end - 43_000);
  });

  test('goes by the line that never goes back, where the clock was set', async () => {
    for (const shiftMs of [3_600_000, -3_600_000]) {
      const {file, lines} = await recorded(120);
      const set = lines.map((line, index) =>
        index < 61
          ? line
          : line.replace(/"timestamp":"([^"]+)"/, (_, time: string) => {
              const at = Date.parse(time);
              return `"timestamp":"${new Date(at + shiftMs).toISOString()}","timeline_ms":${at}`;
            }),
      );
      writeFileSync(file, `${set.join('\n')}\n`);
      await using tape = await deck([file]);
      tape.player.toggle();
      tape.player.goTo({kind: 'end'});
      await tape.settled();
      expect(tape.player.session.ram.summary.checks).toBe(120);
      expect(tape.player.percent).toBe(100);
      expect(tape.player.at).toBe(S + 120_000 + shiftMs);
      tape.player.goTo({kind: 'share', percent: 0});
      await tape.settled();
      expect(tape.player.at).toBe(S);
    }
  });
});

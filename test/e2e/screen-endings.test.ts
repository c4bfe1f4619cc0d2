import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {constants} from 'node:os';
import {expect, test} from 'vitest';
import {expectRestored, isUp, memtop, stopReason} from './live-screen.ts';
import {CLI, injected, NODE, type Workplace, workplace} from './program.ts';
import {start} from './pty.ts';

test.each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGQUIT', 131],
  ['SIGTERM', 143],
  ...(['SIGUSR1', 'SIGUSR2', 'SIGXCPU', 'SIGALRM', 'SIGABRT'] as const).map(
    (name) => [name, 128 + constants.signals[name]] as const,
  ),
] as const)('%s restores the terminal, ends the log and exits with %i', async (signal, code) => {
  using place = workplace();
  await using program = memtop(place, ['--log', 'run.jsonl']);
  await program.waitFor(isUp);
  program.signal(signal);
  expect((await program.waitForExit()).exitCode).toBe(code);
  expectRestored(program);
  expect(stopReason(place, 'run.jsonl')).toMatchObject({event_type: 'STOP', reason: signal});
});

test('Ctrl-C ends with 130', async () => {
  using place = workplace();
  await using program = memtop(place);
  await program.waitFor(isUp);
  program.press('\u0003');
  expect((await program.waitForExit()).exitCode).toBe(130);
  expectRestored(program);
});

/** Code that does something once `ask` is called, and not after a time that a slow machine may need to begin. */
const whenAsked = (code: string) => `
  import {existsSync, writeFileSync} from 'node:fs';
  const timer = setInterval(() => {
    if (!existsSync('asked')) return;
    clearInterval(timer);
    ${code};
  }, 20);
  timer.unref();`;

const ask = (place: Workplace) => writeFileSync(place.file('asked'), '');

test('a crash gives the terminal back first, then says in one line what to report', async () => {
  using place = workplace();
  const env = injected(place, whenAsked("throw new Error('boom')"));
  await using program = memtop(place, ['--log', 'run.jsonl'], {env});
  await program.waitFor(isUp);
  ask(place);
  expect((await program.waitForExit()).exitCode).toBe(70);
  expectRestored(program);
  const screen = program.screenText().join('\n');
  expect(screen).toContain('memtop: a fault in memtop itself: Error: boom; details are in');
  expect(screen).not.toMatch(/^ +at .*:\d+/m);
  expect(stopReason(place, 'run.jsonl')).toMatchObject({event_type: 'STOP', reason: 'a fault in memtop'});
});

test('a crash before there is a screen ends the log and the report too', async () => {
  using place = workplace();
  const env = injected(
    place,
    "Object.defineProperty(process.stdin, 'setRawMode', {value: () => { throw new Error('boom'); }})",
  );
  await using program = memtop(place, ['--log', 'run.jsonl', '--report', 'end.json'], {env});
  expect((await program.waitForExit()).exitCode).toBe(70);
  expectRestored(program);
  expect(stopReason(place, 'run.jsonl')).toMatchObject({event_type: 'STOP', reason: 'a fault in memtop'});
  expect(JSON.parse(place.read('end.json'))).toMatchObject({reason: 'a fault in memtop'});
});

test('what others print does not reach the screen, and is told after it', async () => {
  using place = workplace();
  const env = injected(
    place,
    whenAsked(
      "console.log('stray line'); process.emitWarning('odd'); setTimeout(() => writeFileSync('done', ''), 300)",
    ),
  );
  await using program = memtop(place, [], {env});
  await program.waitFor(isUp);
  ask(place);
  await expect.poll(() => existsSync(place.file('done')), {timeout: 10_000}).toBe(true);
  expect(program.screenText().join('\n')).not.toContain('stray line');
  program.press('q');
  await program.waitForExit();
  expect(program.screenText().join('\n')).toMatch(/stray line\n.*odd/);
});

test('a terminal that goes away ends memtop, with its log whole', async () => {
  using place = workplace();
  // The shell takes the signal that the closed terminal sends, so that only the end of input tells memtop.
  await using program = start('sh', ['-c', `trap '' HUP; exec "${NODE}" "${CLI}" --demo --log run.jsonl`], {
    cwd: place.folder,
    env: place.env,
  });
  await program.waitFor(isUp);
  const {pid} = program;
  await program.end();
  await expect
    .poll(() => existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z'), {
      timeout: 5000,
    })
    .toBe(false);
  expect(place.lines('run.jsonl').length).toBeGreaterThan(1);
});

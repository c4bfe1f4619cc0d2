import {existsSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {isUp, memtop} from './live-screen.ts';
import {run, type Workplace, workplace} from './program.ts';

/** Starts the screen, and ends it once that is so. */
async function showUntil(place: Workplace, isDone: () => boolean): Promise<void> {
  await using program = memtop(place, ['--demo'], {env: {XDG_CACHE_HOME: place.file('cache')}});
  await program.waitFor(isUp);
  await program.waitFor(isDone, {timeout: 15_000});
  program.press('q');
  expect(await program.waitForExit()).toEqual({exitCode: 0, signal: 0});
}

function keptFiles(place: Workplace): readonly string[] {
  const folder = place.file('cache/memtop');
  return existsSync(folder) ? readdirSync(folder).map((name) => path.join(folder, name)) : [];
}

test('what the first screen compiled is there for the next, and made anew where it was damaged', async () => {
  using place = workplace();
  await showUntil(place, () => keptFiles(place).some((file) => !path.basename(file).startsWith('~')));
  const [file = '', ...others] = keptFiles(place);
  expect(others).toEqual([]);
  const {mode, mtimeMs} = statSync(file);
  expect(mode & 0o777).toBe(0o600);

  await showUntil(place, () => true);
  expect(statSync(file).mtimeMs).toBe(mtimeMs);

  const whole = readFileSync(file);
  writeFileSync(file, Buffer.from(whole).fill(0, 200_000, 300_000));
  await showUntil(
    place,
    () =>
      readFileSync(file).length > 0 &&
      !readFileSync(file).subarray(200_000, 300_000).equals(Buffer.alloc(100_000)),
  );
  expect(readFileSync(file).length).toBeGreaterThan(whole.length / 2);
});

test('who asks one thing keeps nothing, and is answered also where nothing can be kept', async () => {
  using place = workplace();
  const once = await run(['once', '--demo'], place, {XDG_CACHE_HOME: place.file('cache')});
  expect(once.code).toBe(0);
  expect(keptFiles(place)).toEqual([]);
  writeFileSync(place.file('blocked'), '');
  const blocked = await run(['once', '--demo'], place, {XDG_CACHE_HOME: place.file('blocked')});
  expect({...blocked, stdout: ''}).toEqual({...once, stdout: ''});
});

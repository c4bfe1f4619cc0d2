import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {CodeCache, cacheFolder} from '../../src/cli/code-cache.ts';

let folder: string;
const file = () => join(folder, 'code', 'one');
const cache = () => new CodeCache(join(folder, 'code'), 'one');
const CODE = Buffer.from(Array.from({length: 5000}, (_, index) => (index * 7919) % 251));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'memtop-code-'));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

describe('compiled code', () => {
  test('is there again as it was kept, for nobody else to read or write', () => {
    cache().write(CODE);
    expect(cache().read()).toEqual(CODE);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'code')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(folder, 'code'))).toEqual(['one']);
  });

  test('is none before it was kept, and none where others could have written it', () => {
    expect(cache().read()).toBeUndefined();
    cache().write(CODE);
    chmodSync(file(), 0o622);
    expect(cache().read()).toBeUndefined();
  });

  test('is none where it is cut off or was overwritten with anything else', () => {
    fc.assert(
      fc.property(fc.nat(CODE.length), fc.boolean(), (length, isFilled) => {
        cache().write(CODE);
        const whole = readFileSync(file());
        const kept = whole.subarray(0, whole.length - 1 - (length % (whole.length - 1)));
        // As a file system does that lost its last writes.
        writeFileSync(file(), isFilled ? Buffer.concat([kept, Buffer.alloc(whole.length)]) : kept);
        expect(cache().read()).toBeUndefined();
      }),
      {numRuns: 60},
    );
  });

  test('of versions that are not used any more goes', () => {
    cache().write(CODE);
    const old = new Date(Date.now() - 31 * 86_400_000);
    utimesSync(file(), old, old);
    new CodeCache(join(folder, 'code'), 'two').write(CODE);
    expect(readdirSync(join(folder, 'code'))).toEqual(['two']);
  });

  test('that cannot be kept is no fault', () => {
    writeFileSync(join(folder, 'code'), 'a file where the folder would be');
    cache().write(CODE);
    expect(cache().read()).toBeUndefined();
    expect(existsSync(join(folder, 'code'))).toBe(true);
  });
});

describe('its folder', () => {
  test.each([
    ['linux', {HOME: '/home/ada'}, '/home/ada/.cache/memtop'],
    ['linux', {HOME: '/home/ada', XDG_CACHE_HOME: '/scratch'}, '/scratch/memtop'],
    ['linux', {HOME: '/home/ada', XDG_CACHE_HOME: 'scratch'}, '/home/ada/.cache/memtop'],
    ['linux', {HOME: ''}, undefined],
    ['linux', {HOME: '/home/ada', NODE_DISABLE_COMPILE_CACHE: '1'}, undefined],
    ['darwin', {HOME: '/Users/ada'}, '/Users/ada/Library/Caches/memtop'],
    ['win32', {}, undefined],
  ])('on %s with %j', (platform, env, expected) => {
    expect(cacheFolder(platform, env)).toBe(expected);
  });
});

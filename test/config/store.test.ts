import {existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {SettingError} from '../../src/config/resolve.ts';
import {savedLayer} from '../../src/config/settings-file.ts';
import {SettingsStore} from '../../src/config/store.ts';

let folder = '';
let path = '';
let store: SettingsStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'memtop-store-'));
  path = join(folder, 'below', 'config.json');
  store = new SettingsStore(path);
});

afterEach(() => rmSync(folder, {recursive: true, force: true}));

const written = () => JSON.parse(readFileSync(path, 'utf8'));

describe('set', () => {
  test('keeps a setting for every command, in a file for its owner alone, whose folder is made', async () => {
    await store.set('threshold', '85');
    await store.set('log-interval', '5s');
    expect(written()).toEqual({threshold: '85', 'log-interval': '5s'});
    expect(savedLayer(path, 'watch').texts).toEqual({threshold: '85', 'log-interval': '5s'});
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('stands over what the screen kept before', async () => {
    await store.keepForScreen({threshold: '70', sort: 'name'});
    await store.set('threshold', '85');
    expect(savedLayer(path, 'screen').texts).toEqual({threshold: '85', sort: 'name'});
  });

  test('leaves alone what others wrote meanwhile', async () => {
    await store.set('threshold', '85');
    writeFileSync(path, '{"threshold":"60","top":"9"}');
    await store.set('sort', 'pid');
    expect(written()).toEqual({threshold: '60', top: '9', sort: 'pid'});
  });

  test('begins with an empty file as with none', async () => {
    await store.set('top', '5');
    writeFileSync(path, '');
    await store.set('top', '6');
    expect(written()).toEqual({top: '6'});
  });

  test('refuses to write over a file that it cannot read', async () => {
    await store.set('top', '5');
    writeFileSync(path, '{"top": 5');
    await expect(store.set('top', '6')).rejects.toThrow(SettingError);
    expect(readFileSync(path, 'utf8')).toBe('{"top": 5');
  });
});

describe('keepForScreen', () => {
  test('keeps settings for the screen alone, the others as they were', async () => {
    await store.set('threshold', '85');
    await store.keepForScreen({threshold: '70', span: '1h'});
    await store.keepForScreen({span: '6h'});
    expect(written()).toEqual({threshold: '85', screen: {threshold: '70', span: '6h'}});
    expect(savedLayer(path, 'screen').texts).toEqual({threshold: '70', span: '6h'});
    expect(savedLayer(path, 'watch').texts).toEqual({threshold: '85'});
  });
});

describe('reset', () => {
  test('forgets everything, also a broken file, and twice is harmless', async () => {
    await store.set('top', '5');
    writeFileSync(path, 'broken');
    store.reset();
    store.reset();
    expect(existsSync(path)).toBe(false);
    expect(savedLayer(path, 'screen').texts).toEqual({});
    await store.set('top', '6');
    expect(written()).toEqual({top: '6'});
  });
});

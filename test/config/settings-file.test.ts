import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {homedir, tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {SettingError} from '../../src/config/resolve.ts';
import {
  readSettings,
  savedLayer,
  screenKept,
  settingsFolder,
  settingsPath,
  unknownSaved,
} from '../../src/config/settings-file.ts';

let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'memtop-settings-'));
  path = join(folder, 'config.json');
});

afterEach(() => rmSync(folder, {recursive: true, force: true}));

const texts = (content: unknown, command: 'screen' | 'watch' = 'screen') => {
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return savedLayer(path, command).texts;
};

describe('the folder of settings', () => {
  test.each([
    ['linux', {XDG_CONFIG_HOME: '/xdg'}, '/xdg/memtop'],
    ['linux', {XDG_CONFIG_HOME: 'not/absolute'}, join(homedir(), '.config', 'memtop')],
    ['linux', {}, join(homedir(), '.config', 'memtop')],
    ['darwin', {XDG_CONFIG_HOME: '/xdg'}, join(homedir(), 'Library', 'Preferences', 'memtop')],
    [
      'win32',
      {APPDATA: join('C:', 'Users', 'm', 'AppData')},
      join('C:', 'Users', 'm', 'AppData', 'memtop', 'Config'),
    ],
    ['win32', {}, join(homedir(), 'AppData', 'Roaming', 'memtop', 'Config')],
  ] as const)('on %s with %j is %s', (platform, env, expected) => {
    expect(settingsFolder({platform, env})).toBe(expected);
    expect(settingsPath({platform, env})).toBe(join(expected, 'config.json'));
  });
});

describe('saved settings', () => {
  test('are a layer that names its file', () => {
    expect(texts({threshold: '85', top: 7, mouse: true})).toEqual({threshold: '85', top: '7', mouse: 'true'});
    expect(savedLayer(path, 'watch').origin('top')).toBe(`from ${path}`);
  });

  test('that keys on the screen changed are for the screen alone', () => {
    const content = {threshold: '85', screen: {threshold: '70', sort: 'name'}};
    expect(texts(content, 'screen')).toEqual({threshold: '70', sort: 'name'});
    expect(texts(content, 'watch')).toEqual({threshold: '85'});
  });

  test('with names that no option has, as of a newer memtop, are read without them', () => {
    const content = {threshold: '85', colour: 'red', screen: {threshold: '70', zoom: '2', top: '9'}};
    expect(texts(content, 'screen')).toEqual({threshold: '70'});
    expect(texts(content, 'watch')).toEqual({threshold: '85'});
    expect(screenKept(path)).toEqual({threshold: '70'});
    expect(unknownSaved(path)).toEqual(['colour', 'screen.zoom', 'screen.top']);
  });

  test('leave out what is never saved', () => {
    expect(texts({demo: 'on', seed: '5', top: '3', __internal__: {migrations: {}}})).toEqual({top: '3'});
    expect(unknownSaved(path)).toEqual([]);
  });

  test('are none where there is no file, an empty one, or no folder', () => {
    expect(savedLayer(path, 'screen').texts).toEqual({});
    expect(texts('')).toEqual({});
    expect(texts(' \n')).toEqual({});
    expect(readSettings(join(path, 'below', 'a-file.json'))).toEqual({});
  });
});

describe('a settings file that cannot be used is told in one line', () => {
  test.each([
    ['{"threshold":', '"{\\"threshold\\":"'],
    ['[1,2]', '"[1,2]"'],
    ['"text"', '"\\"text\\""'],
    ['null', '"null"'],
    ['42', '"42"'],
    ['\u0000\u0001\u001b[2J', '"\\u0000\\u0001\\u001b[2J"'],
  ])('when it holds %j', (content, got) => {
    const message = `settings: expected a JSON object, got ${got} (from ${path}); memtop config reset begins anew`;
    expect(() => texts(content)).toThrow(new SettingError(message));
  });

  test('when a folder is in its place', () => {
    mkdirSync(path);
    expect(() => readSettings(path)).toThrow(
      new SettingError(`settings: expected a file, got EISDIR (from ${path})`),
    );
  });
});

test.each([
  ['{"toString": 0}', '{"toString":0}'],
  ['[85]', '[85]'],
  ['85', '85'],
  ['true', 'true'],
])('a value of %s is read as it stands there', (value, text) => {
  writeFileSync(path, `{"threshold": ${value}}`);
  expect(savedLayer(path, 'watch').texts).toEqual({threshold: text});
});

import {describe, expect, test} from 'vitest';
import {readTerminal, screenProblem} from '../../src/tui/capabilities.ts';

const NO_WISHES = {ascii: undefined, chart: undefined};
const read = (env: Readonly<Record<string, string>>, platform = 'linux') =>
  readTerminal({LANG: 'C.UTF-8', ...env}, platform, NO_WISHES);

describe('TERM', () => {
  test.each([
    ['xterm-256color', 256, true],
    ['tmux-256color', 256, true],
    ['screen-256color', 256, true],
    ['xterm-kitty', 256, true],
    ['alacritty', 256, true],
    ['xterm-ghostty', 256, true],
    ['foot', 256, true],
    ['wezterm', 256, true],
    ['st', 256, true],
    ['xterm-direct', 256, true],
    ['xterm', 8, true],
    ['screen', 8, true],
    ['rxvt', 8, true],
    ['some-terminal-of-tomorrow', 8, true],
    ['linux', 8, false],
    ['vt100', 0, false],
    ['vt220', 0, false],
    ['xterm-mono', 0, true],
    ['XTERM-256COLOR', 256, true],
  ])('%s has %i colours; a second screen: %s', (TERM, colors, hasSecondScreen) => {
    expect(read({TERM})).toMatchObject({colors, hasSecondScreen});
  });

  test('linux is the text console: blocks, and its own description', () => {
    expect(read({TERM: 'linux'})).toMatchObject({
      capabilities: {ascii: false, console: true, chart: 'blocks'},
      description: 'linux',
    });
    expect(read({TERM: 'xterm'})).toMatchObject({
      capabilities: {ascii: false, console: false, chart: 'braille'},
      description: 'xterm-256color',
    });
  });
});

describe('colours', () => {
  test('go with NO_COLOR, unless that is empty', () => {
    expect(read({TERM: 'xterm-256color', NO_COLOR: '1'}).colors).toBe(0);
    expect(read({TERM: 'xterm-256color', COLORTERM: 'truecolor', NO_COLOR: '0'}).colors).toBe(0);
    expect(read({TERM: 'xterm-256color', NO_COLOR: ''}).colors).toBe(256);
  });

  test('are many where COLORTERM says so, and on Windows', () => {
    expect(read({TERM: 'xterm', COLORTERM: 'truecolor'}).colors).toBe(256);
    expect(readTerminal({}, 'win32', NO_WISHES)).toMatchObject({colors: 256, capabilities: {ascii: false}});
  });
});

describe('the locale', () => {
  const isAscii = (env: Readonly<Record<string, string>>) =>
    readTerminal({TERM: 'xterm', ...env}, 'linux', NO_WISHES).capabilities.ascii;
  test.each([
    [{}, true],
    [{LANG: 'C'}, true],
    [{LANG: 'POSIX'}, true],
    [{LANG: 'de_DE.ISO-8859-1'}, true],
    [{LANG: 'en_US.UTF-8'}, false],
    [{LANG: 'en_US.utf8'}, false],
    [{LC_CTYPE: 'C.UTF-8'}, false],
    [{LANG: 'en_US.UTF-8', LC_ALL: 'C'}, true],
    [{LANG: 'C', LC_ALL: 'C.UTF-8'}, false],
    [{LANG: 'C', LC_CTYPE: 'en_US.UTF-8'}, false],
    [{LANG: 'en_US.UTF-8', LC_CTYPE: 'C', LC_ALL: ''}, true],
  ])('%o: ASCII only is %s', (env, expected) => expect(isAscii(env)).toBe(expected));
});

describe('wishes', () => {
  const wish = (
    wishes: Partial<Parameters<typeof readTerminal>[2]>,
    env = {TERM: 'xterm', LANG: 'C.UTF-8'},
  ) => readTerminal(env, 'linux', {...NO_WISHES, ...wishes}).capabilities;

  test('come before what the environment says', () => {
    expect(wish({ascii: true})).toEqual({ascii: true, console: false, chart: 'ascii'});
    expect(wish({ascii: false}, {TERM: 'xterm', LANG: 'C'})).toMatchObject({ascii: false, chart: 'braille'});
    expect(wish({chart: 'blocks'})).toMatchObject({ascii: false, chart: 'blocks'});
  });

  test('cannot draw what ASCII has not', () => {
    expect(wish({ascii: true, chart: 'braille'}).chart).toBe('ascii');
    expect(wish({ascii: true}, {TERM: 'linux', LANG: 'C.UTF-8'})).toMatchObject({console: false});
  });
});

describe('there is no screen', () => {
  const BOTH = {input: true, output: true};
  test.each([
    [{TERM: 'xterm'}, 'linux', BOTH, undefined],
    [{TERM: 'xterm'}, 'linux', {input: true, output: false}, 'standard output is not a terminal'],
    [{TERM: 'xterm'}, 'linux', {input: false, output: true}, 'standard input is not a terminal'],
    [{}, 'linux', BOTH, 'TERM is not set'],
    [{TERM: ''}, 'darwin', BOTH, 'TERM is not set'],
    [{TERM: 'dumb'}, 'linux', BOTH, 'TERM=dumb cannot place text'],
    [{}, 'win32', BOTH, undefined],
    [{}, 'win32', {input: true, output: false}, 'standard output is not a terminal'],
  ])('%o on %s with %o: %s', (env, platform, isTerminal, problem) => {
    expect(screenProblem(env, platform, isTerminal)).toBe(problem);
  });
});

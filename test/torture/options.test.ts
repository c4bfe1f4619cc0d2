import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import {afterAll, describe, expect, test} from 'vitest';
import {readArguments} from '../../src/cli/args.ts';
import {UserError} from '../../src/cli/exit.ts';
import {
  COMMANDS,
  type Command,
  isToggle,
  OPTION_NAMES,
  OPTIONS,
  type OptionName,
  variableName,
} from '../../src/config/options.ts';
import {environmentLayer, type Layer, resolveSettings, SettingError} from '../../src/config/resolve.ts';
import {savedLayer} from '../../src/config/settings-file.ts';
import {run, workplace} from '../e2e/program.ts';
import {howMany} from './depth.ts';

const RUNS = howMany(1000, 6);
const folder = mkdtempSync(path.join(tmpdir(), 'memtop-options-'));
afterAll(() => rmSync(folder, {recursive: true}));

/** What somebody may give: near to what is right, far from it, and meant to break something. */
function given(name: OptionName): fc.Arbitrary<string> {
  const option = OPTIONS[name];
  const right = 'fallback' in option ? option.fallback : '80%';
  const near = fc
    .tuple(
      fc.constantFrom(
        right,
        '80%',
        '19.2GB',
        '500ms',
        '1s,5m',
        '90%,1=80%',
        '127.0.0.1:9717',
        'run.html',
        'https://h/x',
        '4711',
      ),
      fc.nat(20),
      fc.string({maxLength: 3}),
    )
    .map(([text, place, more]) => text.slice(0, place) + more + text.slice(place));
  return fc.oneof(
    near,
    fc.string({unit: 'binary', maxLength: 30}),
    fc.string({unit: 'grapheme', maxLength: 30}),
    fc.oneof(fc.integer(), fc.double(), fc.bigInt()).map(String),
    fc.stringMatching(/^[-+]?[0-9.,eE]{0,12} ?[a-zA-Z%/:=]{0,6}$/),
    fc.constantFrom(
      '',
      ' ',
      '-',
      '--',
      '=',
      '\0',
      '\n',
      '\u001b[2J',
      '\u202eabc',
      '__proto__',
      'constructor',
      'toString',
      'NaN',
      'Infinity',
      '0x10',
      '1e400',
      '-0',
      '((((',
      '[',
      '(a+)+$',
      '../../etc/passwd',
      '%s%n',
      '$' + '{HOME}',
    ),
    fc.constantFrom('9', 'a', ' ', '[', '(', '1,', '1=1,', '\u0301').map((one) => one.repeat(5000)),
  );
}

/** One line that says what was expected, what was given and where it comes from. */
function expectClear(error: unknown, name: string, origin: string): void {
  if (!(error instanceof UserError || error instanceof SettingError)) throw error;
  const {message} = error;
  expect(message).toMatch(/expected [\s\S]+, got /);
  expect(message).toContain(origin);
  expect(message).toContain(name);
  expect(message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
  expect(message.length).toBeLessThan(700);
}

function attempt(
  layers: readonly Layer[],
  command: Command,
  [name, origin]: readonly [string, string],
): boolean {
  try {
    resolveSettings(command, layers);
    return true;
  } catch (error) {
    expectClear(error, name, origin);
    return false;
  }
}

describe.each(OPTION_NAMES)('whatever is given for --%s is taken, or refused in one line,', (name) => {
  const {commands, saved} = OPTIONS[name];

  test('as a flag of every command that has it', {timeout: 600_000}, () => {
    fc.assert(
      fc.property(
        given(name),
        fc.constantFrom<Command>(...commands),
        fc.boolean(),
        (text, command, isJoined) => {
          const flag = isJoined || isToggle(name) ? [`--${name}=${text}`] : [`--${name}`, text];
          const job = command === 'run' ? ['--', 'true'] : [];
          const words = command === 'screen' ? [] : [command];
          let args: ReturnType<typeof readArguments>;
          try {
            args = readArguments([...words, ...flag, ...job]);
          } catch (error) {
            // `--name --` has no value, and what follows is the job.
            expectClear(error, '', '');
            return;
          }
          expect(args.layer.texts[name]).toBe(text);
          attempt([args.layer], command, [name, `from --${name}`]);
        },
      ),
      {numRuns: RUNS},
    );
  });

  test('as a variable', {timeout: 600_000}, () => {
    fc.assert(
      fc.property(given(name), fc.constantFrom<Command>(...commands), (text, command) => {
        const layer = environmentLayer({[variableName(name)]: text});
        const isTaken = attempt([layer], command, [name, `from ${variableName(name)}`]);
        if (text === '') expect(isTaken).toBe(true);
      }),
      {numRuns: RUNS},
    );
  });

  test('as a saved setting, of text or of any other kind', {timeout: 600_000}, () => {
    const file = path.join(folder, 'config.json');
    const value = fc.oneof({weight: 3, arbitrary: given(name)}, fc.jsonValue({maxDepth: 2}));
    fc.assert(
      fc.property(value, fc.constantFrom<Command>(...commands), fc.boolean(), (one, command, isOfScreen) => {
        writeFileSync(file, JSON.stringify(isOfScreen ? {screen: {[name]: one}} : {[name]: one}));
        const isTaken = attempt([savedLayer(file, command)], command, [name, `from ${file}`]);
        if (!saved) expect(isTaken).toBe(true);
      }),
      {numRuns: RUNS},
    );
  });
});

test('whatever a command line is, it is read, or refused in one line', {timeout: 600_000}, () => {
  const flags = OPTION_NAMES.flatMap((name) => [
    `--${name}`,
    `--no-${name}`,
    `--${name}=`,
    `--${name.slice(0, -1)}`,
  ]);
  const word = fc.oneof(
    fc.constantFrom(...Object.keys(COMMANDS), ...flags),
    fc.constantFrom(
      '--',
      '-',
      '---',
      '--=',
      '-x',
      '-hv',
      '-h=1',
      '--help',
      'help',
      '--version',
      '--no-',
      '--no-no-leak',
      '--constructor',
      '--__proto__',
      '--__proto__=1',
      '--toString',
    ),
    fc.string({unit: 'binary', maxLength: 12}),
    fc.string({maxLength: 12}).map((text) => `--${text}`),
  );
  fc.assert(
    fc.property(fc.array(word, {maxLength: 6}), (argv) => {
      try {
        const {command} = readArguments(argv);
        expect(Object.keys(COMMANDS)).toContain(command);
      } catch (error) {
        expectClear(error, '', '');
      }
    }),
    {numRuns: howMany(100_000, 500)},
  );
});

test('the built program refuses with 2 and one line what the tables refuse, however it is given', {
  timeout: 900_000,
}, async () => {
  using place = workplace();
  const names = OPTION_NAMES.filter((name) =>
    OPTIONS[name].commands.some((command) => command === 'once' || command === 'watch'),
  );
  const bad = fc.constantFrom(...names).chain((name) =>
    given(name)
      // The system itself takes no NUL in an argument, and not endless ones; half a character arrives as another one.
      .filter(
        (text) =>
          !text.includes('\0') &&
          Buffer.from(text).toString() === text &&
          text !== '' &&
          isRefused(name, text),
      )
      .map((text) => [name, text] as const),
  );
  await fc.assert(
    fc.asyncProperty(bad, fc.constantFrom('flag', 'variable', 'saved'), async ([name, text], way) => {
      const command = OPTIONS[name].commands.some((one) => one === 'once') ? 'once' : 'watch';
      const isSaved = way === 'saved' && OPTIONS[name].saved;
      const file = path.join(place.env.XDG_CONFIG_HOME ?? '', 'memtop', 'config.json');
      await run(['config', 'reset'], place);
      if (isSaved) {
        const {code, stderr} = await run(['config', 'set', name, text], place);
        // Refused already where it would be saved; as from an older version it may be there all the same.
        expect([code, stderr.split('\n').length]).toEqual([2, 2]);
        expect((await run(['config', 'set', 'window', '50'], place)).code).toBe(0);
        writeFileSync(file, JSON.stringify({[name]: text}));
      }
      const flag = way === 'flag' || !(isSaved || way === 'variable') ? [`--${name}=${text}`] : [];
      const env = way === 'variable' ? {[variableName(name)]: text} : {};
      const {code, stdout, stderr} = await run([command, ...flag], place, env);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^memtop: [^\n]*expected [^\n]+, got [^\n]+\n$/);
      expect(stderr).toContain(
        flag.length > 0 ? `from --${name}` : isSaved ? `from ${file}` : `from ${variableName(name)}`,
      );
    }),
    {numRuns: howMany(60, 1)},
  );
});

function isRefused(name: OptionName, text: string): boolean {
  try {
    OPTIONS[name].type.parse(text);
    return false;
  } catch {
    return true;
  }
}

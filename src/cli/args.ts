import {parseArgs} from 'node:util';
import {
  COMMANDS,
  type Command,
  isOptionName,
  isToggle,
  OPTION_NAMES,
  OPTIONS,
  type OptionName,
} from '../config/options.ts';
import {type Layer, quote} from '../config/resolve.ts';
import {UserError} from './exit.ts';
import {nearest} from './nearest.ts';

export interface Arguments {
  readonly command: Command;
  readonly wants: 'run' | 'help' | 'version';
  readonly layer: Layer;
  /** What stands behind the command: `get threshold`. */
  readonly words: readonly string[];
  /** What stands behind `--`, untouched: the command of a job with its arguments. */
  readonly job: readonly string[];
}

const SHORT = {h: 'help', v: 'version'} as const;

/** Commands that take words behind them. */
const TAKES_WORDS: readonly Command[] = ['config', 'mark', 'replay', 'report', 'export', 'diff', 'top'];

/** Reads the command line. @throws {UserError} on anything it does not know */
export function readArguments(argv: readonly string[]): Arguments {
  const end = argv.indexOf('--');
  const [own, job] = end < 0 ? [argv, []] : [argv.slice(0, end), argv.slice(end + 1)];
  const {tokens} = parseArgs({
    args: [...own],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: parserOptions(),
  });
  const texts: Partial<Record<OptionName, string>> = {};
  const words: string[] = [];
  let wants: Arguments['wants'] = 'run';
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    // What follows are that command's own options, and none of ours that could be wrong.
    if (words[0] === 'run' && words[1] !== undefined) refuseWords('run', words.slice(1), []);
    if (token.kind !== 'option') continue;
    const name = token.name;
    if (name === 'help' || name === 'version') wants = name;
    else Object.assign(texts, flagText(name, token.rawName, token.value));
  }
  if (words[0] === 'help') {
    words.shift();
    wants = 'help';
  }
  const [first = 'screen', ...rest] = words;
  const command = commandOf(first, words.length === 0);
  if (wants === 'run') {
    refuseWords(command, rest, job);
    refuseForeign(command, texts);
  }
  return {command, wants, layer: {origin: (name) => `from --${name}`, texts}, words: rest, job};
}

function refuseWords(command: Command, words: readonly string[], job: readonly string[]): void {
  const [word] = words;
  if (command === 'run') {
    if (job.length > 0 && word === undefined) return;
    const rule = 'memtop run: expected options, then -- and the command of a job';
    if (word === undefined) throw new UserError(`${rule}, got nothing`);
    throw new UserError(`${rule}, as memtop run -- ${word}, got ${quote(word)} without it`);
  }
  if (word !== undefined && !TAKES_WORDS.includes(command))
    throw new UserError(`memtop ${command}: expected options, got ${quote(word)}`);
  if (job[0] !== undefined && command !== 'mark')
    throw new UserError(
      `memtop ${command}: expected nothing behind --, got ${quote(job[0])}; memtop run -- starts a job`,
    );
}

function parserOptions() {
  const known = OPTION_NAMES.map((name) => [name, {type: isToggle(name) ? 'boolean' : 'string'}] as const);
  const ends = Object.entries(SHORT).map(([short, name]) => [name, {type: 'boolean', short}] as const);
  return Object.fromEntries([...known, ...ends]);
}

/** `--ascii`, `--no-ascii`, `--threshold 85`, `--threshold=85`. */
function flagText(
  name: string,
  rawName: string,
  value: string | undefined,
): Partial<Record<OptionName, string>> {
  const positive = name.startsWith('no-') ? name.slice(3) : name;
  if (positive !== name && isOptionName(positive) && isToggle(positive)) return {[positive]: 'off'};
  if (!isOptionName(name) || rawName.startsWith('-') !== true) throw unknownOption(rawName);
  if (isToggle(name)) return {[name]: value ?? 'on'};
  if (value === undefined)
    throw new UserError(`${rawName}: expected ${OPTIONS[name].type.placeholder} behind it, got nothing`);
  return {[name]: value};
}

function commandOf(word: string, isAbsent: boolean): Command {
  if (isAbsent) return 'screen';
  const names = Object.keys(COMMANDS).filter((name) => name !== 'screen');
  const command = names.find((name) => name === word);
  if (command !== undefined) return command as Command;
  const near = nearest(word, names);
  const hint = near === undefined ? 'memtop --help lists them' : `did you mean memtop ${near}?`;
  throw new UserError(`expected a command (${names.join(', ')}) or options, got ${quote(word)}; ${hint}`);
}

function refuseForeign(command: Command, texts: Layer['texts']): void {
  for (const name of Object.keys(texts)) {
    if (!isOptionName(name) || OPTIONS[name].commands.includes(command)) continue;
    const owners = OPTIONS[name].commands
      .map((owner) => (owner === 'screen' ? 'memtop (the screen)' : `memtop ${owner}`))
      .join(', ');
    throw new UserError(
      `--${name}: expected with ${owners}, got with memtop ${command === 'screen' ? '(the screen)' : command}`,
    );
  }
}

function unknownOption(rawName: string): UserError {
  const near = nearest(rawName.replace(/^-+/, ''), [...OPTION_NAMES, ...Object.values(SHORT)]);
  const hint = near === undefined ? 'memtop --help lists them' : `did you mean --${near}?`;
  return new UserError(`expected an option, got ${quote(rawName)}; ${hint}`);
}

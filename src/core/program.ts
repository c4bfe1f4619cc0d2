import {hideSecrets} from './secrets.ts';
import {safeText} from './text.ts';

/** How a process is called on the screen, in the log and in the report. */
export interface ProgramName {
  /** `llama-server`, or an interpreter with its script: `python gateway`. Safe for a terminal, and without secrets. */
  readonly title: string;
  /** The arguments behind it, in one line. Safe for a terminal; secrets that stand in them are in it. */
  readonly rest: string;
}

interface ProgramParts {
  readonly name: string;
  readonly args?: readonly string[];
}

const INTERPRETERS =
  /^(python|pypy|node|nodejs|ruby|perl|bash|sh|dash|zsh|java|deno|bun|Rscript|julia|php)[\d.]*(?:\.exe)?$/;
/** Options of these interpreters that take the next word as their value. */
const TAKES_VALUE = new Set([
  '-W',
  '-X',
  '-r',
  '-C',
  '--conditions',
  '--require',
  '--import',
  '--loader',
  '-cp',
  '-classpath',
  '--class-path',
  '-I',
]);
const MODULE_FLAGS = new Set(['-m', '-jar']);
const INLINE_FLAGS = new Set(['-c', '-e', '--eval', '-p', '--print']);

/** A reading stays the same object while nothing of its process changes. */
const known = new WeakMap<ProgramParts, ProgramName>();

/** Names a process by its arguments where they are known, else by its short name. */
export function programName(parts: ProgramParts): ProgramName {
  const name = known.get(parts);
  if (name !== undefined) return name;
  const args = parts.args && hideSecrets(parts.args);
  const plain = named(parts);
  // A name goes everywhere, to alerts, reports and metrics, and is as good without a secret.
  const safe =
    args === undefined || args === parts.args ? plain : {...plain, title: named({...parts, args}).title};
  known.set(parts, safe);
  return safe;
}

/** The same for what is written or sent: with `[hidden]` in place of secrets in the arguments too. */
export function hiddenProgramName(parts: ProgramParts): ProgramName {
  return named(parts.args === undefined ? parts : {...parts, args: hideSecrets(parts.args)});
}

function named(parts: ProgramParts): ProgramName {
  const {title, rest} = fromArguments(parts);
  return {title: title.trim() || safeText(parts.name).trim() || '?', rest: rest.trim()};
}

function fromArguments({name, args}: ProgramParts): ProgramName {
  const [first, ...others] = args ?? [];
  if (first === undefined || first === '') return {title: safeText(name), rest: ''};
  if (others.length === 0 && first.includes(' ') && !/^([/.]|[A-Za-z]:\\)/.test(first))
    return fromTitle(first, name);
  const base = baseName(first);
  const interpreter = INTERPRETERS.exec(base)?.[1];
  if (interpreter !== undefined) return fromScript(interpreter, others);
  return {title: safeText(base || name), rest: safeText(others.join(' '))};
}

/** A program that wrote its own title into one string: `postgres: 16/main: checkpointer`. */
function fromTitle(title: string, name: string): ProgramName {
  const [head = name, ...tail] = title.trim().split(' ');
  return {title: safeText(baseName(head).replace(/:$/, '')), rest: safeText(tail.join(' '))};
}

function fromScript(interpreter: string, args: readonly string[]): ProgramName {
  const {index, script} = findScript(args);
  const rest = safeText(args.slice(index).join(' '));
  return {title: safeText(script === '' ? interpreter : `${interpreter} ${script}`), rest};
}

function findScript(args: readonly string[]): {readonly index: number; readonly script: string} {
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (MODULE_FLAGS.has(arg))
      return {index: index + 2, script: withoutEnding(baseName(args[index + 1] ?? ''))};
    if (INLINE_FLAGS.has(arg)) return {index: index + 1, script: arg};
    if (TAKES_VALUE.has(arg)) index += 1;
    else if (!arg.startsWith('-')) return {index: index + 1, script: withoutEnding(baseName(arg))};
  }
  return {index: 0, script: ''};
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

function withoutEnding(file: string): string {
  return file.replace(/\.(py|pyc|js|mjs|cjs|ts|rb|pl|sh|jar|R|jl|php|exe)$/, '');
}

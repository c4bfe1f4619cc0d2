import {isSecret} from './secret-names.ts';
import {ProgramFlags} from './secret-programs.ts';
import {HIDDEN, hideShapes} from './secret-shapes.ts';

/** Where none of this is in a text, there is no secret that could be known as one. Most command lines end here. */
const SUSPECT =
  /login|pass|pwd|secret|token|key|cred|auth|jwt|bearer|basic|cookie|:\/\/|gh[pousr]_|github_pat|glpat-|hf_|sk[-_]|rk_|xox|xapp-|AKIA|ASIA|AIza|ya29|npm_|pypi-|nvapi-|gsk_|r8_|SG\.|eyJ|PRIVATE KEY|sshpass|mysql|mariadb|mongo|docker|podman|helm|oras|redis-cli|plink|pscp|psftp|ldapsearch|curl|7za?|zip/i;

const hiddenArgs = new WeakMap<readonly string[], readonly string[]>();

/**
 * A command line with `[hidden]` in place of passwords, tokens and keys, one word for each word of it. The same list
 * again costs nothing, and one without secrets is handed back as it is.
 */
export function hideSecrets(args: readonly string[]): readonly string[] {
  const known = hiddenArgs.get(args);
  if (known !== undefined) return known;
  const hidden = args.some((arg) => SUSPECT.test(arg)) ? hideIn(args) : args;
  hiddenArgs.set(args, hidden);
  return hidden;
}

/** The same of a command line, a message or any other text in one piece. */
export function hideSecretsInText(text: string): string {
  return SUSPECT.test(text) ? hideAssigned(hideShapes(hideFlagged(text))) : text;
}

/** What only the program in front tells to be a password: `mysql -p…`. */
function hideFlagged(text: string): string {
  const flags = new ProgramFlags();
  let before: string | undefined;
  return text.replace(/\S+/g, (word) => {
    const kept = flags.keptOf(word);
    const isKey = before === 'login' && isValueOf(before, word);
    before = word;
    if (isKey) return HIDDEN;
    return kept === undefined ? word : `${word.slice(0, kept)}${HIDDEN}`;
  });
}

function hideIn(args: readonly string[]): readonly string[] {
  const flags = new ProgramFlags();
  const hidden = args.map((arg, index) => {
    const kept = flags.keptOf(arg);
    if (kept !== undefined) return `${arg.slice(0, kept)}${HIDDEN}`;
    return isValueOf(args[index - 1], arg) ? HIDDEN : hideInWord(arg);
  });
  return hidden.some((arg, index) => arg !== args[index]) ? hidden : args;
}

/** `--token` with the token as a word of its own; `wandb login` with its key. */
function isValueOf(flag: string | undefined, value: string): boolean {
  if (flag === undefined || value.startsWith('-')) return false;
  if (flag === 'login') return /^[0-9a-f]{40}$/.test(value);
  if (/\b(?:bearer|basic)$/i.test(flag)) return value !== '';
  return /^--?[A-Za-z][\w.-]+$/.test(flag) && isSecret(flag, value);
}

/** Where a word is one assignment, all behind its `=` is the value, whatever is in it. */
function hideInWord(arg: string): string {
  const [, name = '', value = ''] = /^([-+]{0,2}[A-Za-z_][\w.-]*)=([\s\S]*)$/.exec(arg) ?? [];
  if (name !== '' && isSecret(name, value)) return `${name}=${HIDDEN}`;
  if (/^pass:./.test(arg)) return `pass:${HIDDEN}`;
  return /\s/.test(arg) ? hideSecretsInText(arg) : hideAssigned(hideShapes(arg));
}

/** A flag or a name with what parts it from its value: `--password `, `token=`, `"apiKey": `. */
const ASSIGNED =
  /(?<![\w.-])(?:(-{1,2}[A-Za-z_][\w.-]*)(?:[:=]|\s{1,9})|([A-Za-z_][\w.-]*)\\{0,9}["']?\s{0,9}[:=]\s{0,9})/g;
/** In quotes to the quote that ends it, else to the next blank: rather too much than too little. */
const VALUE = /"(?:[^"\\]|\\[\s\S])*"(?=[\s,;&|)}\]]|$)|'[^']*'(?=[\s,;&|)}\]]|$)|\S+/y;
/** As much of a value tells whether it is one; a longer look at each name would look at the same text again and again. */
const HEAD = 512;

function hideAssigned(text: string): string {
  let hidden = '';
  let end = 0;
  ASSIGNED.lastIndex = 0;
  for (let match = ASSIGNED.exec(text); match !== null; match = ASSIGNED.exec(text)) {
    const [before, flag, name = ''] = match;
    const from = match.index + before.length;
    if (!isSecretAt(text, from, flag ?? name) || (flag !== undefined && isFlag(before, text[from]))) continue;
    VALUE.lastIndex = from;
    const value = VALUE.exec(text)?.[0] ?? '';
    hidden += `${text.slice(end, from)}${covered(value)}`;
    end = from + value.length;
    ASSIGNED.lastIndex = end;
  }
  return hidden + text.slice(end);
}

function isSecretAt(text: string, from: number, name: string): boolean {
  VALUE.lastIndex = 0;
  const value = VALUE.exec(text.slice(from, from + HEAD))?.[0] ?? '';
  return isSecret(name, value.replace(/^(["'])([\s\S]*)\1$/, '$2'));
}

/** Behind a flag that has no value the next one follows. */
function isFlag(before: string, first: string | undefined): boolean {
  return /\s$/.test(before) && first === '-';
}

function covered(value: string): string {
  const quote = /^(["'])[\s\S]*\1$/.exec(value)?.[1] ?? '';
  return `${quote}${HIDDEN}${quote}`;
}

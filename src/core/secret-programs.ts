/** Programs whose short flags take a password: behind them, or (`attached`) in the same word. */
interface SecretFlags {
  readonly next?: readonly string[];
  readonly attached?: readonly string[];
  /** Only the part behind the colon of `user:password`. */
  readonly pair?: readonly string[];
  /** Only behind this word: `docker login -p`. */
  readonly behind?: string;
}

const MYSQL: SecretFlags = {attached: ['-p']};
const MONGO: SecretFlags = {next: ['-p']};
const LOGIN: SecretFlags = {next: ['-p'], behind: 'login'};
const ZIP: SecretFlags = {next: ['-P'], attached: ['-P']};

const PROGRAMS: ReadonlyMap<string, SecretFlags> = new Map([
  ['sshpass', {next: ['-p'], attached: ['-p']}],
  ...['mysql', 'mysqldump', 'mysqladmin', 'mariadb', 'mariadb-dump', '7z', '7za'].map(
    (name) => [name, MYSQL] as const,
  ),
  ...['mongo', 'mongosh', 'mongodump', 'mongorestore'].map((name) => [name, MONGO] as const),
  ...['docker', 'podman', 'helm', 'oras'].map((name) => [name, LOGIN] as const),
  ...['zip', 'unzip'].map((name) => [name, ZIP] as const),
  ...['plink', 'pscp', 'psftp'].map((name) => [name, {next: ['-pw']}] as const),
  ['redis-cli', {next: ['-a']}],
  ['ldapsearch', {next: ['-w'], attached: ['-w']}],
  ['curl', {pair: ['-u', '--user', '-U', '--proxy-user']}],
]);

/** Follows the words of a command line, and tells of each how much of it is in front of a password. */
export class ProgramFlags {
  #flags: SecretFlags | undefined;
  #isBehind = false;
  #before = '';

  /** @returns how many characters of the word stand before a secret; `undefined` where there is none in it */
  keptOf(word: string): number | undefined {
    const before = this.#before;
    this.#before = word;
    const flags = PROGRAMS.get(programOf(word));
    if (flags !== undefined) {
      this.#flags = flags;
      this.#isBehind = flags.behind === undefined;
      return undefined;
    }
    this.#isBehind ||= word === this.#flags?.behind;
    return this.#isBehind && this.#flags !== undefined ? keptOf(this.#flags, word, before) : undefined;
  }
}

/** Behind its folders, a quote or another command: `'/usr/bin/mysql`, `curl.exe`, `cd;curl`. */
function programOf(word: string): string {
  const start = Math.max(...BEFORE_PROGRAM.map((sign) => word.lastIndexOf(sign))) + 1;
  return word.slice(start).replace(/\.exe$/i, '');
}

const BEFORE_PROGRAM = ['/', '\\', '"', "'", '`', '(', ';', '&', '|'];

function keptOf({next = [], attached = [], pair = []}: SecretFlags, word: string, before: string) {
  if (next.includes(before)) return 0;
  const flag = attached.find((one) => word.startsWith(one) && word.length > one.length);
  if (flag !== undefined) return flag.length;
  const glued = pair.find((one) => word.startsWith(one) && word.includes(':'));
  if (!pair.includes(before) && glued === undefined) return undefined;
  const colon = word.indexOf(':');
  return colon > 0 ? colon + 1 : undefined;
}

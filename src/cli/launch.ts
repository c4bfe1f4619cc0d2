// What `memtop` is first: it runs the program, by the code that was compiled the last time where that is kept.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {isatty} from 'node:tty';
import {Script} from 'node:vm';
import {CodeCache, cacheFolder} from './code-cache.ts';
import {COMMANDS_APART} from './commands-apart.ts';
import {beFrugal} from './engine-flags.ts';

/** Which builds of the programs these are: code of any other is none for them. */
declare const MEMTOP_BUILDS: {readonly [program: string]: string};

/** By then the screen has shown all that it shows at first, and whoever asked one thing has the answer. */
const SETTLED_MS = 3000;

const WITHOUT_SCREEN: ReadonlySet<string> = new Set(['watch', 'serve', '--quiet']);

const words = process.argv.slice(2);
launch(words.some((word) => COMMANDS_APART.has(word)) ? 'whole' : 'live');

/** `live` has all but the commands that are seldom used, and so is read sooner. */
function launch(program: 'whole' | 'live'): void {
  const file = join(import.meta.dirname, `${program}.cjs`);
  const folder = cacheFolder(process.platform, process.env);
  const name = `${MEMTOP_BUILDS[program]}-${process.arch}-${process.versions.v8}`;
  const cache = folder === undefined ? undefined : new CodeCache(folder, name);
  const cachedData = cache?.read();
  // The build has made it plain ASCII.
  const script = new Script(readFileSync(file, 'latin1'), {
    filename: file,
    ...(cachedData !== undefined && {cachedData}),
  });
  const require = createRequire(file);
  script.runInThisContext()(require, file);
  const isKept = cachedData !== undefined && script.cachedDataRejected !== true;
  setTimeout(() => {
    if (!isKept && isScreen()) cache?.write(script.createCachedData());
    // Not sooner: compiled code is good for the flags alone that it was compiled with, the runtime's own too.
    if (program === 'live') beFrugal(require);
  }, SETTLED_MS).unref();
}

/** Only a screen has used all that a screen uses. */
function isScreen(): boolean {
  return isatty(1) && !words.some((word) => WITHOUT_SCREEN.has(word));
}

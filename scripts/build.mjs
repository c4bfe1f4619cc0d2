// Builds dist/: the library, the program, their declarations and the licences of what is bundled.
//   node scripts/build.mjs             always
//   node scripts/build.mjs --if-stale  only when a source is newer than dist/
import {execFile} from 'node:child_process';
import {createHash} from 'node:crypto';
import {chmod, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import path from 'node:path';
import {promisify} from 'node:util';
import {aside, asideIn, lazyBuiltins, leaveOut} from './program-plugins.mjs';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
process.chdir(root);

// Written last, so its age is the age of a whole build.
const LAST_OUTPUT = 'dist/THIRD-PARTY-LICENSES.txt';
const INPUTS = ['src', 'themes', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json'];

const APART = [...(await readFile('src/cli/commands-apart.ts', 'utf8')).matchAll(/^ {2}'([\w-]+)',$/gm)].map(
  ([, name]) => name,
);
/** The whole program, and the same without the commands that are seldom used: the less there is, the sooner it is read. */
const PROGRAMS = {'dist/whole.cjs': [], 'dist/live.cjs': [leaveOut(APART)]};
/** Large, and of use to few runs: files of their own. */
const SELDOM_USED = ['systeminformation', 'conf', 'prom-client', 'hyparquet-writer'];

const COMMON = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  charset: 'utf8',
  // Collected with their texts in THIRD-PARTY-LICENSES.txt.
  legalComments: 'none',
  external: ['term.js', 'pty.js', 'osx-temperature-sensor', 'macos-temperature-sensor'],
  metafile: true,
  logLevel: 'warning',
};

/** One file, a function that the launcher calls: read as bytes, and compiled only as far as it is used. */
const PROGRAM = {
  format: 'cjs',
  charset: 'ascii',
  // What lies aside is got by require().
  supported: {'dynamic-import': false},
  define: {'import.meta.url': '__fileUrl'},
  banner: {
    js: '(function (require, __filename) { var module = {exports: {}}, exports = module.exports, __fileUrl = require("node:url").pathToFileURL(__filename).href;',
  },
  footer: {js: '})'},
};

const ifStale = process.argv.includes('--if-stale');
if (ifStale && !isInstalled('esbuild')) {
  // `npm ci --omit=dev` runs `prepare` too, and has nothing to build with.
  console.error('memtop: not built, because the development dependencies are not installed');
} else if (!ifStale || (await isStale())) {
  await build();
}

async function build() {
  const [{build: bundle}, {bundlePlugin}, {checkInputs}, {licenceNotices}] = await Promise.all([
    import('esbuild'),
    import('./bundle-plugin.mjs'),
    import('./check-inputs.mjs'),
    import('./licences.mjs'),
  ]);
  const {version} = JSON.parse(await readFile('package.json', 'utf8'));
  await rm('dist', {recursive: true, force: true});
  const define = {MEMTOP_VERSION: JSON.stringify(version)};
  const packages = await bundle({
    ...COMMON,
    entryPoints: SELDOM_USED.map((name) => ({in: `aside:${name}`, out: name})),
    outdir: 'dist/chunks',
    outExtension: {'.js': '.cjs'},
    minifyIdentifiers: true,
    format: 'cjs',
    plugins: [aside, bundlePlugin],
  });
  const modules = await bundle({
    ...COMMON,
    entryPoints: {index: 'src/index.ts', graphics: 'src/sources/real-graphics.ts'},
    outdir: 'dist',
    format: 'esm',
    define,
    plugins: [asideIn('./chunks', SELDOM_USED), bundlePlugin],
  });
  const programs = await Promise.all(
    Object.entries(PROGRAMS).map(([file, apart]) =>
      bundle({
        ...COMMON,
        ...PROGRAM,
        entryPoints: ['src/cli/main.ts'],
        outfile: file,
        define: {...define, ...PROGRAM.define},
        plugins: [...apart, asideIn('./chunks', SELDOM_USED), lazyBuiltins, bundlePlugin],
      }),
    ),
  );
  const files = [packages, modules, ...programs].map(({metafile}) => metafile);
  checkInputs(merged(files, 'inputs'));
  await buildLauncher(bundle);
  await writeDeclarations();
  await writeFile(LAST_OUTPUT, await licenceNotices(merged(files, 'outputs')));
}

function merged(metafiles, part) {
  return Object.assign({}, ...metafiles.map((metafile) => metafile[part]));
}

async function buildLauncher(bundle) {
  const builds = Object.keys(PROGRAMS).map(async (file) => [path.basename(file, '.cjs'), await hashOf(file)]);
  await bundle({
    ...COMMON,
    entryPoints: ['src/cli/launch.ts'],
    outfile: 'dist/cli.cjs',
    format: 'cjs',
    define: {
      'import.meta.dirname': '__dirname',
      MEMTOP_BUILDS: JSON.stringify(Object.fromEntries(await Promise.all(builds))),
    },
    banner: {js: '#!/usr/bin/env node'},
  });
  await chmod('dist/cli.cjs', 0o755);
}

async function hashOf(file) {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
    .slice(0, 16);
}

async function writeDeclarations() {
  const tsc = createRequire(import.meta.url).resolve('typescript/package.json');
  const {bin} = JSON.parse(await readFile(tsc, 'utf8'));
  const args = [path.join(path.dirname(tsc), bin.tsc), '-p', 'scripts/tsconfig.declarations.json'];
  await promisify(execFile)(process.execPath, args).catch((error) => {
    throw new Error(`declarations failed:\n${error.stdout}${error.stderr}`);
  });
  for (const file of await filesUnder('dist/types')) {
    const text = await readFile(file, 'utf8');
    // tsc keeps `.ts` in declarations; older compilers refuse it there.
    await writeFile(file, text.replace(/(['"])(\.{1,2}\/[^'"\n]+)\.ts\1/g, '$1$2.js$1'));
  }
}

async function isStale() {
  const built = await stat(LAST_OUTPUT).catch(() => undefined);
  if (!built) return true;
  const times = await Promise.all(INPUTS.map(newestTime));
  return Math.max(...times) > built.mtimeMs;
}

async function newestTime(name) {
  const own = await stat(name).catch(() => undefined);
  if (!own) return 0;
  if (!own.isDirectory()) return own.mtimeMs;
  const names = await readdir(name);
  // A folder's own time tells of deleted files.
  return Math.max(
    own.mtimeMs,
    ...(await Promise.all(names.map((entry) => newestTime(path.join(name, entry))))),
  );
}

async function filesUnder(folder) {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true});
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

function isInstalled(name) {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

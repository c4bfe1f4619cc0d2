// Builds dist/: the library, the program, their declarations and the licences of what is bundled.
//   node scripts/build.mjs             always
//   node scripts/build.mjs --if-stale  only when a source is newer than dist/
import {execFile} from 'node:child_process';
import {chmod, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import path from 'node:path';
import {promisify} from 'node:util';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
process.chdir(root);

// Written last, so its age is the age of a whole build.
const LAST_OUTPUT = 'dist/THIRD-PARTY-LICENSES.txt';
const INPUTS = ['src', 'themes', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json'];

const ifStale = process.argv.includes('--if-stale');
if (ifStale && !isInstalled('esbuild')) {
  // `npm ci --omit=dev` runs `prepare` too, and has nothing to build with.
  console.error('memtop: not built, because the development dependencies are not installed');
} else if (!ifStale || (await isStale())) {
  await build();
}

async function build() {
  const [{build: bundle}, {bundlePlugin}, {checkChunks}, {licenceNotices}] = await Promise.all([
    import('esbuild'),
    import('./bundle-plugin.mjs'),
    import('./check-chunks.mjs'),
    import('./licences.mjs'),
  ]);
  const {version} = JSON.parse(await readFile('package.json', 'utf8'));
  await rm('dist', {recursive: true, force: true});
  const {metafile} = await bundle({
    entryPoints: {index: 'src/index.ts', cli: 'src/cli/main.ts', graphics: 'src/sources/real-graphics.ts'},
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true,
    charset: 'utf8',
    // Collected with their texts in THIRD-PARTY-LICENSES.txt.
    legalComments: 'none',
    define: {MEMTOP_VERSION: JSON.stringify(version)},
    external: ['term.js', 'pty.js', 'osx-temperature-sensor', 'macos-temperature-sensor'],
    plugins: [bundlePlugin],
    metafile: true,
    logLevel: 'warning',
  });
  checkChunks(metafile);
  await finishProgram('dist/cli.js');
  await writeDeclarations();
  await writeFile(LAST_OUTPUT, await licenceNotices(metafile));
}

async function finishProgram(file) {
  const code = await readFile(file, 'utf8');
  const shebang = '#!/usr/bin/env node\n';
  if (!code.startsWith(shebang)) await writeFile(file, shebang + code);
  await chmod(file, 0o755);
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

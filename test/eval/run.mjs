// How well the leak detector does:  node test/eval/run.mjs [--help]
// Node 20 reads no TypeScript, so the evaluation is bundled into one file first.
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {build} from 'esbuild';

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
process.chdir(path.resolve(here, '../..'));
const folder = await mkdtemp(path.join(tmpdir(), 'memtop-eval-'));
try {
  const outfile = path.join(folder, 'eval.mjs');
  await build({
    entryPoints: ['test/eval/main.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  await import(pathToFileURL(outfile).href);
} finally {
  await rm(folder, {recursive: true, force: true});
}

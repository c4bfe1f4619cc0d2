// What GPUs cost memtop itself, beside a stand-in for nvidia-smi that streams eight of them and without: reading them
// each second, and all that the monitor does with them (eight series with their metrics, the log apart).
// Neither scans processes, whose number and noise would hide what GPUs cost.
//   node test/bench/gpu.mjs [seconds] [repeats]
import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {build} from 'esbuild';
import {cpuMsOf, median} from './measuring.mjs';

const [SECONDS = 20, REPEATS = 3] = process.argv.slice(2).map(Number);
const GPUS = 8;
/** Milliseconds of CPU that one refresh may cost more. */
const BUDGET_MS = 1;
/** The compiler is busy with a new program for that long. */
const START_MS = 20_000;
const ROOT = path.resolve(import.meta.dirname, '../..');
const place = mkdtempSync(path.join(tmpdir(), 'memtop-bench-'));
const PROGRAMS = {
  'reading them': await bundled(`import {realHost} from './src/sources/real-host.ts';
    import {GpuWatch} from './src/sources/gpu/watch.ts';
    const watch = new GpuWatch(realHost(), 1000);
    void watch.begin();
    setInterval(() => watch.latest(), 1000);`),
  'the whole monitor': await bundled(`import {SimpleMemoryMonitor} from './src/index.ts';
    new SimpleMemoryMonitor({checkIntervalSeconds: 1}).start();
    setInterval(() => {}, 2 ** 30);`),
};
const none = folderFor('none');
const eight = folderFor('eight', {
  mode: 'ok',
  isMoving: true,
  gpus: Array.from({length: GPUS}, () => ({})),
  apps: Array.from({length: GPUS}, (_, gpu) => ({gpu, pid: process.pid, used: 18_000})),
});

console.log(
  `node ${process.version}, ${REPEATS} pairs of ${SECONDS} s each, a refresh each second, ${GPUS} GPUs with a process each; medians`,
);
for (const [name, program] of Object.entries(PROGRAMS)) {
  const runs = [];
  for (let turn = 0; turn < REPEATS; turn += 1)
    runs.push({bare: await measure(program, none), gpus: await measure(program, eight)});
  const costs = runs.map(({bare, gpus}) => gpus - bare);
  const each = costs.map((cost) => cost.toFixed(2)).join(', ');
  console.log(
    `CPU of a refresh, ${name.padEnd(17)}  without GPUs ${median(runs.map(({bare}) => bare)).toFixed(2)} ms, added by them ${median(costs).toFixed(2)} ms (${each}), ${(median(costs) / BUDGET_MS).toFixed(2)} of ${BUDGET_MS} ms`,
  );
}
const starts = readFileSync(path.join(eight, 'starts'), 'utf8').split('\n').length - 1;
console.log(
  `programs started in ${2 * REPEATS} runs          ${starts}: one of GPUs and one of processes a run, none a refresh`,
);
rmSync(place, {recursive: true, force: true});

/** A program of memtop's own code. */
async function bundled(contents) {
  const outfile = path.join(place, `${createHash('sha1').update(contents).digest('hex')}.mjs`);
  await build({
    stdin: {contents, resolveDir: ROOT, loader: 'ts'},
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    define: {MEMTOP_VERSION: '"bench"'},
    external: ['systeminformation', 'conf'],
  });
  return outfile;
}

/** A folder for PATH, with a stand-in for nvidia-smi in it where there is a script for it. */
function folderFor(name, script) {
  const folder = path.join(place, name);
  mkdirSync(folder);
  if (script === undefined) return folder;
  const program = path.join(folder, 'nvidia-smi');
  copyFileSync(path.resolve(import.meta.dirname, '../e2e/fake-nvidia-smi.mjs'), program);
  chmodSync(program, 0o755);
  writeFileSync(path.join(folder, 'script.json'), JSON.stringify(script));
  writeFileSync(path.join(folder, 'starts'), '');
  return folder;
}

/** Milliseconds of CPU a second of the program alone, children left out, once it has warmed up. */
async function measure(program, folder) {
  const env = {...process.env, PATH: `${folder}:${process.env.PATH}`};
  const child = spawn(process.execPath, [program], {env, stdio: 'ignore'});
  await wait(START_MS);
  const before = cpuMsOf(child.pid);
  await wait(SECONDS * 1000);
  const cpuMs = cpuMsOf(child.pid) - before;
  child.kill('SIGTERM');
  await new Promise((resolve) => child.on('close', resolve));
  return cpuMs / SECONDS;
}

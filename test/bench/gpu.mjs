// What GPUs cost memtop itself: its monitor beside a stand-in for nvidia-smi that streams eight of them, and without.
// The monitor scans no processes, whose number and noise would hide what GPUs cost.
//   node test/bench/gpu.mjs [seconds] [repeats]
import {spawn} from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {pathToFileURL} from 'node:url';

const [SECONDS = 20, REPEATS = 3] = process.argv.slice(2).map(Number);
const GPUS = 8;
/** Milliseconds of CPU that one refresh may cost more. */
const BUDGET_MS = 1;
const START_MS = 4000;
const LIBRARY = pathToFileURL(path.resolve(import.meta.dirname, '../../dist/index.js')).href;
const MONITOR = `import {SimpleMemoryMonitor} from '${LIBRARY}';
new SimpleMemoryMonitor({checkIntervalSeconds: 1}).start();
setTimeout(() => {}, 2 ** 31 - 1);`;
const place = mkdtempSync(path.join(tmpdir(), 'memtop-bench-'));
const none = folderFor('none');
const eight = folderFor('eight', {
  mode: 'ok',
  gpus: Array.from({length: GPUS}, () => ({})),
  apps: Array.from({length: GPUS}, (_, gpu) => ({gpu, pid: process.pid, used: 18_000})),
});

const runs = [];
for (let turn = 0; turn < REPEATS; turn += 1)
  runs.push({bare: await measure(none), gpus: await measure(eight)});
const starts = readFileSync(path.join(eight, 'starts'), 'utf8').split('\n').length - 1;
rmSync(place, {recursive: true, force: true});

const costs = runs.map(({bare, gpus}) => (gpus.cpuMs - bare.cpuMs) / SECONDS);
console.log(
  `node ${process.version}, ${REPEATS} pairs of ${SECONDS} s, a refresh each second, ${GPUS} GPUs with a process each`,
);
console.log(
  `CPU of a refresh without GPUs  ${median(runs.map(({bare}) => bare.cpuMs / SECONDS)).toFixed(2)} ms`,
);
console.log(
  `added by ${GPUS} GPUs              ${median(costs).toFixed(2)} ms   ${(median(costs) / BUDGET_MS).toFixed(2)} of the budget of ${BUDGET_MS} ms   (${costs.map((cost) => cost.toFixed(2)).join(', ')})`,
);
console.log(`programs started, ${REPEATS} runs      ${starts} (2 a run: one of GPUs, one of processes)`);

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

/** CPU time of memtop alone, children left out, once it has started up. */
async function measure(folder) {
  const env = {...process.env, PATH: `${folder}:${process.env.PATH}`, XDG_CONFIG_HOME: place};
  const monitor = spawn(process.execPath, ['--input-type=module', '-e', MONITOR], {env, stdio: 'ignore'});
  await wait(START_MS);
  const before = cpuMsOf(monitor.pid);
  await wait(SECONDS * 1000);
  const cpuMs = cpuMsOf(monitor.pid) - before;
  monitor.kill('SIGTERM');
  await new Promise((resolve) => monitor.on('close', resolve));
  return {cpuMs};
}

/** Of all its threads, to the nanosecond, as the scheduler counts it. */
function cpuMsOf(pid) {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = tasks.map((task) =>
    Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]),
  );
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

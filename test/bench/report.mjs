// How fast a log is reported, beside a loop of Python's json.loads over its lines, in turns, in one run.
//   node test/bench/report.mjs [MB of each log] [repeats]
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {build} from 'esbuild';
import {median} from './measuring.mjs';

const [MEGABYTES = 1000, REPEATS = 5] = process.argv.slice(2).map(Number);
const CLI = path.resolve(import.meta.dirname, '../../dist/cli.cjs');
const KINDS = {
  demo: 'of memtop, GPU, cgroup and swap',
  host: 'of memtop, no GPU, no cgroup',
  plain: 'of six fields alone',
};

/** Seconds, CPU seconds and MB of the most memory, of a program that Python runs. */
const MEASURE = `
import json, resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
wall = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
`;
const LOOP = `
import json, sys
for line in open(sys.argv[1]):
    json.loads(line)
`;

if (spawnSync('python3', ['-c', '']).status !== 0) {
  console.log('python3 is not here: there is nothing to compare with');
  process.exit(0);
}
const folder = mkdtempSync(path.join(tmpdir(), 'memtop-bench-'));
try {
  const {writeLog} = await bundled('test/bench/report/write-log.ts');
  console.log(`node ${process.version}, logs of ${MEGABYTES} MB, medians of ${REPEATS} turns, wall time`);
  for (const [kind, name] of Object.entries(KINDS)) await compare(writeLog, kind, name);
} finally {
  rmSync(folder, {recursive: true, force: true});
}

async function compare(writeLog, kind, name) {
  const file = path.join(folder, `${kind}.jsonl`);
  const readings = await writeLog(file, kind, MEGABYTES * 1e6);
  // What is still being written to the disk would slow the first turn.
  spawnSync('sync');
  const runs = {loop: [], fast: [], verdicts: []};
  for (let turn = 0; turn < REPEATS; turn += 1) {
    runs.loop.push(measure(['python3', '-c', LOOP, file]));
    runs.fast.push(measure([process.execPath, CLI, 'report', '--no-leak', file]));
    runs.verdicts.push(measure([process.execPath, CLI, 'report', file]));
  }
  rmSync(file);
  console.log(`${name}, ${readings.toLocaleString('en')} readings`);
  console.log(`  json.loads loop    ${secondsOf(runs.loop).toFixed(1)} s`);
  for (const [label, of] of [
    ['report --no-leak', runs.fast],
    ['report', runs.verdicts],
  ]) {
    // Of each turn, since the machine is not equally fast in all of them.
    const ratio = median(of.map(([wall], turn) => runs.loop[turn][0] / wall));
    const most = Math.max(...of.map(([, , mb]) => mb));
    console.log(
      `  ${label.padEnd(18)} ${secondsOf(of).toFixed(1)} s, ${ratio.toFixed(2)} times as fast, at most ${Math.round(most)} MB`,
    );
  }
}

function secondsOf(runs) {
  return median(runs.map(([wall]) => wall));
}

function measure(command) {
  const {stdout, stderr, status} = spawnSync('python3', ['-c', MEASURE, ...command], {encoding: 'utf8'});
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Node 20 reads no TypeScript. */
async function bundled(entry) {
  const outfile = path.join(folder, 'write-log.mjs');
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}

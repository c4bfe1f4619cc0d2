// What it costs to follow a job: CPU of the screen that follows a tree of processes among 2,000 others, beside the
// plain screen on the same machine, in turns, in one run.
//   node test/bench/job.mjs [seconds] [repeats] [others]
import {spawn} from 'node:child_process';
import path from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import pty from '@lydell/node-pty';
import {cpuMsOf, median} from './measuring.mjs';

const [SECONDS = 30, REPEATS = 3, OTHERS = 2000] = process.argv.slice(2).map(Number);
const WORKERS = 8;
/** The compiler is busy with a new program for that long. */
const START_MS = 15_000;
const CLI = path.resolve(import.meta.dirname, '../../dist/cli.cjs');

// They wait for the end of their input, and so end with this program, however that ends.
const others = Array.from({length: OTHERS}, () => spawn('cat', {stdio: ['pipe', 'ignore', 'ignore']}));
// What a shell starts in the background would else read from nothing.
const jobText = `exec 3<&0; for worker in ${'1 '.repeat(WORKERS)}; do cat <&3 & done; wait`;
const job = spawn('sh', ['-c', jobText], {stdio: ['pipe', 'ignore', 'ignore']});
await wait(3000);

const runs = [];
for (let turn = 0; turn < REPEATS; turn += 1)
  runs.push({plain: await measure([]), following: await measure(['--pid', String(job.pid)])});

const costs = {
  plain: median(runs.map(({plain}) => plain)),
  following: median(runs.map((run) => run.following)),
};
console.log(
  `node ${process.version}, ${REPEATS} pairs of ${SECONDS} s each, a refresh each second, ${OTHERS} other processes; medians`,
);
console.log(
  `CPU of a second   plain screen ${costs.plain.toFixed(1)} ms, following ${WORKERS + 1} processes ${costs.following.toFixed(1)} ms, ${(costs.following / costs.plain).toFixed(2)} times`,
);
console.log(
  `each pair         ${runs.map(({plain, following}) => `${plain.toFixed(1)} / ${following.toFixed(1)} ms`).join(', ')}`,
);
for (const {stdin} of [...others, job]) stdin.end();

/** Milliseconds of CPU a second of the screen, once it has warmed up. */
async function measure(options) {
  const screen = pty.spawn(process.execPath, [CLI, ...options], {
    cols: 120,
    rows: 40,
    env: {...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8'},
  });
  screen.onData(() => {});
  const ended = new Promise((resolve) => screen.onExit(resolve));
  await wait(START_MS);
  const before = cpuMsOf(screen.pid);
  await wait(SECONDS * 1000);
  const cpuMs = cpuMsOf(screen.pid) - before;
  screen.write('q');
  await ended;
  return cpuMs / SECONDS;
}

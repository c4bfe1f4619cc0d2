// What the screen costs beside bare Node and the other monitors that are installed, on a pseudo-terminal of 120x40, in
// turns, in one run: time to the first full frame, CPU of a second, memory, bytes to the terminal.
//   node test/bench/cost.mjs [seconds] [repeats] [processes,processes,…]
import {spawn, spawnSync} from 'node:child_process';
import {mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {cpus} from 'node:os';
import path from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import pty from '@lydell/node-pty';
import {cpuMsOf, median, residentMbOf} from './measuring.mjs';

const [seconds = '30', repeats = '3', counts = '0,2000,5000'] = process.argv.slice(2);
const [SECONDS, REPEATS, PROCESSES] = [Number(seconds), Number(repeats), counts.split(',').map(Number)];
/** Compilers are busy with a new program for that long. */
const WARM_UP_MS = 15_000;
const STARTS = 5;
/** A frame ends where nothing more comes for that long, and has at least so many bytes. */
const QUIET_MS = 250;
const LEAST_FRAME = 1000;
const CLI = path.resolve(import.meta.dirname, '../../dist/cli.cjs');
const SAVED = path.resolve(import.meta.dirname, '../../coverage/bench/cost.json');

const PEERS = {
  htop: {command: ['htop', '-d', '10'], version: ['htop', '--version']},
  btop: {command: ['btop'], version: ['btop', '--version'], note: 'at its own 2 s'},
  glances: {command: ['glances', '-t', '1'], version: ['glances', '--version']},
  gtop: {command: ['gtop'], version: ['gtop', '--version']},
  vtop: {command: ['vtop'], version: ['vtop', '--version']},
};
const programs = {
  memtop: {command: [process.execPath, CLI], version: [process.execPath, CLI, '--version']},
  ...Object.fromEntries(Object.entries(PEERS).filter(([name]) => isInstalled(name))),
};

const absent = Object.keys(PEERS).filter((name) => !(name in programs));
if (absent.length > 0) console.log(`not installed, and so not measured: ${absent.join(', ')}`);
const rounds = [];
for (const extra of PROCESSES) rounds.push(await measureAmong(extra));
const result = {
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}`,
  node: process.version,
  seconds: SECONDS,
  repeats: REPEATS,
  versions: Object.fromEntries(Object.entries(programs).map(([name, one]) => [name, versionOf(one)])),
  rounds,
};
print(result);
mkdirSync(path.dirname(SAVED), {recursive: true});
writeFileSync(SAVED, `${JSON.stringify(result, null, 2)}\n`);
console.log(`saved in ${path.relative(process.cwd(), SAVED)}`);

async function measureAmong(extra) {
  const others = await startOthers(extra);
  try {
    const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length;
    const runs = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
    const bare = [];
    for (let turn = 0; turn < REPEATS; turn += 1) {
      bare.push(...Array.from({length: 5}, bareNodeMs));
      for (const name of Object.keys(programs)) runs[name].push(await measure(programs[name].command));
    }
    const figures = Object.entries(runs).map(([name, of]) => [name, middle(of)]);
    return {processes, bareNodeMs: median(bare), programs: Object.fromEntries(figures)};
  } finally {
    others?.stdin.end();
  }
}

/** They wait for the end of their input, and so end with this program, however that ends. */
async function startOthers(count) {
  if (count === 0) return undefined;
  const text = `exec 3<&0; i=0; while [ $i -lt ${count} ]; do cat <&3 & i=$((i+1)); done; wait`;
  const shell = spawn('sh', ['-c', text], {stdio: ['pipe', 'ignore', 'ignore']});
  await wait(5000 + count);
  return shell;
}

function bareNodeMs() {
  const start = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - start;
}

async function measure(command) {
  // What a program keeps from one start for the next it has on all starts but the first.
  await steadyFor(command, WARM_UP_MS / 3);
  const starts = [];
  for (let start = 0; start < STARTS; start += 1) starts.push(await firstFrameMs(command));
  return {firstFrameMs: median(starts), ...(await steady(command))};
}

/** From its start to the last byte of its first full frame. */
async function firstFrameMs(command) {
  const begun = performance.now();
  const child = open(command);
  let [bytes, latest] = [0, begun];
  child.onData((data) => {
    bytes += Buffer.byteLength(data);
    latest = performance.now();
  });
  while (bytes < LEAST_FRAME || performance.now() - latest < QUIET_MS) await wait(10);
  // Before it is told to quit: what it sends then is no frame.
  const took = latest - begun;
  await quit(child);
  return took;
}

async function steady(command) {
  const child = open(command);
  let bytes = 0;
  child.onData((data) => {
    bytes += Buffer.byteLength(data);
  });
  await wait(WARM_UP_MS);
  const [cpuBefore, bytesBefore] = [cpuMsOf(child.pid), bytes];
  await wait(SECONDS * 1000);
  const figures = {
    cpuMsPerSecond: (cpuMsOf(child.pid) - cpuBefore) / SECONDS,
    residentMb: residentMbOf(child.pid),
    bytesPerSecond: (bytes - bytesBefore) / SECONDS,
  };
  await quit(child);
  return figures;
}

async function steadyFor(command, ms) {
  const child = open(command);
  child.onData(() => {});
  await wait(ms);
  await quit(child);
}

function open([command, ...args]) {
  return pty.spawn(command, args, {
    cols: 120,
    rows: 40,
    env: {...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8'},
  });
}

async function quit(child) {
  const ended = new Promise((resolve) => child.onExit(resolve));
  child.write('q');
  const isOver = await Promise.race([ended.then(() => true), wait(3000)]);
  if (isOver !== true) child.kill('SIGKILL');
  await ended;
}

function middle(runs) {
  return Object.fromEntries(Object.keys(runs[0]).map((key) => [key, median(runs.map((run) => run[key]))]));
}

function isInstalled(name) {
  return spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
}

function versionOf({version: [command, ...args]}) {
  const {stdout} = spawnSync(command, args, {encoding: 'utf8'});
  return /\d+(\.\d+)+/.exec(stdout ?? '')?.[0] ?? 'not known';
}

function print({machine, node, rounds: all}) {
  console.log(`node ${node}, ${machine}, medians of ${REPEATS} turns of ${SECONDS} s, a refresh each second`);
  for (const {processes, bareNodeMs: bare, programs: of} of all) {
    console.log(`\n${processes} processes; node -e 0 takes ${bare.toFixed(0)} ms`);
    console.log('           first frame        CPU of a second     memory     to the terminal');
    const {htop} = of;
    for (const [name, one] of Object.entries(of)) console.log(row(name, one, bare, htop));
  }
}

function row(name, {firstFrameMs, cpuMsPerSecond, residentMb, bytesPerSecond}, bare, htop) {
  const cells = [
    name.padEnd(8),
    `${firstFrameMs.toFixed(0)} ms`.padStart(8),
    `${(firstFrameMs / bare).toFixed(2)} × node`.padStart(12),
    `${cpuMsPerSecond.toFixed(1)} ms`.padStart(9),
    (htop ? `${(cpuMsPerSecond / htop.cpuMsPerSecond).toFixed(2)} × htop` : '').padStart(12),
    `${residentMb.toFixed(0)} MB`.padStart(8),
    `${(bytesPerSecond / 1000).toFixed(1)} kB/s`.padStart(10),
    (htop ? `${(bytesPerSecond / htop.bytesPerSecond).toFixed(2)} × htop` : '').padStart(12),
  ];
  return cells.join(' ');
}

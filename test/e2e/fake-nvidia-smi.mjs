#!/usr/bin/env node
// Stands in for nvidia-smi: writes what the file beside it tells, as the real one would, and notes how it was started.
// {"mode", "isMoving", "document" (of -q -x), "gpus": [{…}], "apps": [{gpu, pid, used}], "said", "code", "turns"}
import {appendFileSync, readFileSync} from 'node:fs';
import path from 'node:path';

const folder = path.dirname(process.argv[1]);
const script = () => JSON.parse(readFileSync(path.join(folder, 'script.json'), 'utf8'));
const args = process.argv.slice(2);
const given = (name) => args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1);
appendFileSync(path.join(folder, 'starts'), `${process.pid} ${args.join(' ')}\n`);

const everyMs = Number(given('--loop-ms') ?? 0);
const only = given('--id')?.split(',');
const gpuFields = given('--query-gpu')?.split(',');
const appFields = given('--query-compute-apps')?.split(',');

function timestamp() {
  const now = new Date();
  const pad = (figure, length = 2) => String(figure).padStart(length, '0');
  const day = [now.getFullYear(), pad(now.getMonth() + 1), pad(now.getDate())].join('/');
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map((part) => pad(part)).join(':');
  return `${day} ${time}.${pad(now.getMilliseconds(), 3)}`;
}

const uuidOf = (index) => `GPU-0000000${index}-1111-2222-3333-444444444444`;
const busOf = (index) => `00000000:0${index}:00.0`;

function gpuCells(gpu, index) {
  return {
    timestamp: timestamp(),
    index,
    uuid: uuidOf(index),
    'pci.bus_id': busOf(index),
    'memory.total': 24576,
    'memory.used': 20000,
    'utilization.gpu': 97,
    'temperature.gpu': 66,
    'mig.mode.current': '[N/A]',
    name: 'NVIDIA GeForce RTX 3090',
    ...gpu,
  };
}

function gpuLines({gpus, isMoving}) {
  return gpus
    .map(gpuCells)
    .map((cells) => (isMoving ? moved(cells) : cells))
    .filter((cells) => only === undefined || only.includes(cells['pci.bus_id']))
    .map((cells) => `${gpuFields.map((field) => cells[field] ?? '[N/A]').join(', ')}\n`)
    .join('');
}

/** Figures of GPUs at work: none is the same in two turns. */
function moved(cells) {
  const figure = (name, by) => ({[name]: Number(cells[name]) - ((turn * by + cells.index) % 50)});
  return {
    ...cells,
    ...figure('memory.used', 17),
    ...figure('utilization.gpu', 7),
    ...figure('temperature.gpu', 1),
  };
}

function appLines({apps = []}) {
  return apps
    .map(({gpu, pid, used}) => ({timestamp: timestamp(), gpu_uuid: uuidOf(gpu), pid, used_gpu_memory: used}))
    .map((cells) => `${appFields.map((field) => cells[field]).join(', ')}\n`)
    .join('');
}

const forEver = () => setInterval(() => {}, 1 << 30);

// What heeds no signal has to be killed.
if (script().mode === 'deaf') for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => {});

let turn = 0;
function once() {
  const now = script();
  turn += 1;
  if (now.mode === 'hang' || (now.mode === 'hang-later' && turn > now.turns)) return;
  const isOver = now.turns !== undefined && turn > now.turns && !only;
  if (now.mode === 'end' && (now.turns === undefined || isOver)) {
    process.stdout.write(now.said ?? '', () => process.exit(now.code));
    return;
  }
  if (now.mode === 'half' && gpuFields) {
    process.stdout.write(gpuLines(now).slice(0, 40));
    return;
  }
  const told = gpuFields ? gpuLines(now) : appFields ? appLines(now) : (now.document ?? '');
  process.stdout.write(`${now.extra ?? ''}${told}`);
}

process.stdout.on('error', () => process.exit(141));
once();
if (everyMs > 0) setInterval(once, everyMs);
else if (script().mode === 'hang') forEver();

// What the library costs a host program:  npm run bench
// Heap and CPU of a process that runs the monitor, beside the same process without it, in one run.
import {execFileSync} from 'node:child_process';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {median} from './measuring.mjs';

const LIBRARY = pathToFileURL(path.resolve(import.meta.dirname, '../../dist/index.js')).href;
const SECONDS = 12;
const INTERVAL = 0.1;
const REPEATS = 3;
const BUDGET = {heapMb: 3, cpuMsPerCheck: 2};

const host = (body) => `
  import {setTimeout as pause} from 'node:timers/promises';
  ${body}
  await pause(500);
  gc();
  const before = process.cpuUsage();
  await pause(${SECONDS * 1000});
  const {user, system} = process.cpuUsage(before);
  gc();
  const checks = globalThis.monitor?.getStats().readings.length ?? 0;
  console.log(JSON.stringify({cpuMs: (user + system) / 1000, heapMb: process.memoryUsage().heapUsed / 2 ** 20, checks}));
`;
const BARE = host('');
const MONITORED = host(`
  const {SimpleMemoryMonitor} = await import(${JSON.stringify(LIBRARY)});
  globalThis.monitor = new SimpleMemoryMonitor({checkIntervalSeconds: ${INTERVAL}, windowSize: 1000});
  monitor.start();
`);

function measure(program) {
  const output = execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '--eval', program]);
  return JSON.parse(output.toString());
}

const runs = Array.from({length: REPEATS}, () => ({bare: measure(BARE), monitored: measure(MONITORED)}));
const heapMb = median(runs.map(({bare, monitored}) => monitored.heapMb - bare.heapMb));
const cpuMs = median(runs.map(({bare, monitored}) => (monitored.cpuMs - bare.cpuMs) / (SECONDS / INTERVAL)));

console.log(`node ${process.version}, ${REPEATS} runs of ${SECONDS} s, a check every ${INTERVAL} s; medians`);
console.log(
  `heap added        ${heapMb.toFixed(2)} MB   ${(heapMb / BUDGET.heapMb).toFixed(2)} of the budget of ${BUDGET.heapMb} MB`,
);
console.log(
  `CPU of one check  ${cpuMs.toFixed(2)} ms   ${(cpuMs / BUDGET.cpuMsPerCheck).toFixed(2)} of the budget of ${BUDGET.cpuMsPerCheck} ms`,
);
console.log(`checks made       ${runs.map(({monitored}) => monitored.checks).join(', ')}`);

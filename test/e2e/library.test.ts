import {spawn} from 'node:child_process';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {expect, test} from 'vitest';
import {NODE, workplace} from './program.ts';
import {cleanEnvironment} from './pty.ts';

const LIBRARY = pathToFileURL(path.resolve(import.meta.dirname, '../../dist/index.js')).href;

function runScript(
  code: string,
  folder: string,
): Promise<{code: number | null; stdout: string; stderr: string}> {
  const script = `import {SimpleMemoryMonitor, getMonitor} from ${JSON.stringify(LIBRARY)};\n${code}`;
  const child = spawn(NODE, ['--input-type=module', '--eval', script], {
    cwd: folder,
    env: cleanEnvironment(),
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  return new Promise((resolve) => child.on('close', (status) => resolve({code: status, stdout, stderr})));
}

test('a minute of checks every 10 s, for real: 5 readings or more, alerts, a log whose lines parse', async () => {
  using place = workplace();
  const {code, stdout, stderr} = await runScript(
    `const monitor = new SimpleMemoryMonitor({checkIntervalSeconds: 10, alertThresholdPercent: 0.1, logFile: 'memory.jsonl'});
    monitor.start();
    await new Promise((resolve) => setTimeout(resolve, 60_500));
    const {readings, average, alertCount} = monitor.getStats();
    await monitor.stop();
    console.log(JSON.stringify({readings: readings.length, average, alertCount, status: monitor.getStatus().monitoring}));`,
    place.folder,
  );
  expect({code, stderr}).toEqual({code: 0, stderr: ''});
  const stats = JSON.parse(stdout);
  expect(stats.readings).toBeGreaterThanOrEqual(5);
  expect(stats.average).toBeGreaterThan(0);
  expect(stats.alertCount).toBeGreaterThanOrEqual(1);
  expect(stats.status).toBe(false);
  const lines = place.lines('memory.jsonl');
  for (const line of lines) expect(Date.parse(String(line.timestamp))).not.toBeNaN();
  expect(lines.map(({event_type}) => event_type).filter(Boolean)).toEqual(
    expect.arrayContaining(['START', 'ALERT', 'STOP']),
  );
}, 90_000);

test('a started monitor does not keep its host alive', async () => {
  using place = workplace();
  const begun = Date.now();
  const {code, stdout} = await runScript(
    `getMonitor({checkIntervalSeconds: 1}).start(); console.log('done');`,
    place.folder,
  );
  expect({code, stdout}).toEqual({code: 0, stdout: 'done\n'});
  expect(Date.now() - begun).toBeLessThan(20_000);
});

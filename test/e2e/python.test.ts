import {spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {CLI, NODE, workplace} from './program.ts';

function logName(folder: string): string {
  const name = readdirSync(folder).find((file) => /^memory-\d{8}-\d{6}\.jsonl$/.test(file));
  if (name === undefined) throw new Error('the recipe wrote no log');
  return name;
}

test('the recipe of the README: a Python program starts the watch, works, stops it and reads the log', () => {
  using place = workplace();
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const recipe = /<!-- python -->\n```python\n([\s\S]*?)```/.exec(readme)?.[1];
  if (recipe === undefined) throw new Error('the README has no Python recipe');
  mkdirSync(place.file('bin'));
  writeFileSync(place.file('bin/memtop'), `#!/bin/sh\nexec "${NODE}" "${CLI}" "$@"\n`);
  chmodSync(place.file('bin/memtop'), 0o755);
  writeFileSync(place.file('job.py'), `import time\ndef train():\n    time.sleep(3.5)\n\n${recipe}`);
  const {status, stdout, stderr} = spawnSync('python3', ['job.py'], {
    cwd: place.folder,
    env: {...process.env, ...place.env, PATH: `${place.file('bin')}:${process.env.PATH}`},
    encoding: 'utf8',
  });
  expect({status, stderr}).toEqual({status: 0, stderr: ''});
  expect(stdout).toMatch(/^[345] readings, highest \d+\.\d %, \d alerts\n$/);
  expect(place.lines(logName(place.folder)).at(-1)).toMatchObject({event_type: 'STOP', reason: 'SIGTERM'});
});

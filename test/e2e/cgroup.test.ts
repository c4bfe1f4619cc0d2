import {spawnSync} from 'node:child_process';
import {rmdirSync} from 'node:fs';
import {afterAll, expect, test} from 'vitest';
import {MIB, makeCgroup} from './cgroups.ts';
import {CLI, NODE, workplace} from './program.ts';
import {cleanEnvironment} from './pty.ts';

const cgroup = makeCgroup(512);
if (cgroup === undefined)
  process.stderr.write('not run here: no cgroup with a limit can be made on this machine\n');
afterAll(() => {
  if (cgroup !== undefined) rmdirSync(cgroup.folder);
});

// Without the right to make one there is nothing real to read; recorded files stand in for it in the unit tests.
test.skipIf(cgroup === undefined)(
  'under a real cgroup limit, that limit is in force and memory is its working set',
  () => {
    using place = workplace();
    const join = `echo $$ > ${cgroup?.folder}/cgroup.procs; exec "${NODE}" "${CLI}" once --json --threshold 100`;
    const {stdout, stderr} = spawnSync('sh', ['-c', join], {
      cwd: place.folder,
      env: {...cleanEnvironment(), ...place.env},
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const reading = JSON.parse(stdout);
    expect(reading.memory.total_bytes).toBe(512 * MIB);
    expect(reading.memory.limit).toMatch(/memtop-test-\d+-\d+$/);
    expect(reading.limits.at(0)).toMatchObject({limit_bytes: 512 * MIB});
    expect(reading.memory.used_bytes).toBeGreaterThan(5 * MIB);
    expect(reading.memory.used_bytes).toBeLessThan(300 * MIB);
    expect(reading.memory.used_bytes + reading.memory.available_bytes).toBe(512 * MIB);
    expect(reading.host.total_bytes).toBeGreaterThan(512 * MIB);
  },
);

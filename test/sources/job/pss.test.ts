import {describe, expect, test} from 'vitest';
import {readPss} from '../../../src/sources/job/pss.ts';
import {type FakeFile, FakeHost, procFiles} from '../fake-host.ts';
import {fixture} from '../fixtures.ts';
import {MIB, rollup} from './proc.ts';

const member = (pid: number) => ({pid, startKey: `k${pid}`, rssBytes: 50 * MIB});
const members = [member(812), member(813), member(814)];

function machine(rollups: Readonly<Record<number, FakeFile>>, living: readonly number[] = [812, 813, 814]) {
  const files: Record<string, FakeFile> = {};
  for (const pid of living) Object.assign(files, procFiles(pid, {}));
  for (const [pid, file] of Object.entries(rollups)) files[`/proc/${pid}/smaps_rollup`] = file;
  return new FakeHost({files});
}

/** PSS of each process by its key, in MiB. */
async function read(host: FakeHost, of = members) {
  const reading = await readPss(host, of);
  if (reading.status !== 'ok') return reading;
  const sizes = [...reading.value.members].map(([key, {pssBytes}]) => [key, pssBytes / MIB]);
  return {at: reading.value.at, sizes: Object.fromEntries(sizes)};
}

describe('the PSS of a job', () => {
  test('is that of each of its processes', async () => {
    const host = machine({812: rollup(10), 813: rollup(20), 814: rollup(30)});
    expect(await read(host)).toEqual({
      at: host.now(),
      sizes: {'812@k812': 10, '813@k813': 20, '814@k814': 30},
    });
  });

  test('is read off a captured file', async () => {
    const host = machine({812: fixture('proc/smaps-rollup-sleep')});
    const [, kib] = /^Pss:\s+(\d+) kB$/m.exec(fixture('proc/smaps-rollup-sleep')) ?? [];
    expect(await read(host, [member(812)])).toMatchObject({sizes: {'812@k812': Number(kib) / 1024}});
  });

  test('is that of the others when one ends meanwhile, before or while it is read', async () => {
    const gone = machine({812: rollup(10), 814: rollup(30)}, [812, 814]);
    expect(await read(gone)).toMatchObject({sizes: {'812@k812': 10, '814@k814': 30}});
    const going = machine({812: rollup(10), 813: {error: 'ESRCH'}, 814: rollup(30)});
    expect(await read(going)).toMatchObject({sizes: {'812@k812': 10, '814@k814': 30}});
    // One that has let go of all its memory has an empty file.
    const empty = machine({812: rollup(10), 813: '', 814: rollup(30)});
    expect(await read(empty)).toMatchObject({sizes: {'812@k812': 10, '814@k814': 30}});
  });

  test('of no process is none', async () => {
    expect(await read(machine({}), [])).toMatchObject({sizes: {}});
    expect(await read(machine({}, []))).toEqual({status: 'failed', reason: 'no process could be asked'});
  });

  test.each(['EACCES', 'EPERM'])("is not known where that is its owner's to see: %s", async (error) => {
    const host = machine({812: rollup(10), 813: {error}, 814: rollup(30)});
    expect(await read(host)).toEqual({status: 'denied', reason: "PSS of process 813 is its owner's to see"});
  });

  test('is not known to a kernel that has no such file', async () => {
    expect(await read(machine({}))).toEqual({
      status: 'unsupported',
      reason: 'this kernel tells no PSS at once (smaps_rollup, since 4.14)',
    });
  });

  test('of a process that is stuck is not waited for', async () => {
    const host = machine({812: rollup(10), 813: rollup(20)});
    host.stuck.add('/proc/813/smaps_rollup');
    const reading = read(host);
    await host.advance(1000);
    expect(await reading).toEqual({status: 'failed', reason: 'process 813 is stuck on its memory lock'});
  });

  test('lets keys have their turn after each process', async () => {
    const host = machine({812: rollup(1), 813: rollup(1), 814: rollup(1)});
    await read(host);
    expect(host.breaths).toBe(3);
  });
});

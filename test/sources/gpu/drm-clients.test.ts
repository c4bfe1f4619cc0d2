import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {ok, unsupported} from '../../../src/core/sample.ts';
import {DrmClients, type DrmView, heldOf, parseFdinfo} from '../../../src/sources/gpu/drm-clients.ts';
import {amdClient, type Files, intelClient, open, PLAIN_FILE, XTX} from '../../fixtures/gpu/drm.ts';
import {FakeHost, type FakeHostOptions} from '../fake-host.ts';
import {mutated, numbersIn} from '../mutations.ts';

const KIB = 1024;
const MIB = 1024 ** 2;

async function view(clients: DrmClients): Promise<DrmView> {
  const reading = await clients.read();
  if (reading.status !== 'ok') throw new Error(reading.reason);
  return reading.value;
}

function machine(files: Files, options: FakeHostOptions = {}) {
  const host = new FakeHost({...options, files});
  return {host, clients: new DrmClients(host, 1000)};
}

function folderReads(host: FakeHost, pid: number): number {
  return host.reads.filter((path) => path.startsWith(`/proc/${pid}/fdinfo/`)).length;
}

describe('one file', () => {
  const fields = (lines: string) =>
    parseFdinfo(`drm-driver:\tx\ndrm-pdev:\t${XTX}\ndrm-client-id:\t7\n${lines}`)?.regions;

  test.each([
    ['drm-memory-vram:\t123 KiB', {vramBytes: 123 * KIB}],
    ['drm-memory-vram: 5 MiB\ndrm-memory-gtt: \t3 KiB', {vramBytes: 5 * MIB, gttBytes: 3 * KIB}],
    ['drm-resident-vram:\t4096', {vramBytes: 4096}],
    ['drm-total-vram0:\t9 MiB\ndrm-resident-vram0:\t2 MiB\ndrm-total-vram1:\t1 MiB', {vramBytes: 3 * MIB}],
    ['drm-resident-local0:\t2 MiB\ndrm-resident-local1:\t3 MiB', {vramBytes: 5 * MIB}],
    ['drm-total-vram:\t9 MiB\ndrm-memory-vram:\t4 MiB', {vramBytes: 4 * MIB}],
    ['drm-resident-system0:\t1 MiB\ndrm-resident-stolen-system0:\t9 MiB', {systemBytes: MIB}],
    ['drm-total-system:\t1 MiB', {systemBytes: MIB}],
    ['drm-memory-vram:\t-5 KiB', {}],
    ['drm-memory-vram:\t5 GB', {}],
    ['drm-memory-vram:\t9999999999999999 GiB', {}],
    ['drm-memory-cpu:\t5 KiB', {}],
  ])('tells of %j: %j', (lines, regions) => {
    expect(fields(lines)).toEqual(regions);
  });

  test('tells nothing of a file that is no GPU, and of one without place or client', () => {
    expect(parseFdinfo(PLAIN_FILE)).toBeUndefined();
    const whole = amdClient(1, 10, 10);
    expect(parseFdinfo(whole)).toBeDefined();
    for (const key of ['drm-driver', 'drm-pdev', 'drm-client-id'])
      expect(parseFdinfo(whole.replace(key, 'x')), key).toBeUndefined();
  });
});

describe('who holds memory', () => {
  test('a client counts once, also in a second file and in a child, and for the lowest pid', async () => {
    const {clients} = machine({
      ...open(1200, {
        5: amdClient(41, 1000, 20),
        6: amdClient(41, 1000, 20),
        7: amdClient(42, 500, 1),
        8: PLAIN_FILE,
      }),
      ...open(300, {9: amdClient(42, 500, 1)}),
    });
    expect((await view(clients)).bySlot.get(XTX)).toEqual([
      {pid: 300, vramBytes: 500 * KIB, gttBytes: KIB},
      {pid: 1200, vramBytes: 1000 * KIB, gttBytes: 20 * KIB},
    ]);
  });

  test('keeps cards apart that number their clients alike', async () => {
    const other = '0000:03:00.0';
    const {clients} = machine(
      open(10, {4: amdClient(1, 8, 0), 5: intelClient('xe', other, 'vram0', ['6 MiB', '9 MiB'])}),
    );
    const {bySlot} = await view(clients);
    expect(bySlot.get(XTX)).toEqual([{pid: 10, vramBytes: 8 * KIB, gttBytes: 0}]);
    expect(bySlot.get(other)).toEqual([{pid: 10, vramBytes: 6 * MIB, systemBytes: 2 * MIB}]);
  });

  test('reads again what is known, and nothing of those that hold no GPU', async () => {
    let kib = 100;
    const {host, clients} = machine({
      ...open(10, {3: PLAIN_FILE, 4: () => amdClient(1, kib, 0)}),
      ...open(20, {3: PLAIN_FILE}),
    });
    await view(clients);
    kib = 200;
    host.reads.length = 0;
    expect((await view(clients)).bySlot.get(XTX)).toMatchObject([{vramBytes: 200 * KIB}]);
    expect(host.reads.filter((path) => path.includes('fdinfo'))).toEqual(['/proc/10/fdinfo/4']);
  });

  test('leaves unread what leads elsewhere for sure', async () => {
    const links = {
      '/proc/10/fd/3': '/home/me/dri.txt',
      '/proc/10/fd/4': '/dev/dri/renderD128',
      '/proc/10/fd/5': 'socket:[77]',
    };
    const {host, clients} = machine(open(10, {3: PLAIN_FILE, 4: amdClient(1, 8, 0), 5: PLAIN_FILE}), {links});
    expect((await view(clients)).bySlot.get(XTX)).toHaveLength(1);
    expect(host.reads.filter((path) => path.includes('fdinfo'))).toEqual(['/proc/10/fdinfo/4']);
  });

  test('looks a process through again after 5, 30 and 90 seconds', async () => {
    const {host, clients} = machine(open(10, {3: PLAIN_FILE}));
    const looks: number[] = [];
    for (let second = 0; second <= 160; second++) {
      host.reads.length = 0;
      await clients.read();
      if (folderReads(host, 10) > 0) looks.push(second);
      await host.advance(1000);
    }
    expect(looks).toEqual([0, 5, 30, 90, 150]);
  });

  test('finds a GPU that was opened later, and forgets a process that is gone', async () => {
    const {host, clients} = machine({...open(10, {3: PLAIN_FILE}), ...open(20, {3: PLAIN_FILE})});
    await view(clients);
    host.files.set('/proc/10/fdinfo/4', amdClient(1, 8, 0));
    expect((await view(clients)).bySlot.size).toBe(0);
    await host.advance(5000);
    expect((await view(clients)).bySlot.get(XTX)).toMatchObject([{pid: 10}]);
    for (const file of [3, 4]) host.files.delete(`/proc/10/fdinfo/${file}`);
    expect((await view(clients)).bySlot.size).toBe(0);
  });

  test('looks through 200 processes a beat, the newest first, and says that there are more', async () => {
    const pids = Array.from({length: 450}, (_, index) => index + 1);
    const {host, clients} = machine(
      Object.assign({}, ...pids.map((pid) => open(pid, {1: amdClient(pid, 1, 0)}))),
    );
    const beats: (number | undefined)[] = [];
    for (let beat = 0; beat < 3; beat++) {
      const {bySlot, notAll} = await view(clients);
      beats.push(bySlot.get(XTX)?.length);
      expect(notAll?.reason, `beat ${beat}`).toBe(
        beat < 2 ? 'the processes are still being looked through' : undefined,
      );
      if (beat === 0) expect(bySlot.get(XTX)?.[0]?.pid).toBe(251);
    }
    expect(beats).toEqual([200, 400, 450]);
    expect(folderReads(host, 450), 'known files are read at each beat').toBe(3);
  });

  test('lets others have their turn every four milliseconds', async () => {
    const {host, clients} = machine(
      open(10, Object.fromEntries(Array.from({length: 40}, (_, n) => [n, PLAIN_FILE]))),
    );
    host.readCostMs = 1;
    await view(clients);
    expect(host.breaths).toBe(10);
  });
});

describe('what cannot be seen', () => {
  const own = open(10, {4: amdClient(1, 8, 0)});
  const others: Files = {
    '/proc/1/fdinfo': {error: 'EACCES'},
    '/proc/1/comm': 'x',
    '/proc/2/fdinfo': {error: 'EPERM'},
    '/proc/2/comm': 'x',
  };
  const notTold = {status: 'denied', reason: "other users' processes are not told without root"};

  test('counts the processes of others', async () => {
    const {clients} = machine({...own, ...others});
    expect(await view(clients)).toMatchObject({denied: 2, notAll: notTold});
    expect(await view(machine(own).clients)).toEqual({bySlot: expect.any(Map), denied: 0});
  });

  test('says so where hidepid does not even list them', async () => {
    const files = {...own, '/proc/self/mountinfo': '22 1 0:21 / /proc rw - proc proc rw,hidepid=2\n'};
    const host = new FakeHost({files, owners: {'/proc/self': 1000}});
    expect(await view(new DrmClients(host, 1000))).toMatchObject({denied: 0, notAll: notTold});
  });

  test('is the same inside a container: the kernel tells by the pids that are seen there', async () => {
    const {clients} = machine(own, {
      links: {'/proc/self/ns/pid': 'pid:[4026532777]', '/proc/10/fd/4': '/dev/dri/card0'},
    });
    expect((await view(clients)).notAll).toBeUndefined();
  });

  test.each([
    ['5.15.0-91-generic', 'no process seen; kernels before 5.19 do not tell what one holds of the GPU'],
    ['4.18.0-553.el8', 'no process seen; kernels before 5.19 do not tell what one holds of the GPU'],
    ['5.19.0', undefined],
    ['6.8.0-45-generic', undefined],
  ])('an empty list on kernel %s: %s', async (release, reason) => {
    const files = {...open(10, {3: PLAIN_FILE}), '/proc/sys/kernel/osrelease': `${release}\n`};
    expect((await view(machine(files).clients)).notAll?.reason).toBe(reason);
  });

  test('an old kernel that tells all the same is believed', async () => {
    const {clients} = machine({...own, '/proc/sys/kernel/osrelease': '5.14.0-503.el9.x86_64\n'});
    expect((await view(clients)).notAll).toBeUndefined();
  });

  test('goes on after half a minute of a driver that does not answer, with the reason', async () => {
    const {host, clients} = machine(own);
    host.stuck.add('/proc/10/fdinfo/4');
    const first = clients.latest();
    await host.advance(100);
    expect(heldOf(await first, XTX, () => 0)).toMatchObject({
      missing: {reason: 'the processes are still being looked through'},
    });
    await host.advance(30_000);
    const late = clients.latest();
    await host.advance(100);
    expect(heldOf(await late, XTX, () => 0)).toMatchObject({missing: {reason: 'no answer for 30 s'}});
  });
});

describe('the list of one card', () => {
  const list = (holders: {pid: number; vramBytes?: number}[], notAll = false) =>
    heldOf(
      ok({bySlot: new Map([[XTX, holders]]), denied: 0, ...(notAll && {notAll: unsupported('not all')})}),
      XTX,
      ({vramBytes}) => vramBytes,
      1000,
    );

  test('has the largest first, none that hold nothing, and no figure above what the card has', () => {
    const holders = [
      {pid: 1, vramBytes: 5},
      {pid: 2, vramBytes: 900},
      {pid: 3, vramBytes: 0},
      {pid: 4, vramBytes: 1001},
      {pid: 5},
    ];
    expect(list(holders)).toEqual({
      processes: [{pid: 4}, {pid: 2, usedBytes: 900}, {pid: 1, usedBytes: 5}, {pid: 5}],
    });
  });

  test('keeps what is known beside the reason why it is not all', () => {
    expect(list([{pid: 1, vramBytes: 5}], true)).toEqual({
      processes: [{pid: 1, usedBytes: 5}],
      missing: unsupported('not all'),
    });
    expect(list([], true)).toEqual({missing: unsupported('not all')});
    expect(list([])).toEqual({processes: []});
  });

  test('is missing where the kernel tells the clients and not their memory', () => {
    expect(list([{pid: 1}])).toEqual({
      missing: unsupported('this kernel does not tell what a process holds of the GPU'),
    });
  });
});

test('gives only sound figures whatever the files hold', async () => {
  const texts = [amdClient(41, 1000, 20), intelClient('i915', '0000:03:00.0', 'local0', ['6 MiB', '9 MiB'])];
  const files = fc.tuple(...texts.map((text) => fc.oneof(fc.constant(text), mutated(text))));
  await fc.assert(
    fc.asyncProperty(files, async ([one = '', other = '']) => {
      const {bySlot} = await view(machine(open(10, {1: one, 2: other})).clients);
      for (const number of numbersIn([...bySlot.values()]))
        expect(Number.isSafeInteger(number) && number >= 0, String(number)).toBe(true);
    }),
    {numRuns: 500},
  );
});

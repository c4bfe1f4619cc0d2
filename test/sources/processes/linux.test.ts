import {describe, expect, test} from 'vitest';
import {LinuxProcesses, processStartKey} from '../../../src/sources/processes/linux.ts';
import {type FakeFile, FakeHost, type FakeProcess, procFiles} from '../fake-host.ts';

const OWN_PID = 4242;
const PAGE = 4096;

const BASE: Record<string, FakeFile> = {
  '/proc/stat': 'cpu  1 2 3\nbtime 1772360000\nprocesses 5\n',
  '/proc/self/status': 'Name:\tnode\nVmSize:\t    8000 kB\n',
  '/proc/self/statm': '2000 390 380 5 0 123 0\n',
  '/proc/uptime': '1000.00 900.00\n',
  '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000::/home/ada:/bin/bash\n# a comment\n\n',
};

function machine(
  processes: Record<number, FakeProcess>,
  files: Record<string, FakeFile> = {},
  owners = {},
): FakeHost {
  const proc = Object.entries(processes).map(([pid, process]) => procFiles(Number(pid), process));
  return new FakeHost({files: {...BASE, ...Object.assign({}, ...proc), ...files}, owners, pid: OWN_PID});
}

async function tableOf(processes: LinuxProcesses) {
  const reading = await processes.scan();
  if (reading.status !== 'ok') throw new Error(reading.reason);
  return reading.value;
}

async function find(processes: LinuxProcesses, pid: number) {
  return (await tableOf(processes)).processes.find((process) => process.pid === pid);
}

describe('scan', () => {
  test('gives a process with all that belongs to it', async () => {
    const job = {
      name: 'python3',
      parent: 7,
      startTicks: 12_345,
      rssPages: 1000,
      args: ['python3', 'train.py', '--name', 'a b'],
    };
    const host = machine({300: job}, {}, {'/proc/300': 1000});
    expect(await tableOf(new LinuxProcesses(host))).toEqual({
      at: host.now(),
      processes: [
        {
          pid: 300,
          parentPid: 7,
          startKey: '12345',
          startedAt: 1772360000_000 + 123_450,
          sessionId: 1,
          name: 'python3',
          command: 'python3 train.py --name a b',
          args: ['python3', 'train.py', '--name', 'a b'],
          user: 'ada',
          rssBytes: 1000 * PAGE,
          cpuMs: 2000,
        },
      ],
    });
  });

  test('knows to the hundredth when one was started, where the uptime is of the same boot', async () => {
    const startedAt = async (files: Record<string, FakeFile>) =>
      (await find(new LinuxProcesses(machine({300: {startTicks: 12_345}}, files)), 300))?.startedAt;
    const now = machine({}).now();
    const bootedAt = now - 5_000_250;
    const uptime = {'/proc/uptime': '5000.25 900.00\n'};
    const whole = Math.floor(bootedAt / 1000);
    expect(await startedAt({'/proc/stat': `btime ${whole}\n`, ...uptime})).toBe(bootedAt + 123_450);
    // A container's uptime beside the machine's boot.
    expect(await startedAt({'/proc/stat': `btime ${whole - 600}\n`, ...uptime})).toBe(
      (whole - 600) * 1000 + 123_450,
    );
    expect(await startedAt({'/proc/stat': `btime ${whole}\n`, '/proc/uptime': 'much\n'})).toBe(
      whole * 1000 + 123_450,
    );
  });

  test('finds pages of 64 KiB by comparing the same size in both units', async () => {
    const host = machine({300: {rssPages: 10}}, {'/proc/self/statm': '125 39 38 5 0 12 0\n'});
    expect(await find(new LinuxProcesses(host), 300)).toMatchObject({rssBytes: 10 * 65536});
  });

  test('takes pages of 4 KiB when nothing tells', async () => {
    const host = machine({300: {rssPages: 10}});
    host.files.delete('/proc/self/statm');
    expect(await find(new LinuxProcesses(host), 300)).toMatchObject({rssBytes: 10 * 4096});
  });

  test('leaves kernel threads out, but not a child of process 2 in a container', async () => {
    const host = machine({
      2: {name: 'kthreadd', parent: 0, flags: 2129984},
      9: {parent: 2, flags: 69238880},
      10: {parent: 2},
    });
    const {processes} = await tableOf(new LinuxProcesses(host));
    expect(processes.map(({pid}) => pid)).toEqual([10]);
  });

  test('leaves out a process that ends between listing and reading', async () => {
    const host = machine({300: {}, 301: {}}, {'/proc/300/stat': {error: 'ESRCH'}});
    const {processes} = await tableOf(new LinuxProcesses(host));
    expect(processes.map(({pid}) => pid)).toEqual([301]);
  });

  test('lets keys have their turn after every few milliseconds of reading', async () => {
    const many = Object.fromEntries(Array.from({length: 1000}, (_, index) => [index + 1, {}]));
    const host = machine(many);
    const uncharged = new LinuxProcesses(host);
    await uncharged.scan();
    const before = host.breaths;
    host.readCostMs = 0.1;
    await uncharged.scan();
    expect(host.breaths - before).toBeGreaterThanOrEqual(1000 / 41);
  });

  test('leaves out a process that has ended and was not waited for yet', async () => {
    const host = machine({300: {state: 'Z'}, 301: {state: 'X'}, 302: {state: 'D'}});
    const {processes} = await tableOf(new LinuxProcesses(host));
    expect(processes.map(({pid}) => pid)).toEqual([302]);
  });

  test('tells the session of a process, and whether it is stopped', async () => {
    const host = machine({300: {session: 299, state: 'T'}, 301: {session: 301}});
    const processes = new LinuxProcesses(host);
    expect(await find(processes, 300)).toMatchObject({sessionId: 299, isStopped: true});
    expect(await find(processes, 301)).not.toHaveProperty('isStopped');
  });

  test('tells a missing permission', async () => {
    const host = machine({}, {'/proc': {error: 'EACCES'}});
    expect(await new LinuxProcesses(host).scan()).toEqual({
      status: 'denied',
      reason: '/proc cannot be read: permission denied',
    });
  });
});

describe('a scan of what is changing', () => {
  const readIn = (host: FakeHost, from: number) =>
    new Set(
      host.reads
        .slice(from)
        .flatMap((path) => /^\/proc\/(\d+)\/stat$/.exec(path)?.[1] ?? [])
        .map(Number),
    );
  const write = (host: FakeHost, pid: number, process: FakeProcess) => {
    for (const [path, text] of Object.entries(procFiles(pid, process))) host.files.set(path, text);
  };
  const IDLE = Array.from({length: 200}, (_, index) => 1000 + index);

  /** A machine with idle processes, 40 large ones among them, and one that works. */
  function busyMachine() {
    const idle = IDLE.map((pid) => [pid, {rssPages: pid < 1040 ? 50_000 : 10}] as const);
    return machine({...Object.fromEntries(idle), 300: {rssPages: 100}});
  }

  async function scannedFor(seconds: number) {
    const host = busyMachine();
    const processes = new LinuxProcesses(host);
    for (let second = 0; second < seconds; second += 1) {
      await processes.scan('changing');
      await host.advance(1000);
    }
    return {host, processes};
  }

  test('reads the large and the changing each time, the others ever more seldom and none later than after 12.5 s', async () => {
    const host = busyMachine();
    const processes = new LinuxProcesses(host);
    const readAt = new Map<number, number>();
    const longest = new Map<number, number>();
    let reads = 0;
    for (let second = 0; second < 120; second += 1) {
      write(host, 300, {rssPages: 100 + second});
      const from = host.reads.length;
      await processes.scan('changing');
      const read = readIn(host, from);
      if (second >= 60) reads += read.size;
      for (const pid of read) {
        longest.set(pid, Math.max(longest.get(pid) ?? 0, second - (readAt.get(pid) ?? second)));
        readAt.set(pid, second);
      }
      await host.advance(1000);
    }
    expect(longest.get(300)).toBe(1);
    expect(longest.get(1000)).toBe(1);
    for (const pid of IDLE) expect(longest.get(pid)).toBeLessThanOrEqual(13);
    // All 40 are as large as the thirtieth; of the 160 small ones about a tenth each second.
    expect(reads / 60).toBeLessThan(41 + 25);
    expect(reads / 60).toBeGreaterThan(41 + 10);
  });

  test('tells of each what was read of it last, new ones at once, and none that is gone', async () => {
    const {host, processes} = await scannedFor(30);
    write(host, 5000, {rssPages: 7});
    for (const path of Object.keys(procFiles(1100, {}))) host.files.delete(path);
    const reading = await processes.scan('changing');
    const table = new Map(
      reading.status === 'ok' ? reading.value.processes.map((process) => [process.pid, process]) : [],
    );
    expect(table.get(5000)?.rssBytes).toBe(7 * PAGE);
    expect(table.has(1100)).toBe(false);
    expect(table.size).toBe(201);
  });

  test('sees a title that a large process writes itself while nothing comes or goes', async () => {
    const {host, processes} = await scannedFor(30);
    host.files.set('/proc/1000/cmdline', 'worker: epoch 2\0');
    for (let second = 0; second < 45; second += 1) {
      await processes.scan('changing');
      await host.advance(1000);
    }
    const reading = await processes.scan('changing');
    const table = reading.status === 'ok' ? reading.value.processes : [];
    expect(table.find(({pid}) => pid === 1000)?.command).toBe('worker: epoch 2');
  });

  test('has nothing old where all are asked for', async () => {
    const {host, processes} = await scannedFor(30);
    for (const pid of IDLE) write(host, pid, {rssPages: 77});
    const reading = await processes.scan();
    const sizes = reading.status === 'ok' ? reading.value.processes.map(({rssBytes}) => rssBytes) : [];
    expect(new Set(sizes)).toEqual(new Set([77 * PAGE, 100 * PAGE]));
  });
});

describe('a scan that follows some of the processes', () => {
  const statsRead = (host: FakeHost, from: number) =>
    host.reads.slice(from).flatMap((path) => /^\/proc\/(\d+)\/stat$/.exec(path)?.[1] ?? []);
  const many = (count: number, more: Record<number, FakeProcess> = {}) =>
    machine({...Object.fromEntries(Array.from({length: count}, (_, index) => [1000 + index, {}])), ...more});
  const grow = (host: FakeHost, pid: number, rssPages: number) => {
    for (const [path, text] of Object.entries(procFiles(pid, {rssPages}))) host.files.set(path, text);
  };

  async function scanned(processes: LinuxProcesses, pids: readonly number[]) {
    const reading = await processes.scan(new Set(pids));
    if (reading.status !== 'ok') throw new Error(reading.reason);
    return new Map(reading.value.processes.map((process) => [process.pid, process]));
  }

  test('reads those and all that are new, and has the others from before', async () => {
    const host = many(2000, {300: {}, 301: {}});
    const processes = new LinuxProcesses(host);
    await scanned(processes, [300, 301]);
    for (const pid of [300, 301, 1000]) grow(host, pid, 77);
    grow(host, 5000, 5);
    host.files.delete('/proc/1001/stat');
    host.files.delete('/proc/1001/cmdline');
    const from = host.reads.length;
    await host.advance(1000);
    const table = await scanned(processes, [300, 301]);
    expect(statsRead(host, from).sort()).toEqual(['300', '301', '5000']);
    expect([300, 301, 1000, 5000].map((pid) => table.get(pid)?.rssBytes)).toEqual([
      77 * PAGE,
      77 * PAGE,
      25_600 * PAGE,
      5 * PAGE,
    ]);
    expect(table.has(1001)).toBe(false);
    expect(table.size).toBe(2002);
  });

  test('reads all the first time, every ten seconds, and whenever nobody is followed', async () => {
    const host = many(20, {300: {}});
    const processes = new LinuxProcesses(host);
    const readBy = async (pids: readonly number[] | undefined) => {
      const from = host.reads.length;
      await processes.scan(pids && new Set(pids));
      return statsRead(host, from).length;
    };
    expect(await readBy([300])).toBe(21);
    await host.advance(9999);
    expect(await readBy([300])).toBe(1);
    await host.advance(1);
    expect(await readBy([300])).toBe(21);
    await host.advance(1000);
    expect([await readBy([300]), await readBy(undefined), await readBy([300])]).toEqual([1, 21, 1]);
  });

  test('names one that was not there before, and one that runs another program now', async () => {
    const host = many(20, {300: {name: 'sh', args: ['sh', '-c', 'x']}});
    const processes = new LinuxProcesses(host);
    await scanned(processes, [300]);
    await host.advance(1000);
    for (const [pid, args] of [
      [300, ['python', 'train.py']],
      [301, ['worker']],
    ] as const)
      for (const [path, text] of Object.entries(procFiles(pid, {args}))) host.files.set(path, text);
    const table = await scanned(processes, [300]);
    expect(table.get(300)?.args).toEqual(['python', 'train.py']);
    expect(table.get(301)?.args).toEqual(['worker']);
  });

  test('looks at no command line again while the same processes run', async () => {
    const host = many(20, {300: {}});
    const processes = new LinuxProcesses(host);
    await scanned(processes, [300]);
    const from = host.reads.length;
    for (let scan = 0; scan < 5; scan += 1) {
      await host.advance(1000);
      await scanned(processes, [300]);
    }
    expect(host.reads.slice(from).filter((path) => path.endsWith('/cmdline'))).toEqual([]);
  });

  test('takes a pid of the job that is used again for another process', async () => {
    const host = many(5, {300: {startTicks: 50}});
    const processes = new LinuxProcesses(host);
    await scanned(processes, [300]);
    for (const [path, text] of Object.entries(procFiles(300, {startTicks: 99}))) host.files.set(path, text);
    expect((await scanned(processes, [300])).get(300)?.startKey).toBe('99');
  });
});

describe('arguments and owners', () => {
  test('keeps empty arguments and drops the padding at the end', async () => {
    const host = machine({300: {args: 'app\0\0--x\0\0\0\0'}});
    expect(await find(new LinuxProcesses(host), 300)).toMatchObject({
      args: ['app', '', '--x'],
      command: 'app  --x',
    });
  });

  test('takes a title that the program wrote itself as one argument', async () => {
    const host = machine({300: {args: 'nginx: worker process\0\0\0'}});
    expect(await find(new LinuxProcesses(host), 300)).toMatchObject({args: ['nginx: worker process']});
  });

  test('gives no arguments for a process that has none', async () => {
    const host = machine({300: {args: ''}});
    expect(await find(new LinuxProcesses(host), 300)).toMatchObject({args: [], command: ''});
  });

  test('shows the number of a user without a name', async () => {
    const host = machine({300: {}}, {}, {'/proc/300': 48213});
    expect(await find(new LinuxProcesses(host), 300)).toMatchObject({user: '48213'});
  });

  test('reads each command line once, and passwd once', async () => {
    const host = machine({300: {}, 301: {}});
    const processes = new LinuxProcesses(host);
    for (let scan = 0; scan < 5; scan++) await processes.scan();
    expect(host.reads.filter((path) => path.endsWith('/cmdline'))).toHaveLength(2);
    expect(host.reads.filter((path) => path === '/etc/passwd')).toHaveLength(1);
  });

  test('reads anew what became of a pid: another process, or another program', async () => {
    const host = machine({300: {name: 'bash', startTicks: 5}});
    const processes = new LinuxProcesses(host);
    await processes.scan();
    for (const next of [
      {name: 'bash', startTicks: 9, args: ['second']},
      {name: 'python', startTicks: 9, args: ['third']},
    ]) {
      for (const [path, text] of Object.entries(procFiles(300, next))) host.files.set(path, text);
      expect(await find(processes, 300)).toMatchObject({args: next.args});
    }
  });

  test('looks again at the largest after half a minute, for their titles change', async () => {
    const many = Object.fromEntries(
      Array.from({length: 25}, (_, index) => [300 + index, {rssPages: 1000 - index}]),
    );
    const host = machine(many);
    const processes = new LinuxProcesses(host);
    await processes.scan();
    const first = host.reads.length;
    await host.advance(29_000);
    await processes.scan();
    expect(host.reads.slice(first).filter((path) => path.endsWith('/cmdline'))).toHaveLength(0);
    await host.advance(1_000);
    await processes.scan();
    const again = host.reads.slice(first).filter((path) => path.endsWith('/cmdline'));
    expect(again).toEqual(Array.from({length: 20}, (_, index) => `/proc/${300 + index}/cmdline`));
  });

  test('looks once more at one that has just started: it may have started another in its place', async () => {
    const host = machine({
      [OWN_PID]: {name: 'memtop', startTicks: 500},
      300: {name: 'node', startTicks: 600, args: ['env', 'node']},
      301: {name: 'node', startTicks: 400, args: ['older']},
    });
    const processes = new LinuxProcesses(host);
    await host.advance(1000);
    await processes.scan();
    for (const [path, text] of Object.entries(
      procFiles(300, {name: 'node', startTicks: 600, args: ['node', 'train.js']}),
    ))
      host.files.set(path, text);
    host.files.set('/proc/301/cmdline', 'changed\0');
    const argsOf = async () => (await tableOf(processes)).processes.map(({pid, args}) => [pid, args?.[0]]);
    await host.advance(999);
    expect(await argsOf()).toContainEqual([300, 'env']);
    await host.advance(1);
    expect(await argsOf()).toEqual(
      expect.arrayContaining([
        [300, 'node'],
        [301, 'older'],
      ]),
    );
    const from = host.reads.length;
    await host.advance(5000);
    await processes.scan();
    expect(host.reads.slice(from)).not.toContain('/proc/300/cmdline');
  });

  test('reads 200 a scan, the largest first', async () => {
    const many = Object.fromEntries(
      Array.from({length: 450}, (_, index) => [1000 + index, {rssPages: index}]),
    );
    const host = machine(many);
    const processes = new LinuxProcesses(host);
    const known = async () => (await tableOf(processes)).processes.filter(({args}) => args !== undefined);
    const first = await known();
    expect(first).toHaveLength(200);
    expect(Math.min(...first.map(({rssBytes}) => rssBytes))).toBe(250 * PAGE);
    expect(await known()).toHaveLength(400);
    expect(await known()).toHaveLength(450);
  });

  test('is held up by a stuck process for a fifth of a second, once', async () => {
    const host = machine({300: {rssPages: 9000}, 301: {args: ['fine']}});
    host.stuck.add('/proc/300/cmdline');
    const processes = new LinuxProcesses(host);
    const first = tableOf(processes);
    await host.advance(200);
    const stuck = (await first).processes.find(({pid}) => pid === 300);
    expect(stuck).toMatchObject({user: 'root', name: 'python'});
    expect(stuck).not.toHaveProperty('args');
    expect(await find(processes, 301)).toMatchObject({args: ['fine']});
    expect(host.reads.filter((path) => path === '/proc/300/cmdline')).toHaveLength(1);
  });

  test('leaves the shared threads alone once two reads hang', async () => {
    const host = machine({300: {rssPages: 900}, 301: {rssPages: 800}, 302: {rssPages: 700}});
    for (const pid of [300, 301, 302]) host.stuck.add(`/proc/${pid}/cmdline`);
    const processes = new LinuxProcesses(host);
    for (let scan = 0; scan < 3; scan++) {
      const running = processes.scan();
      await host.advance(1000);
      await running;
    }
    expect(host.reads.filter((path) => path.endsWith('/cmdline'))).toHaveLength(2);
    expect(host.pendingTimers).toBe(0);
  });
});

describe('a stuck read', () => {
  const path = (pid: number) => `/proc/${pid}/cmdline`;

  async function scanFor(host: FakeHost, processes: LinuxProcesses, milliseconds: number) {
    const running = tableOf(processes);
    await host.advance(milliseconds);
    return running;
  }

  test('is not begun a second time while it hangs', async () => {
    const host = machine({300: {}});
    host.stuck.add(path(300));
    const processes = new LinuxProcesses(host);
    await scanFor(host, processes, 200);
    await scanFor(host, processes, 60_000);
    await scanFor(host, processes, 1000);
    expect(host.reads.filter((read) => read === path(300))).toHaveLength(1);
  });

  test('gives its arguments when it comes back, and makes room for others', async () => {
    const host = machine({300: {rssPages: 900}, 301: {rssPages: 800}, 302: {rssPages: 700, args: ['third']}});
    host.stuck.add(path(300)).add(path(301));
    const processes = new LinuxProcesses(host);
    await scanFor(host, processes, 400);
    host.release(path(300));
    await host.settle();
    const {processes: rows} = await scanFor(host, processes, 0);
    expect(rows.map(({pid, args}) => [pid, args?.[0]])).toEqual([
      [300, 'python'],
      [301, undefined],
      [302, 'third'],
    ]);
  });
});

describe('hidepid', () => {
  const mount = (options: string) => ({
    '/proc/self/mountinfo': `22 27 0:21 / /proc rw,relatime shared:13 - proc proc rw${options}\n`,
  });
  const own = {[`/proc/${OWN_PID}`]: 1000, '/proc/self': 1000};
  const note = "other users' processes are hidden (hidepid)";

  test.each([',hidepid=1', ',hidepid=2', ',gid=5,hidepid=invisible', ',hidepid=noaccess'])(
    'is told for %s',
    async (options) => {
      const host = machine({[OWN_PID]: {}}, mount(options), own);
      expect((await tableOf(new LinuxProcesses(host))).note).toBe(note);
    },
  );

  test.each(['', ',hidepid=0', ',hidepid=off'])('is not told for "%s"', async (options) => {
    const host = machine({[OWN_PID]: {}}, mount(options), own);
    expect(await tableOf(new LinuxProcesses(host))).not.toHaveProperty('note');
  });

  test('is not told to root, nor to a group that sees all', async () => {
    const root = machine({[OWN_PID]: {}}, mount(',hidepid=2'));
    expect(await tableOf(new LinuxProcesses(root))).not.toHaveProperty('note');
    const member = machine({[OWN_PID]: {}, 300: {}}, mount(',hidepid=2'), {...own, '/proc/300': 0});
    expect(await tableOf(new LinuxProcesses(member))).not.toHaveProperty('note');
  });
});

describe('processStartKey', () => {
  test('tells a process from a later one with its pid', () => {
    const host = machine({300: {startTicks: 77}});
    expect(processStartKey(host, 300)).toBe('77');
    expect(processStartKey(host, 301)).toBeUndefined();
  });
});

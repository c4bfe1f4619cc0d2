import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {parseKernelLog, recentVictims} from '../../../src/sources/memory/kernel-log.ts';
import {FakeHost} from '../fake-host.ts';
import {mutated, numbersIn} from '../mutations.ts';

const KIB = 1024;
/** As the kernel of this sandbox wrote it. */
const WHY =
  '[  445.047120] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/process_api/40ce/t1,task_memcg=/process_api/40ce/t1,task=python3,pid=2490,uid=0';
const KILLED =
  '[  445.047135] Memory cgroup out of memory: Killed process 2490 (python3) total-vm:221384kB, anon-rss:65152kB, file-rss:1768kB, shmem-rss:0kB, UID:0 pgtables:200kB oom_score_adj:0';
const AROUND = [
  '[  445.046990] python3 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0',
  '[  445.047050] memory: usage 65536kB, limit 65536kB, failcnt 57',
  WHY,
  KILLED,
  '[  445.049876] oom_reaper: reaped process 2490 (python3), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB',
].join('\n');
const VICTIM = {
  seconds: 445.047135,
  pid: 2490,
  name: 'python3',
  rssBytes: (65_152 + 1768) * KIB,
  limitPath: '/process_api/40ce/t1',
};

describe('a kill', () => {
  test('for the limit of a cgroup is read with whom it took, what that held, and for which', () => {
    expect(parseKernelLog(`${AROUND}\n`)).toEqual([VICTIM]);
  });

  test('for want of memory on the machine has no limit but that', () => {
    const global = [
      '[88123.000100] oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=user.slice,mems_allowed=0,global_oom,task_memcg=/user.slice/session-2.scope,task=java,pid=4711,uid=1000',
      '[88123.000200] Out of memory: Killed process 4711 (java) total-vm:9000000kB, anon-rss:6291456kB, file-rss:0kB, shmem-rss:1024kB, UID:1000 pgtables:9000kB oom_score_adj:0',
    ].join('\n');
    expect(parseKernelLog(global)).toEqual([
      {seconds: 88_123.0002, pid: 4711, name: 'java', rssBytes: (6_291_456 + 1024) * KIB},
    ]);
  });

  test.each([
    [
      '4.x',
      'Killed process 2490 (python3) total-vm:221384kB, anon-rss:65152kB, file-rss:1768kB, shmem-rss:4kB',
    ],
    [
      '4.18 of RHEL',
      'Killed process 2490 (python3), UID 1000, total-vm:221384kB, anon-rss:65152kB, file-rss:1768kB, shmem-rss:4kB',
    ],
    [
      '5.3',
      'Memory cgroup out of memory: Killed process 2490 (python3) total-vm:221384kB, anon-rss:65152kB, file-rss:1768kB, shmem-rss:4kB',
    ],
    [
      '5.4',
      'Out of memory: Killed process 2490 (python3) total-vm:221384kB, anon-rss:65152kB, file-rss:1768kB, shmem-rss:4kB, UID:1000 pgtables:200kB oom_score_adj:0',
    ],
    [
      '6.x, of all in a group',
      'Memory cgroup out of memory: Killed process 2490 (python3) total-vm:221384kB, anon-rss:65152kB, file-rss:1768kB, shmem-rss:4kB, UID:1000 pgtables:200kB oom_score_adj:500',
    ],
  ])('is read as the kernel %s writes it', (_, line) => {
    expect(parseKernelLog(`[    9.500000] ${line}\n`)).toEqual([
      {seconds: 9.5, pid: 2490, name: 'python3', rssBytes: (65_152 + 1768 + 4) * KIB},
    ]);
  });

  test('by a kernel that does not tell shared memory is read without', () => {
    const old = '[ 1234.567890] Killed process 812 (python) total-vm:4kB, anon-rss:3kB, file-rss:2kB';
    expect(parseKernelLog(old)).toMatchObject([{pid: 812, rssBytes: 5 * KIB}]);
  });

  test('and one after the other are read in order, each with its own limit', () => {
    const other = AROUND.replaceAll('2490', '777').replaceAll('/40ce/t1', '/9999').replaceAll('445.', '600.');
    expect(
      parseKernelLog(`${AROUND}\n${other}`).map(({seconds, pid, limitPath}) => [seconds, pid, limitPath]),
    ).toEqual([
      [445.047135, 2490, '/process_api/40ce/t1'],
      [600.047135, 777, '/process_api/9999'],
    ]);
  });
});

describe('the limit of a kill', () => {
  // A pid is used again: what was said of the one that had it before says nothing of this one.
  test('is not that of another process that had its pid', () => {
    const later = [
      '[9000.000100] oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/user.slice,task=java,pid=2490,uid=0',
      '[9000.000200] Out of memory: Killed process 2490 (java) total-vm:9kB, anon-rss:5kB, file-rss:1kB, shmem-rss:0kB, UID:0 pgtables:9kB oom_score_adj:0',
    ].join('\n');
    expect(parseKernelLog(`${AROUND}\n${later}`)[1]).toEqual({
      seconds: 9000.0002,
      pid: 2490,
      name: 'java',
      rssBytes: 6 * KIB,
    });
  });

  // So kernels write it that have no line `oom-kill:` yet (before 5.0, with them RHEL 7 and 8).
  test('is read as old kernels write it', () => {
    const old = [
      '[ 1234.500000] Task in /slurm/uid_0/job_42/step_0 killed as a result of limit of /slurm/uid_0/job_42',
      '[ 1234.500010] memory: usage 94371840kB, limit 94371840kB, failcnt 1234',
      '[ 1234.500020] Memory cgroup out of memory: Kill process 812 (python) score 1000 or sacrifice child',
      '[ 1234.500030] Killed process 812 (python) total-vm:9kB, anon-rss:5kB, file-rss:1kB, shmem-rss:0kB',
    ].join('\n');
    expect(parseKernelLog(old)).toMatchObject([{pid: 812, limitPath: '/slurm/uid_0/job_42'}]);
  });
});

describe('a name from outside', () => {
  const named = (name: string) => `${WHY.replace('python3', name)}\n${KILLED.replace('python3', name)}`;

  test.each(['a) b (c', 'a) total-vm:1kB', 'Killed process', '((((((((((((((', '', 'ünïcode', '; rm -rf /'])(
    'is taken as it is, and for nothing else: %j',
    (name) => {
      expect(parseKernelLog(named(name))).toEqual([{...VICTIM, name}]);
    },
  );

  // The field of the task's name comes before that of its pid.
  test('cannot say that somebody else was killed', () => {
    expect(parseKernelLog(named(',pid=1,'))).toEqual([{...VICTIM, name: ',pid=1,'}]);
  });

  test('of a cgroup may hold what it will, but for a comma', () => {
    const text = AROUND.replaceAll('/process_api/40ce/t1', '/docker/a b=(c):1');
    expect(parseKernelLog(text)).toEqual([{...VICTIM, limitPath: '/docker/a b=(c):1'}]);
  });
});

test('what is no kill is none', () => {
  const others = [
    '[  445.049876] oom_reaper: reaped process 2490 (python3), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB',
    '[  445.050000] Memory cgroup out of memory: Kill process 2490 (python3) score 1000 or sacrifice child',
    'Killed process 2490 (python3) total-vm:1kB, anon-rss:1kB, file-rss:1kB',
    '[ 1.000000] python3[2490]: segfault at 0 ip 0000 sp 0000 error 4 in python3',
    WHY,
    '',
  ];
  expect(parseKernelLog(others.join('\n'))).toEqual([]);
});

test('whatever the log holds, figures are whole and names are text', () => {
  fc.assert(
    fc.property(mutated(AROUND), (text) => {
      for (const kill of parseKernelLog(text)) {
        for (const figure of numbersIn(kill)) expect(Number.isFinite(figure) && figure >= 0).toBe(true);
        expect(Number.isSafeInteger(kill.pid)).toBe(true);
      }
    }),
    {numRuns: 1000},
  );
});

describe('who was killed lately', () => {
  const ask = (uptime: string | undefined, stdout = AROUND, code = 0, withinMs = 5000) => {
    const calls: unknown[][] = [];
    const host = new FakeHost({
      files: uptime === undefined ? {} : {'/proc/uptime': uptime},
      run: (...call) => {
        calls.push(call);
        return {status: 'exited', code, stdout, stderr: ''};
      },
    });
    return {calls, victims: recentVictims(host, withinMs)};
  };

  test('is asked of dmesg, and told without its time', async () => {
    const {calls, victims} = ask('447.50 800.00\n');
    const {seconds: _, ...victim} = VICTIM;
    expect(await victims).toEqual([victim]);
    expect(calls).toEqual([['dmesg', [], {timeoutMs: 2000}]]);
  });

  test('is nobody of before', async () => {
    expect(await ask('450.06 800.00\n').victims).toEqual([]);
    expect(await ask('450.06 800.00\n', AROUND, 0, 5100).victims).toHaveLength(1);
  });

  test('is nobody where the log may not be read, or nobody knows what is new in it', async () => {
    expect(await ask('447.50 1\n', AROUND, 1).victims).toEqual([]);
    expect(await ask(undefined).victims).toEqual([]);
    expect(await ask('nonsense').victims).toEqual([]);
    const late = new FakeHost({
      files: {'/proc/uptime': '447.50 1\n'},
      run: () => ({status: 'late', reason: ''}),
    });
    expect(await recentVictims(late, 5000)).toEqual([]);
    expect(await recentVictims(new FakeHost({files: {'/proc/uptime': '447.50 1\n'}}), 5000)).toEqual([]);
  });
});

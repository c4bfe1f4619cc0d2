import {leak, loading, type Moment, resident} from './demo-curves.ts';

/** One process of the demo. */
export interface Actor {
  readonly pid: number;
  readonly parentPid: number;
  readonly name: string;
  readonly user: string;
  readonly args: readonly string[];
  readonly mib: number;
  /** GiB that the script adds to it. */
  readonly more?: (moment: Moment) => number;
  /** How much it moves by itself, as a share of its size. */
  readonly sway: number;
  /** CPU it takes, in cores. */
  readonly cores: number;
  /** Age when the demo begins. */
  readonly hours: number;
  /** Whether the limit counts it. */
  readonly limited: boolean;
  readonly fileShare: number;
  readonly shmemShare: number;
  readonly threads: number;
}

type Part = Pick<Actor, 'pid' | 'name' | 'mib'> & Partial<Actor> & {readonly args?: readonly string[]};

const WORKERS = 8;

/** The whole cast, by pid. */
export const ACTORS: readonly Actor[] = [...system(), ...database(), ...models(), ...training(), ...shells()]
  .map(actor)
  .sort((a, b) => a.pid - b.pid);

function actor(part: Part): Actor {
  return {
    parentPid: 1,
    user: 'root',
    args: [part.name],
    sway: 0,
    cores: 0.0005,
    hours: 212,
    limited: false,
    fileShare: 0.55,
    shmemShare: 0,
    threads: 1,
    ...part,
  };
}

function system(): readonly Part[] {
  return [
    {pid: 1, parentPid: 0, name: 'systemd', mib: 13, args: ['/sbin/init']},
    {pid: 402, name: 'systemd-journal', mib: 88, args: ['/usr/lib/systemd/systemd-journald'], sway: 0.01},
    {pid: 441, name: 'systemd-udevd', mib: 9, args: ['/usr/lib/systemd/systemd-udevd']},
    {pid: 688, name: 'systemd-resolve', mib: 14, args: ['/usr/lib/systemd/systemd-resolved']},
    {pid: 731, name: 'dbus-daemon', mib: 6, args: ['@dbus-daemon', '--system', '--nofork']},
    {pid: 744, name: 'rsyslogd', mib: 7, args: ['/usr/sbin/rsyslogd', '-n', '-iNONE'], threads: 4},
    {pid: 752, name: 'nvidia-persiste', mib: 3, args: ['/usr/bin/nvidia-persistenced', '--verbose']},
    {pid: 760, name: 'cron', mib: 3, args: ['/usr/sbin/cron', '-f']},
    {pid: 803, name: 'containerd', mib: 62, args: ['/usr/bin/containerd'], threads: 22, cores: 0.004},
    {pid: 812, name: 'sshd', mib: 9, args: ['sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups']},
    {
      pid: 846,
      name: 'dockerd',
      mib: 96,
      args: ['/usr/bin/dockerd', '-H', 'fd://'],
      threads: 31,
      cores: 0.003,
    },
    {pid: 3318, parentPid: 812, name: 'sshd', mib: 11, args: ['sshd: mira [priv]'], hours: 30},
    {pid: 3340, parentPid: 3318, name: 'sshd', user: 'mira', mib: 8, args: ['sshd: mira@pts/0'], hours: 30},
  ];
}

function database(): readonly Part[] {
  const postgres = {name: 'postgres', user: 'postgres', fileShare: 0.06, shmemShare: 0.8};
  const child = (pid: number, mib: number, title: string): Part => ({
    ...postgres,
    pid,
    parentPid: 905,
    mib,
    args: [`postgres: ${title} `],
  });
  return [
    {
      ...postgres,
      pid: 905,
      mib: 29,
      args: ['/usr/lib/postgresql/16/bin/postgres', '-D', '/var/lib/postgresql/16/main'],
    },
    {...child(912, 612, '16/main: checkpointer'), sway: 0.004},
    child(913, 148, '16/main: background writer'),
    child(915, 24, '16/main: walwriter'),
    child(916, 11, '16/main: autovacuum launcher'),
    {...child(5388, 96, '16/main: gateway gateway 127.0.0.1(41822) idle'), hours: 3.2},
  ];
}

function models(): readonly Part[] {
  const own = {user: 'mira', limited: true} as const;
  return [
    {
      ...own,
      pid: 4127,
      parentPid: 3402,
      name: 'llama-server',
      mib: 12_288,
      more: (moment) => 12.5 * loading(moment) + 1.5 * resident(moment),
      args: llamaArgs(),
      sway: 0.001,
      cores: 1.7,
      hours: 5.7,
      fileShare: 0.82,
      threads: 38,
    },
    {
      ...own,
      pid: 5210,
      parentPid: 3402,
      name: 'python',
      mib: 7373,
      more: leak,
      args: gatewayArgs(),
      cores: 0.34,
      hours: 3.2,
      fileShare: 0.01,
      threads: 17,
    },
    {
      ...own,
      pid: 1188,
      name: 'qdrant',
      user: 'qdrant',
      mib: 2150,
      args: ['/opt/qdrant/qdrant', '--config-path', '/etc/qdrant/config.yaml'],
      sway: 0.004,
      cores: 0.06,
      fileShare: 0.4,
      threads: 41,
    },
    {
      ...own,
      pid: 6044,
      parentPid: 3402,
      name: 'jupyter-lab',
      mib: 1229,
      args: ['/usr/bin/python', '/usr/bin/jupyter-lab', '--no-browser', '--port', '8888'],
      sway: 0.003,
      cores: 0.01,
      hours: 26,
      fileShare: 0.05,
      threads: 9,
    },
  ];
}

function llamaArgs(): readonly string[] {
  const model = '/models/llama-3.3-70b-instruct-q4_k_m.gguf';
  const size = ['-ngl', '42', '-c', '16384', '--threads', '16'];
  return [
    '/opt/llama.cpp/build/bin/llama-server',
    '-m',
    model,
    ...size,
    '--host',
    '127.0.0.1',
    '--port',
    '8080',
  ];
}

function gatewayArgs(): readonly string[] {
  const upstream = ['--upstream', 'http://127.0.0.1:8080'];
  return ['/opt/gw/venv/bin/python', 'gateway.py', ...upstream, '--cache', '4096', '--port', '8000'];
}

/** One job: a trainer and its data loaders, which look alike and differ only in their pids. */
function training(): readonly Part[] {
  const args = ['python', 'train.py', '--config', 'configs/rank16.yaml', '--workers', String(WORKERS)];
  const common = {name: 'python', user: 'mira', limited: true, args, hours: 1.4} as const;
  const workers = Array.from({length: WORKERS}, (_, index) => ({
    ...common,
    pid: 7320 + index * 3,
    parentPid: 7311,
    mib: 973,
    sway: 0.02,
    cores: 0.62,
    fileShare: 0.08,
    shmemShare: 0.12,
    threads: 2,
  }));
  const trainer = {...common, pid: 7311, parentPid: 3407, mib: 2662, sway: 0.006, cores: 0.97};
  return [{...trainer, fileShare: 0.16, threads: 44}, ...workers];
}

function shells(): readonly Part[] {
  const mira = {user: 'mira', hours: 30} as const;
  return [
    {...mira, pid: 3360, name: 'systemd', mib: 11, args: ['/usr/lib/systemd/systemd', '--user']},
    {...mira, pid: 3341, parentPid: 3340, name: 'bash', mib: 6, args: ['-bash']},
    {
      ...mira,
      pid: 3398,
      name: 'tmux: server',
      mib: 12,
      args: ['tmux', 'new-session', '-s', 'llm'],
      cores: 0.002,
    },
    {...mira, pid: 3402, parentPid: 3398, name: 'bash', mib: 6, args: ['-bash']},
    {...mira, pid: 3407, parentPid: 3398, name: 'bash', mib: 6, args: ['-bash']},
    {...mira, pid: 3411, parentPid: 3398, name: 'bash', mib: 5, args: ['-bash']},
    {
      ...mira,
      pid: 6120,
      parentPid: 6044,
      name: 'python',
      mib: 402,
      args: ['/usr/bin/python', '-m', 'ipykernel_launcher', '-f', '/run/user/1000/kernel-4c1e.json'],
      limited: true,
      sway: 0.004,
      threads: 14,
      fileShare: 0.1,
    },
    {...mira, pid: 6902, parentPid: 3411, name: 'nvim', mib: 38, args: ['nvim', 'gateway.py'], hours: 2},
  ];
}

import {spawn, spawnSync} from 'node:child_process';
import {closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {cleanEnvironment} from './pty.ts';

/** The built program. */
export const CLI = path.resolve(import.meta.dirname, '../../dist/cli.cjs');
export const NODE = process.execPath;

/** A folder of a test's own, gone with it; settings kept by the program under test lie in it too. */
export interface Workplace {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  file(name: string): string;
  read(name: string): string;
  lines(name: string): readonly Record<string, unknown>[];
  [Symbol.dispose](): void;
}

export function workplace(): Workplace {
  const folder = mkdtempSync(path.join(tmpdir(), 'memtop-e2e-'));
  const file = (name: string) => path.join(folder, name);
  const read = (name: string) => readFileSync(file(name), 'utf8');
  mkdirSync(file('tmp'));
  return {
    folder,
    // What a monitor leaves for others to find, no other test does.
    env: {
      XDG_CONFIG_HOME: path.join(folder, 'settings'),
      XDG_RUNTIME_DIR: '',
      TMPDIR: file('tmp'),
      LANG: 'C.UTF-8',
      LC_ALL: '',
    },
    file,
    read,
    lines: (name) =>
      read(name)
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    [Symbol.dispose]: () => rmSync(folder, {recursive: true, force: true}),
  };
}

/** Code that runs inside memtop's process, as a fault of its own would; files that tell of it go to the place too. */
export function injected(place: Workplace, code: string): Readonly<Record<string, string>> {
  writeFileSync(place.file('injected.mjs'), code);
  return {
    NODE_OPTIONS: `--import=${pathToFileURL(place.file('injected.mjs'))}`,
    TMPDIR: place.folder,
  };
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningProgram {
  readonly pid: number;
  readonly done: Promise<Outcome>;
  kill(signal: NodeJS.Signals): void;
  /** Closes the pipe of its standard output as soon as something came through it. */
  stopReading(): void;
  /** What it wrote to standard error so far. */
  errors(): string;
  /** Resolves once what it wrote to standard error holds this. */
  said(text: string): Promise<void>;
}

/** Runs memtop without a terminal. */
export function launch(
  args: readonly string[],
  place: Workplace,
  env: Readonly<Record<string, string>> = {},
): RunningProgram {
  const child = spawn(NODE, [CLI, ...args], {
    cwd: place.folder,
    env: {...cleanEnvironment(), ...place.env, ...env},
  });
  let [stdout, stderr] = ['', ''];
  const waiting = new Set<() => void>();
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
    for (const look of waiting) look();
  });
  const done = new Promise<Outcome>((resolve) =>
    child.on('close', (code) => resolve({code, stdout, stderr})),
  );
  return {
    pid: child.pid ?? -1,
    done,
    kill: (signal) => void child.kill(signal),
    stopReading: () => {
      if (stdout !== '') child.stdout.destroy();
      else child.stdout.once('data', () => child.stdout.destroy());
    },
    errors: () => stderr,
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!stderr.includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        done.then(() => reject(new Error(`memtop ended and never said "${text}": ${stderr}`)));
      }),
  };
}

export function run(
  args: readonly string[],
  place: Workplace,
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return launch(args, place, env).done;
}

/** Runs memtop with its output on a disk that is full. */
export function toFullDisk(args: readonly string[], place: Workplace) {
  const full = openSync('/dev/full', 'w');
  try {
    return spawnSync(NODE, [CLI, ...args], {
      cwd: place.folder,
      env: {...cleanEnvironment(), ...place.env},
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
      timeout: 20_000,
    });
  } finally {
    closeSync(full);
  }
}

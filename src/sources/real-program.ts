import {type ChildProcess, spawn} from 'node:child_process';
import {StringDecoder} from 'node:string_decoder';
import {errorCode, errorMessage} from '../core/errors.ts';
import type {ProgramEnd, ProgramListener, RunningProgram} from './host.ts';

/**
 * Holds the program's life to ours: the shell waits on a pipe from memtop, and where that closes, because memtop
 * asked for it or is no more, it kills the program. One that writes nothing would not notice by itself.
 */
const GUARD = '"$@" </dev/null & child=$!; exec >/dev/null 2>&1; read -r _; kill -9 "$child"; wait "$child"';
/** What is read line by line must not be in the user's language. */
const PLAIN_ENVIRONMENT = {...process.env, LC_ALL: 'C'};
const NOT_FOUND = 127;
const NOT_PERMITTED = 126;

/** Starts a program that goes on writing; it never outlives this process, and does not keep it alive. */
export function startProgram(file: string, args: readonly string[], hears: ProgramListener): RunningProgram {
  let child: ChildProcess;
  try {
    child = process.platform === 'win32' ? spawnBare(file, args) : spawnGuarded(file, args);
  } catch (error) {
    // Short of memory, Node throws at once where it tells of other failures later.
    const timer = setTimeout(() => hears.end(startFailure(error)), 0);
    return {stop: () => clearTimeout(timer)};
  }
  let isOver = false;
  const finish = (end: ProgramEnd) => {
    if (isOver) return;
    isOver = true;
    hears.end(end);
  };
  hear(child, 'stdout', (text) => isOver || hears.output(text));
  hear(child, 'stderr', (text) => isOver || hears.error(text));
  // It has ended: the shell may stop waiting, and tells with which code.
  child.stdout?.on('end', () => child.stdin?.end());
  child.on('error', (error) => finish(startFailure(error)));
  // Whoever kills the guard leaves the program to us.
  child.on('exit', (_, signal) => signal === null || killGroup(child.pid));
  child.on('close', (code, signal) => finish(endOf(code, signal)));
  letGo(child);
  return {
    stop() {
      isOver = true;
      killAll(child);
    },
  };
}

function spawnGuarded(file: string, args: readonly string[]): ChildProcess {
  // A group of its own: all of it can be ended at once, and no key in our terminal reaches it.
  return spawn('/bin/sh', ['-c', GUARD, 'memtop-guard', file, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: PLAIN_ENVIRONMENT,
  });
}

/** Windows ends a program's children with it by itself. */
function spawnBare(file: string, args: readonly string[]): ChildProcess {
  return spawn(file, [...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    env: PLAIN_ENVIRONMENT,
  });
}

function hear(child: ChildProcess, name: 'stdout' | 'stderr', listener: (text: string) => void): void {
  const decoder = new StringDecoder('utf8');
  child[name]?.on('data', (data: Buffer) => listener(decoder.write(data)));
  child[name]?.on('error', () => {});
}

function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr])
    (stream as {unref?: () => void} | null)?.unref?.();
  // The shell may be gone before its pipe is closed.
  child.stdin?.on('error', () => {});
}

function killAll(child: ChildProcess): void {
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (process.platform === 'win32') child.kill('SIGKILL');
  else killGroup(child.pid);
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined || process.platform === 'win32') return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself in between.
  }
}

function startFailure(error: unknown): ProgramEnd {
  const code = errorCode(error);
  if (code === 'ENOENT') return {status: 'missing', reason: 'not installed'};
  if (code === 'EACCES' || code === 'EPERM') return {status: 'failed', reason: 'not permitted to run it'};
  return {status: 'failed', reason: code ?? errorMessage(error)};
}

function endOf(code: number | null, signal: string | null): ProgramEnd {
  if (code === NOT_FOUND) return {status: 'missing', reason: 'not installed'};
  if (code === NOT_PERMITTED) return {status: 'failed', reason: 'not permitted to run it'};
  if (code === null) return {status: 'failed', reason: `ended by ${signal ?? 'a signal'}`};
  return {status: 'exited', code};
}

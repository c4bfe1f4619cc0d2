import {chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import type {Workplace} from './program.ts';

/** What the stand-in for nvidia-smi is to do; the fields of a GPU are nvidia-smi's own names. */
export interface SmiScript {
  readonly mode: 'ok' | 'hang' | 'hang-later' | 'half' | 'deaf' | 'end';
  readonly gpus?: readonly Readonly<Record<string, string | number>>[];
  readonly apps?: readonly {readonly gpu: number; readonly pid: number; readonly used: number | string}[];
  readonly said?: string;
  readonly code?: number;
  /** After so many turns it hangs or ends. */
  readonly turns?: number;
  /** What `-q -x` says. */
  readonly document?: string;
  /** Written in front of every turn. */
  readonly extra?: string;
}

/** A stand-in for nvidia-smi on the PATH of a program under test. */
export interface FakeSmi {
  readonly env: Readonly<Record<string, string>>;
  play(script: SmiScript): void;
  /** How it was started so far: process id and arguments. */
  starts(): readonly {readonly pid: number; readonly args: string}[];
  /** Those of its processes that still run, and of what guards them. */
  living(): readonly number[];
}

export function fakeSmi(place: Workplace, script: SmiScript): FakeSmi {
  const folder = place.file('bin');
  mkdirSync(folder);
  const program = path.join(folder, 'nvidia-smi');
  copyFileSync(path.join(import.meta.dirname, 'fake-nvidia-smi.mjs'), program);
  chmodSync(program, 0o755);
  const play = (next: SmiScript) =>
    writeFileSync(path.join(folder, 'script.json'), JSON.stringify({gpus: [{}], ...next}));
  play(script);
  const starts = () => startsIn(path.join(folder, 'starts'));
  return {
    env: {PATH: `${folder}:${process.env.PATH}`},
    play,
    starts,
    living: () => pidsOf(program),
  };
}

function startsIn(file: string): readonly {pid: number; args: string}[] {
  try {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    return lines.map((line) => ({pid: Number.parseInt(line, 10), args: line.replace(/^\d+ /, '')}));
  } catch {
    // Nobody started it.
    return [];
  }
}

/** The processes that run it, or guard it, as this machine numbers them. */
function pidsOf(program: string): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => commandOf(pid).split('\0').includes(program)).map(Number);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It ended in between.
    return '';
  }
}

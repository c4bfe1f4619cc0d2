import {mkdir, readdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {errorCode, errorMessage} from '../core/errors.ts';
import {captureSources} from '../sources/gpu/capture-sources.ts';
import type {Surroundings} from './context.ts';
import type {DoctorFacts} from './doctor-facts.ts';
import {doctorJson, doctorText} from './doctor-text.ts';
import {UserError} from './exit.ts';
import {redactor} from './redact.ts';

export interface CaptureOptions {
  readonly folder: string;
  /** Names of processes, users and the host stay in. */
  readonly keepNames: boolean;
  readonly facts: DoctorFacts;
}

/**
 * Writes what kernel and drivers tell of GPUs and memory, each file under its own path.
 * @returns how many files @throws {UserError} where the folder cannot be used
 */
export async function writeCapture(
  {host, cwd}: Surroundings,
  {folder, keepNames, facts}: CaptureOptions,
): Promise<number> {
  const root = path.resolve(cwd, folder);
  await openFolder(root, folder);
  const told = keepNames ? facts : {...facts, host_name: 'left out'};
  const captured = await captureSources(host, facts.nvidia_smi ?? undefined);
  const groups = captured.find(({name}) => name === 'proc/self/cgroup')?.text ?? '';
  const redact = redactor(host, facts, {keepNames, groups});
  const files = new Map([
    ...captured.map(({name, text}) => [name, redact(text)] as const),
    ['doctor.json', redact(doctorJson(told))],
    ['doctor.txt', redact(doctorText(told))],
  ]);
  for (const [name, text] of files) await write(path.join(root, ...name.split('/')), text, folder);
  return files.size;
}

/** Only an empty folder, so that nothing of anybody's is mixed into what is sent. */
async function openFolder(root: string, folder: string): Promise<void> {
  try {
    await mkdir(root, {recursive: true, mode: 0o700});
    if ((await readdir(root)).length === 0) return;
  } catch (error) {
    throw new UserError(`capture: expected a folder that can be made, got ${folder}: ${errorMessage(error)}`);
  }
  throw new UserError(`capture: expected a new or empty folder, got ${folder}, which holds files`);
}

async function write(file: string, text: string, folder: string): Promise<void> {
  try {
    await mkdir(path.dirname(file), {recursive: true, mode: 0o700});
    await writeFile(file, text, {mode: 0o600, flag: 'wx'});
  } catch (error) {
    throw new UserError(`capture not written to ${folder}: ${errorCode(error) ?? errorMessage(error)}`);
  }
}

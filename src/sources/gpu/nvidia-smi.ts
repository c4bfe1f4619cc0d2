import {denied, failed, type Missing, unsupported} from '../../core/sample.ts';
import {cutEnd, safeText} from '../../core/text.ts';
import type {Host} from '../host.ts';
import {APP_FIELDS, type GpuField} from './nvidia-csv.ts';
import {FELL_OFF} from './nvidia-figure.ts';

/** Where nvidia-smi lies: on PATH, in WSL's own folder, in Windows' folders; `undefined` where it is not. */
export function findNvidiaSmi(host: Host): string | undefined {
  const [separator, slash, name] =
    host.platform === 'win32' ? [';', '\\', 'nvidia-smi.exe'] : [':', '/', 'nvidia-smi'];
  const path = (host.env.PATH ?? host.env.Path ?? '').split(separator);
  // A folder of the work at hand is no place to take programs from.
  const folders = [...path.filter((folder) => /^(\/|[a-z]:\\)/i.test(folder)), ...ownFolders(host)];
  return folders.map((folder) => `${folder}${slash}${name}`).find((file) => host.isProgram(file));
}

function ownFolders({platform, env}: Host): readonly string[] {
  if (platform !== 'win32') return ['/usr/lib/wsl/lib'];
  const windows = env.SystemRoot ?? env.SYSTEMROOT ?? 'C:\\Windows';
  const programs = env.ProgramFiles ?? env.PROGRAMFILES ?? 'C:\\Program Files';
  return [`${windows}\\System32`, `${programs}\\NVIDIA Corporation\\NVSMI`];
}

const CSV = '--format=csv,noheader,nounits';

/** One line a GPU and turn, for as long as it runs; of the named GPUs alone where some are named. */
export function gpuArguments(
  fields: readonly GpuField[],
  loopMs: number,
  ids: readonly string[],
): readonly string[] {
  return [`--query-gpu=${fields.join(',')}`, CSV, `--loop-ms=${loopMs}`, ...only(ids)];
}

/** One line a computing process and turn; none while nothing computes. */
export function appArguments(loopMs: number, ids: readonly string[]): readonly string[] {
  return [`--query-compute-apps=${APP_FIELDS.join(',')}`, CSV, `--loop-ms=${loopMs}`, ...only(ids)];
}

/** Everything as one document a turn: nothing else tells of MIG instances. */
export function migArguments(loopMs: number, ids: readonly string[]): readonly string[] {
  return ['-q', '-x', `--loop-ms=${loopMs}`, ...only(ids)];
}

function only(ids: readonly string[]): readonly string[] {
  return ids.length === 0 ? [] : [`--id=${ids.join(',')}`];
}

const NOT_FOUND = 'no NVIDIA driver (nvidia-smi not found)';

export const nvidiaSmiNotFound = unsupported(NOT_FOUND);

/** Exit codes, as nvidia-smi's manual lists them, and what each means to a user. */
const MEANINGS: Readonly<Record<number, Missing>> = {
  4: denied('not permitted to ask the NVIDIA driver'),
  6: unsupported('the NVIDIA driver finds no GPU'),
  9: unsupported('no NVIDIA driver running'),
  12: unsupported('no NVIDIA driver library (NVML) found'),
  15: failed(FELL_OFF),
  18: failed('driver and library differ, restart needed'),
};
const SAID: readonly (readonly [RegExp, number])[] = [
  [/version mismatch/i, 18],
  [/communicate with the NVIDIA driver/i, 9],
  [/No devices were found/i, 6],
  [/insufficient permissions/i, 4],
  [/couldn't find .*(nvml|libnvidia-ml)/i, 12],
  [/GPU is lost/i, 15],
];

const FIGURES = /^\d{4}\/\d\d\/\d\d /;

/** Why nvidia-smi ended, from what it said last and its exit code. */
export function whyEnded(code: number, said: string): Missing {
  const known = MEANINGS[code] ?? MEANINGS[SAID.find(([words]) => words.test(said))?.[1] ?? -1];
  if (known !== undefined) return known;
  const line = said.split('\n').find((one) => one.trim() !== '' && !FIGURES.test(one)) ?? '';
  return failed(
    line === '' ? `nvidia-smi ended with ${code}` : `nvidia-smi: ${cutEnd(safeText(line.trim()), 100)}`,
  );
}

/** The bus id of a GPU that nvidia-smi could not open, because of which it gave up on all of them. */
export function lostBusId(said: string): string | undefined {
  return /device handle for GPU\s*([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f])/i.exec(said)?.[1];
}

/** A field that this version of nvidia-smi does not know. */
export function unknownField(said: string): string | undefined {
  return /Field "([a-z._]+)" is not a valid field/i.exec(said)?.[1];
}

import type {Host} from '../host.ts';
import {APP_FIELDS, GPU_FIELDS} from './nvidia-csv.ts';

/** One captured file: its name inside the capture, and what it holds. */
export interface Captured {
  readonly name: string;
  readonly text: string;
}

const ASK_MS = 10_000;
const MAX_TEXT = 4 * 2 ** 20;

const MEMORY_FILES = [
  '/proc/meminfo',
  '/proc/self/cgroup',
  '/proc/pressure/memory',
  '/proc/sys/kernel/osrelease',
  '/proc/driver/nvidia/version',
] as const;
const CARD_FILES = [
  'vendor',
  'device',
  'revision',
  'uevent',
  'product_name',
  'mem_info_vram_total',
  'mem_info_vram_used',
  'mem_info_gtt_total',
  'mem_info_gtt_used',
  'gpu_busy_percent',
  'power/runtime_status',
  'tile0/physical_vram_size_bytes',
] as const;
const ASKED = [
  ['query-gpu.csv', [`--query-gpu=${GPU_FIELDS.join(',')}`, '--format=csv']],
  ['query-compute-apps.csv', [`--query-compute-apps=${APP_FIELDS.join(',')}`, '--format=csv']],
  ['q-x.xml', ['-q', '-x']],
  ['list.txt', ['-L']],
] as const;

/** What kernel and drivers tell, as memtop reads it: no command line, no environment, no file of anybody's. */
export async function captureSources(
  host: Host,
  nvidiaSmi: string | undefined,
): Promise<readonly Captured[]> {
  const cards = (await namesIn(host, '/sys/class/drm')).filter((name) => /^card\d+$/.test(name));
  const files = [
    ...MEMORY_FILES,
    ...cards.flatMap((card) => CARD_FILES.map((file) => `/sys/class/drm/${card}/device/${file}`)),
    ...(await drmFiles(host)),
  ];
  const read = await Promise.all(files.map((file) => captured(host, file)));
  const asked = nvidiaSmi === undefined ? [] : await askAll(host, nvidiaSmi);
  return [...read.flat(), ...asked];
}

async function captured(host: Host, file: string): Promise<readonly Captured[]> {
  try {
    return [{name: file.slice(1).replaceAll(':', '_'), text: (await host.read(file)).slice(0, MAX_TEXT)}];
  } catch {
    // What is not there is no part of this machine.
    return [];
  }
}

/** What each client of a graphics device holds. */
async function drmFiles(host: Host): Promise<readonly string[]> {
  const pids = (await namesIn(host, '/proc')).filter((name) => /^\d+$/.test(name));
  const found: string[] = [];
  for (const pid of pids)
    for (const file of await namesIn(host, `/proc/${pid}/fd`))
      if (isDrm(host, `/proc/${pid}/fd/${file}`)) found.push(`/proc/${pid}/fdinfo/${file}`);
  return found;
}

function isDrm(host: Host, link: string): boolean {
  try {
    return host.readLink(link).startsWith('/dev/dri/');
  } catch {
    // Closed in between, or not ours to read.
    return false;
  }
}

/** Each question once, and what came of it. */
async function askAll(host: Host, program: string): Promise<readonly Captured[]> {
  const answers: Captured[] = [];
  for (const [name, args] of ASKED) {
    const result = await host.run(program, args, {timeoutMs: ASK_MS});
    const text =
      result.status === 'exited'
        ? `${result.stdout}${result.stderr === '' ? '' : `\nstandard error:\n${result.stderr}`}${result.code === 0 ? '' : `\nexit code ${result.code}\n`}`
        : `${result.reason}\n`;
    answers.push({name: `nvidia-smi/${name}`, text: text.slice(0, MAX_TEXT)});
  }
  return answers;
}

async function namesIn(host: Host, folder: string): Promise<readonly string[]> {
  try {
    return await host.list(folder);
  } catch {
    // No such folder, or not ours to look into.
    return [];
  }
}

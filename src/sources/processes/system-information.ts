import {failed, ok, type ProcessReading, type ProcessTable, type Reading} from '../../core/sample.ts';
import type {Host, SystemProcess} from '../host.ts';

// On macOS the start is told as "so long ago" in whole seconds, so that it wavers between two scans.
const SAME_START_MS = 2000;

/** Lists processes through the systeminformation library, for systems without /proc. One call takes long. */
export class SystemInformationProcesses {
  readonly #host: Host;
  #starts = new Map<number, string>();

  constructor(host: Host) {
    this.#host = host;
  }

  async scan(): Promise<Reading<ProcessTable>> {
    const {processes} = await this.#host.systemInformation();
    const at = this.#host.now();
    const {list} = await processes();
    const readings = list.filter(isUsable).map((process) => this.#reading(process));
    if (readings.length === 0) return failed('the system listed no processes');
    this.#starts = new Map(readings.map(({pid, startKey}) => [pid, startKey]));
    return ok({at, processes: readings});
  }

  #reading(process: SystemProcess): ProcessReading {
    const startKey = steadyStart(text(process.started), this.#starts.get(process.pid));
    const startedAt = Date.parse(startKey);
    const user = text(process.user);
    const command = commandLine(process);
    return {
      pid: process.pid,
      parentPid: Number.isSafeInteger(process.parentPid) ? process.parentPid : 0,
      startKey,
      ...(Number.isNaN(startedAt) ? {} : {startedAt}),
      name: text(process.name),
      ...(command === '' ? {} : {command}),
      ...(user === '' ? {} : {user}),
      rssBytes: process.memRss * 1024,
    };
  }
}

function isUsable({pid, memRss}: SystemProcess): boolean {
  return Number.isSafeInteger(pid) && pid > 0 && Number.isFinite(memRss) && memRss >= 0;
}

function steadyStart(started: string, before: string | undefined): string {
  if (before === undefined) return started;
  return Math.abs(Date.parse(started) - Date.parse(before)) <= SAME_START_MS ? before : started;
}

// On Windows `command` is the whole line, on macOS the program's name with its folder in `path`.
function commandLine({command, params, path}: SystemProcess): string {
  const program = text(command);
  const folder = text(path);
  const isWhole = folder === '' || program.includes('\\') || program.includes('/');
  return [isWhole ? program : `${folder}/${program}`, text(params)].filter((part) => part !== '').join(' ');
}

// Protected processes of Windows have null where the library's types promise a string.
function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

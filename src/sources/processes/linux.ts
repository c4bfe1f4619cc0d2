import {denied, ok, type ProcessReading, type ProcessTable, type Reading} from '../../core/sample.ts';
import {missingFile} from '../errors.ts';
import type {Host} from '../host.ts';
import {hidesProcesses, showsOthers} from './hidepid.ts';
import {type DetailCache, detailCache} from './linux-details.ts';
import {type ProcessStat, parseStat} from './linux-stat.ts';
import {ScanPlan, type ScanWish, type Slot} from './scan-plan.ts';

// Keys stay quick when no turn takes longer than a quarter of a screen's frame.
const SLICE_MS = 4;
// The kernel's interface gives user space hundredths of a second on every Linux, whatever its own clock (USER_HZ).
const TICK_MS = 10;
const BOOT_TIME_MS = 60_000;
/** A list of so many names is there within a millisecond. */
const SHORT = 1000;
/** Without any news it is looked this often whether a command line is to be read again. */
const DETAILS_MS = 10_000;
/** And among thousands no more often than this. */
const LOOK_MS = 3000;
/** Two tellings of one boot are no further apart: one has whole seconds, and the clock is set by small steps. */
const BOOT_SLACK_MS = 2000;

/** When the process with this pid started, as the table tells it; nothing if there is none. */
export function processStartKey(host: Host, pid: number): string | undefined {
  const text = readStatText(host, pid);
  return text === undefined ? undefined : parseStat(text)?.startTicks;
}

/** Lists all processes that can be seen, in slices that leave keys and timers their turn. */
export class LinuxProcesses {
  readonly #host: Host;
  readonly #details: DetailCache;
  #pageBytes: number | undefined;
  #hides: boolean | undefined;
  #bootedAt: number | undefined;
  #bootReadAt = Number.NEGATIVE_INFINITY;
  readonly #plan = new ScanPlan();
  #isShort = false;
  #hasNews = false;
  #detailsAt = Number.NEGATIVE_INFINITY;

  constructor(host: Host) {
    this.#host = host;
    this.#details = detailCache(host);
  }

  /** All processes now. Those that the wish passes over are some 10 s old at the most. */
  async scan(wish: ScanWish = 'all'): Promise<Reading<ProcessTable>> {
    let names: readonly string[];
    try {
      names = await this.#list();
    } catch (error) {
      const missing = missingFile('/proc', error);
      return missing.status === 'denied' ? denied('/proc cannot be read: permission denied') : missing;
    }
    const at = this.#host.now();
    this.#plan.begin(wish, this.#host.monotonic());
    const all = await this.#readStats(names);
    const isNews = this.#plan.end() || wish === 'all' || this.#details.isUnsure || this.#areDetailsOld();
    this.#hasNews = this.#hasNews || isNews;
    const slots = all.filter(({stat: {isKernelThread, state}}) => !isKernelThread && !isOver(state));
    await this.#host.breathe();
    if (this.#hasNews && this.#mayLook()) await this.#updateDetails(slots.map(({stat}) => stat));
    await this.#host.breathe();
    const processes = this.#readings(slots);
    return ok({at, processes, ...this.#hint(processes)});
  }

  /** To have another thread list what is short takes longer than that does. */
  async #list(): Promise<readonly string[]> {
    const names = this.#isShort ? this.#host.listNow('/proc') : await this.#host.list('/proc');
    this.#isShort = names.length < SHORT;
    return names;
  }

  /** A process may call itself something else while it runs. */
  #areDetailsOld(): boolean {
    return this.#host.monotonic() - this.#detailsAt >= DETAILS_MS;
  }

  /** Among thousands somebody is always new, and to look through all of them each time would be most of a scan. */
  #mayLook(): boolean {
    return this.#isShort || this.#host.monotonic() - this.#detailsAt >= LOOK_MS;
  }

  async #updateDetails(stats: readonly ProcessStat[]): Promise<void> {
    this.#hasNews = false;
    this.#detailsAt = this.#host.monotonic();
    await this.#details.update(stats);
  }

  async #readStats(names: readonly string[]): Promise<Slot[]> {
    const slots: Slot[] = [];
    let sliceEnd = this.#host.monotonic() + SLICE_MS;
    for (let index = 0; index < names.length; index += 1) {
      const name = names[index] ?? '';
      if (!isPid(name)) continue;
      const pid = Number(name);
      const old = this.#plan.stillGood(pid);
      if (old !== undefined) {
        slots.push(old);
        continue;
      }
      const text = readStatText(this.#host, pid);
      const slot = text === undefined ? undefined : this.#plan.take(pid, text);
      if (slot !== undefined) slots.push(slot);
      if (this.#host.monotonic() < sliceEnd) continue;
      await this.#host.breathe();
      sliceEnd = this.#host.monotonic() + SLICE_MS;
    }
    return slots;
  }

  #readings(slots: readonly Slot[]): ProcessReading[] {
    const bootedAt = this.#bootTime();
    const {version} = this.#details;
    return slots.map((slot) => {
      const {made} = slot;
      const isGood = made !== undefined && made.version === version && made.bootedAt === bootedAt;
      return isGood ? made.reading : this.#readingOf(slot, bootedAt, version);
    });
  }

  /** The same as before where nothing of it has changed. */
  #readingOf(slot: Slot, bootedAt: number | undefined, version: number): ProcessReading {
    const {stat, made} = slot;
    const details = this.#details.of(stat);
    if (made !== undefined && made.details === details && made.bootedAt === bootedAt) {
      made.version = version;
      return made.reading;
    }
    this.#pageBytes ??= pageBytes(this.#host);
    const reading = {
      pid: stat.pid,
      parentPid: stat.parentPid,
      startKey: stat.startTicks,
      ...(bootedAt === undefined ? undefined : {startedAt: bootedAt + Number(stat.startTicks) * TICK_MS}),
      sessionId: stat.sessionId,
      ...(stat.state === 'T' && {isStopped: true}),
      name: stat.name,
      rssBytes: stat.rssPages * this.#pageBytes,
      cpuMs: stat.cpuTicks * TICK_MS,
      ...details,
    };
    slot.made = {reading, details, bootedAt, version};
    return reading;
  }

  #hint(processes: readonly ProcessReading[]): {note?: string} {
    this.#hides ??= hidesProcesses(this.#host);
    if (!this.#hides || showsOthers(this.#host.pid, processes)) return {};
    return {note: "other users' processes are hidden (hidepid)"};
  }

  // It is read anew now and then, since setting the clock moves it, but not each time: it may flicker by a second.
  #bootTime(): number | undefined {
    const now = this.#host.monotonic();
    if (now - this.#bootReadAt >= BOOT_TIME_MS) {
      this.#bootReadAt = now;
      const bootedAt = readBootTime(this.#host);
      if (Math.abs((bootedAt ?? 0) - (this.#bootedAt ?? 0)) > 1000) this.#bootedAt = bootedAt;
    }
    return this.#bootedAt;
  }
}

/** Ended and not yet waited for: it holds no memory any more. */
function isOver(state: string): boolean {
  return state === 'Z' || state === 'X';
}

function isPid(name: string): boolean {
  const first = name.charCodeAt(0);
  return first > 0x30 && first <= 0x39;
}

function readStatText(host: Host, pid: number): string | undefined {
  try {
    return host.readPiece(`/proc/${pid}/stat`);
  } catch {
    // It ended between the listing and now, or hidepid keeps it from us.
    return undefined;
  }
}

// VmSize and the first field of statm are one exact counter in KiB and in pages, so their ratio is the page size;
// between the two reads it can grow, so it is taken to the nearest power of two.
function pageBytes(host: Host): number {
  try {
    const kibibytes = Number(/^VmSize:\s+(\d+) kB$/m.exec(host.readNow('/proc/self/status'))?.[1]);
    const pages = Number.parseInt(host.readNow('/proc/self/statm'), 10);
    const exponent = Math.round(Math.log2((kibibytes * 1024) / pages));
    return exponent >= 12 && exponent <= 16 ? 2 ** exponent : 4096;
  } catch {
    // Without the files the usual size is the best guess.
    return 4096;
  }
}

/**
 * When the system booted. The kernel tells it in whole seconds, cut off (`btime`), and the time since in hundredths
 * (`/proc/uptime`): this is taken where it is of the same boot, which in a container it need not be.
 */
function readBootTime(host: Host): number | undefined {
  try {
    const seconds = /^btime (\d{1,12})$/m.exec(host.readNow('/proc/stat'))?.[1];
    if (seconds === undefined) return undefined;
    const told = Number(seconds) * 1000;
    const exact = host.now() - uptimeMs(host);
    return Math.abs(exact - told) <= BOOT_SLACK_MS ? exact : told;
  } catch {
    // Start times are then left out.
    return undefined;
  }
}

function uptimeMs(host: Host): number {
  try {
    return Number(/^\d+\.\d+/.exec(host.readNow('/proc/uptime'))?.[0]) * 1000;
  } catch {
    return Number.NaN;
  }
}

import {FakeHost, type FakeHostOptions} from './sources/fake-host.ts';

const TOTAL_KIB = 3341 * 1024;

/** A fake machine whose clocks are vitest's. */
export class TimedHost extends FakeHost {
  percent = 64.2;
  broken: string | undefined;

  constructor(options: FakeHostOptions = {}) {
    super(options);
    this.files.set('/proc/meminfo', () => this.#meminfo());
  }

  override now(): number {
    return Date.now();
  }

  override monotonic(): number {
    return performance.now();
  }

  #meminfo(): string {
    if (this.broken !== undefined) return this.broken;
    const available = Math.round(TOTAL_KIB * (1 - this.percent / 100));
    const lines = {
      MemTotal: TOTAL_KIB,
      MemFree: 512 * 1024,
      MemAvailable: available,
      Buffers: 64 * 1024,
      Cached: 256 * 1024,
      SwapTotal: 2048 * 1024,
      SwapFree: 1536 * 1024,
    };
    return Object.entries(lines)
      .map(([name, kib]) => `${name}: ${kib} kB\n`)
      .join('');
  }
}

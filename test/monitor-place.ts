import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, vi} from 'vitest';
import {type MonitorOptions, SimpleMemoryMonitor} from '../src/index.ts';
import type {FakeFile} from './sources/fake-host.ts';
import {TimedHost} from './timed-host.ts';

export const START = Date.parse('2025-12-22T12:15:33.456Z');

/** A folder of the running test's own, with a log that is not there yet; its clock stands at `START`. */
export let folder = '';
export let logFile = '';

beforeEach(() => {
  vi.useFakeTimers({now: START});
  folder = mkdtempSync(join(tmpdir(), 'memtop-monitor-'));
  logFile = join(folder, 'logs', 'memory.jsonl');
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  rmSync(folder, {recursive: true, force: true});
});

export function open(options: MonitorOptions = {}, files: Record<string, FakeFile> = {}) {
  const host = new TimedHost({files});
  return {host, monitor: new SimpleMemoryMonitor({checkIntervalSeconds: 10, ...options}, host)};
}

export const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

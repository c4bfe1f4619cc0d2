import type {Pool} from '../../../src/core/frame.ts';
import type {OomKill} from '../../../src/core/rules/oom-kills.ts';
import type {Moment} from '../../../src/core/rules/rule.ts';
import type {RuleLook} from '../../../src/core/rules/rule-book.ts';
import {ok, type Pressure, type ProcessReading, type ProcessTable} from '../../../src/core/sample.ts';
import {GIB, processReading, START} from '../samples.ts';

/** A moment so many seconds after the start, on both clocks. */
export const momentAt = (second: number): Moment => ({at: START + second * 1000, clock: second * 1000});

export const CALM: Pressure = {some10: 0, some60: 0, full10: 0, full60: 0};

/** RAM of 100 GiB of which so many percent are used. */
export function ramPool(percent: number): Pool {
  const totalBytes = 100 * GIB;
  const usedBytes = percent * GIB;
  return {
    id: 'ram',
    kind: 'ram',
    label: 'RAM',
    detail: 'host',
    what: 'RAM',
    reading: ok({usedBytes, totalBytes, availableBytes: totalBytes - usedBytes, percent}),
    thresholdPercent: 80,
    status: 'NORMAL',
    firing: false,
    silenced: false,
    trend: 'stable',
  };
}

/** The same where it grows and would be at its limit after so long. */
export function ramReaching(limitMs: number, percent = 90): Pool {
  const toLimit = {ms: limitMs, lowMs: limitMs / 2, highMs: limitMs * 2};
  return {...ramPool(percent), leak: {state: 'growing', confidence: 0.5, forecast: {toLimit}}};
}

/** One check of the rules on a machine at rest, but for what is given. */
export function look(more: Partial<RuleLook> = {}): RuleLook {
  return {
    ram: ramPool(50),
    pressure: ok(CALM),
    swapRate: {inPerSecond: 0, outPerSecond: 0},
    pools: [],
    growing: () => undefined,
    wallOffsetMs: START,
    top: () => ({pid: 812, name: 'python train', rssBytes: 71 * GIB}),
    limitBytes: 100 * GIB,
    newTable: undefined,
    kills: [],
    ...more,
  };
}

/** A scan in which each process holds so many GiB. */
export function tableOf(
  gib: Readonly<Record<number, number>>,
  more: Partial<ProcessReading> = {},
): ProcessTable {
  const processes = Object.entries(gib).map(([pid, size]) => processReading(Number(pid), size * GIB, more));
  return {at: START, processes};
}

export function oomKill(second: number, more: Partial<OomKill> = {}): OomKill {
  return {at: START + second * 1000, kills: 1, isOwn: true, ...more};
}

import type {Column} from '../history-tier.ts';
import type {TimeTo} from '../leak/forecast.ts';
import type {LeakState} from '../leak/verdict.ts';
import type {Status} from '../level.ts';

/** What the rows of a fleet can be ordered by. */
export const FLEET_SORTS = ['limit', 'share', 'growth', 'host'] as const;
export type FleetSort = (typeof FLEET_SORTS)[number];

/** So many rows are asked for; beyond that nobody looks, and the counts tell of all. */
export const MOST_ROWS = 100;

/** Who tells of a host: an instance of a job, and whatever else tells it from others. */
export interface FleetTarget {
  readonly key: string;
  readonly instance: string;
  readonly job: string | undefined;
}

/** One pool of one host, or a host that does not answer. All texts are safe for a terminal. */
export interface FleetRow {
  /** The same for as long as it is there. */
  readonly key: string;
  readonly target: FleetTarget;
  readonly host: string;
  /** `ram`, `gpu0`, as in the log; nothing where the whole host is down. */
  readonly pool: string | undefined;
  readonly percent?: number | undefined;
  readonly thresholdPercent?: number | undefined;
  readonly usedBytes?: number | undefined;
  readonly totalBytes?: number | undefined;
  readonly growthPerHour?: number | undefined;
  readonly verdict?: LeakState | undefined;
  readonly limitIn?: TimeTo | undefined;
  readonly status?: Status | undefined;
  /** memtop's own alerts that fire: of this pool, and with RAM those of no pool. */
  readonly alerts: readonly string[];
  readonly isStale: boolean;
  readonly down?: FleetDown;
}

export interface FleetDown {
  /** When it was seen last, wall clock; nothing where it was not seen as far back as was looked. */
  readonly sinceAt: number | undefined;
  readonly reason: string;
}

/** What is known of a host beside its pools. */
export interface FleetHost {
  readonly target: FleetTarget;
  readonly host: string;
  readonly version: string | undefined;
  /** How old its latest reading is. */
  readonly ageMs: number | undefined;
  /** Names of alerts that fire: as memtop raises them, and as Prometheus does. */
  readonly alerts: readonly string[];
  readonly calls: readonly string[];
}

/** How many hosts are how; one may be several of these. */
export interface FleetCounts {
  readonly hosts: number;
  readonly down: number;
  readonly critical: number;
  /** At or over a threshold, the critical ones not counted. */
  readonly high: number;
  readonly leak: number;
  readonly stale: number;
  /** How many rows there would be. */
  readonly rows: number;
}

/** What is known of a fleet at one moment. */
export interface FleetReading {
  /** Wall clock, milliseconds. */
  readonly at: number;
  readonly counts: FleetCounts;
  /** The first rows, in order. */
  readonly rows: readonly FleetRow[];
  /** Every pool of the hosts in those rows, and of the one that is open. */
  readonly pools: readonly FleetRow[];
  readonly hosts: readonly FleetHost[];
}

/** What somebody wants to see. */
export interface FleetWish {
  readonly sort: FleetSort;
  /** Part of a host's name. */
  readonly filter: string;
  /** The host that is open, and how much of its past is looked at. */
  readonly open: {readonly target: FleetTarget; readonly spanMs: number} | undefined;
}

/** The past of one pool. */
export interface FleetPast {
  columns(from: number, columnMs: number, count: number, until?: number): readonly Column[];
}

/** The past of a host, by pool. */
export interface FleetHistory {
  readonly target: FleetTarget;
  readonly endAt: number;
  /** When the oldest figure was, as far as was looked. */
  readonly firstAt: number | undefined;
  readonly pools: ReadonlyMap<string, FleetPast>;
}

/** Somebody who knows a fleet. */
export interface FleetSource {
  /** Who that is, safe for a terminal: `prometheus.example:9090`. */
  readonly title: string;
  /** How far back it knows anything at most, milliseconds; nothing where that is since its start. */
  readonly farthestMs: number | undefined;
  /** @throws {FleetProblem} */
  read(wish: FleetWish): Promise<FleetReading>;
  /** @throws {FleetProblem} */
  history(target: FleetTarget, spanMs: number): Promise<FleetHistory>;
  close(): void;
}

/** Why nothing is known of a fleet now, in words that are safe for a terminal. */
export class FleetProblem extends Error {
  override readonly name = 'FleetProblem';
}

/** What the screen sees of a fleet. */
export interface FleetState {
  readonly reading: FleetReading | undefined;
  readonly history: FleetHistory | undefined;
  readonly problem: string | undefined;
  /** When it is asked again, wall clock. */
  readonly nextAt: number;
}

/** A fleet that is asked again and again. */
export interface FleetFeed {
  readonly title: string;
  readonly farthestMs: number | undefined;
  readonly intervalMs: number;
  readonly state: FleetState;
  wish(wish: FleetWish): void;
}

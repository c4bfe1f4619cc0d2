import {limitFigures, poolFigures} from '../derive.ts';
import type {FigureReading, HeldByJob, Stall} from '../figure-reading.ts';
import {BYTES_PER_MB} from '../format.ts';
import type {Frame, Pool, PoolFigures} from '../frame.ts';
import {cgroupLimit, hostLimit, type Limit} from '../limit.ts';
import {jobFigures} from '../pool-inputs.ts';
import type {SwapCounters} from '../sample.ts';
import {gpuNumber} from '../vram.ts';
import type {LineShape} from './line-shape.ts';
import {type Fields, fieldsOf} from './log-fields.ts';
import {gpuOf} from './log-gpus.ts';
import {wholeOf} from './log-memory.ts';
import {verdictsOf} from './told-leaks.ts';

/** Reads one figure out of those of a line; NaN where it is not exact. */
type Figure = (figures: Float64Array) => number;

/**
 * How the figures of a shape make a reading. It is made of a line whose frame is known, and only where it tells of that
 * line the very same: then it does of all others of this shape.
 */
export class FigureLane implements FigureReading {
  readonly shape: LineShape;
  /** Which verdicts its lines tell. */
  readonly verdicts: string;
  readonly #frame: Frame;
  /** The latest that it went on from. */
  #former: Frame;
  readonly #at: number;
  readonly #place: number;
  readonly #readers: Omit<Readers, 'wanted'>;
  /** What was read last; the same arrays each time, since lines come by the million. */
  readonly limits: Limit[] = [];
  readonly #poolFigures: PoolFigures[] = [];
  #figures: Float64Array = new Float64Array(0);

  private constructor(shape: LineShape, frame: Frame, readers: Omit<Readers, 'wanted'>) {
    this.shape = shape;
    this.verdicts = readers.verdicts;
    this.#frame = frame;
    this.#former = frame;
    this.#at = shape.slot('timestamp');
    this.#place = shape.slot('timeline_ms');
    this.#readers = readers;
  }

  /** Nothing where the line tells of something that is more than figures. `figures` and `frame` are of `line`. */
  static of(
    shape: LineShape,
    line: Fields,
    {figures, frame}: {readonly figures: Float64Array; readonly frame: Frame},
  ): FigureLane | undefined {
    const readers = readersOf(shape, line, frame);
    if (readers === undefined || shape.slot('timestamp') < 0) return undefined;
    const lane = new FigureLane(shape, frame, readers);
    if (!lane.#tellsTheSame(figures)) return undefined;
    shape.want(readers.wanted);
    return lane;
  }

  /** Whether lines of this shape go on from this frame: with its pools and its limits. */
  continues(frame: Frame | undefined): boolean {
    if (frame === this.#former) return true;
    const isSo =
      frame !== undefined &&
      sameIds(frame.pools, this.#frame.pools) &&
      sameIds(frame.limits, this.#frame.limits) &&
      frame.job?.measure === this.#frame.job?.measure;
    if (isSo) this.#former = frame;
    return isSo;
  }

  /** When the line was written, milliseconds since the epoch. */
  at(figures: Float64Array): number {
    return figures[this.#at] ?? Number.NaN;
  }

  /** Its place on the run's own line, where it tells that. */
  place(figures: Float64Array): number | undefined {
    return this.#place < 0 ? undefined : figures[this.#place];
  }

  /** What the line says, until the next is read; nothing where some figure of it is not exact. */
  read(figures: Float64Array): FigureReading | undefined {
    this.#figures = figures;
    const {limits} = this.#readers;
    for (let index = 0; index < limits.length; index += 1) {
      const limit = limits[index]?.(figures);
      if (limit === undefined || !isWhole(limit)) return undefined;
      this.limits[index] = limit;
    }
    return this;
  }

  pools(limit: Limit): readonly PoolFigures[] | undefined {
    const {pools} = this.#readers;
    for (let index = 0; index < pools.length; index += 1) {
      const figures = pools[index]?.(this.#figures, limit);
      if (figures === undefined || !(figures.percent >= 0)) return undefined;
      this.#poolFigures[index] = figures;
    }
    return this.#poolFigures;
  }

  get job(): HeldByJob | undefined {
    return this.#readers.job?.(this.#figures);
  }

  get stall(): Stall | undefined {
    return this.#readers.stall?.(this.#figures);
  }

  get swapCounters(): SwapCounters | undefined {
    return this.#readers.swap?.(this.#figures);
  }

  #tellsTheSame(figures: Float64Array): boolean {
    const {limit, limits, pools, job} = this.#frame;
    const reading = this.read(figures);
    const told = limit && reading?.pools(limit);
    return (
      reading !== undefined &&
      told !== undefined &&
      isSame(reading.limits, limits) &&
      isSame(
        told,
        pools.map(({reading: one}) => (one.status === 'ok' ? one.value : undefined)),
      ) &&
      reading.job?.bytes === job?.bytes
    );
  }
}

interface Readers {
  readonly verdicts: string;
  /** The slots of all figures that they read. */
  readonly wanted: ReadonlySet<number>;
  readonly limits: readonly ((figures: Float64Array) => Limit)[];
  readonly pools: readonly ((figures: Float64Array, limit: Limit) => PoolFigures)[];
  readonly job: ((figures: Float64Array) => HeldByJob) | undefined;
  readonly stall: ((figures: Float64Array) => Stall) | undefined;
  readonly swap: ((figures: Float64Array) => SwapCounters) | undefined;
}

function readersOf(shape: LineShape, line: Fields, frame: Frame): Readers | undefined {
  const wanted = new Set(
    ['timestamp', 'timeline_ms'].map((path) => shape.slot(path)).filter((slot) => slot >= 0),
  );
  const named = (path: string): Figure | undefined => {
    const slot = shape.slot(path);
    if (slot < 0) return undefined;
    wanted.add(slot);
    return (figures) => figures[slot] ?? Number.NaN;
  };
  const limits = frame.limits.flatMap((limit) => limitReader(limit, line, named) ?? []);
  const pools = frame.pools.flatMap((pool) => poolReader(pool, line, named) ?? []);
  if (limits.length < frame.limits.length || pools.length < frame.pools.length) return undefined;
  const stall = stallReader(named);
  if (frame.pressure !== undefined && stall === undefined) return undefined;
  const [job, swap, verdicts] = [jobReader(frame, named), swapCountersReader(named), verdictsOf(line)];
  return {limits, pools, job, stall, swap, verdicts, wanted};
}

type Named = (path: string) => Figure | undefined;

function limitReader(limit: Limit, line: Fields, named: Named): Readers['limits'][number] | undefined {
  return limit.kind === 'host' ? hostReader(line, named) : cgroupReader(limit, line, named);
}

function hostReader(line: Fields, named: Named): Readers['limits'][number] | undefined {
  const [total, available, cached] = ['total', 'available', 'cached'].map((name) =>
    named(`host.${name}_bytes`),
  );
  if (total !== undefined && available !== undefined)
    return (figures) => hostLimit(total(figures), available(figures), cached?.(figures));
  return fieldsOf(line.memory) === undefined ? basicReader(named) : undefined;
}

/** The six fields that every log has. */
function basicReader(named: Named): Readers['limits'][number] | undefined {
  const [used, total, available] = ['used', 'total', 'available'].map((name) => named(`${name}_mb`));
  if (used === undefined || total === undefined || available === undefined) return undefined;
  return (figures) => {
    const usedBytes = used(figures) * BYTES_PER_MB;
    const totalBytes = total(figures) * BYTES_PER_MB;
    const availableBytes = available(figures) * BYTES_PER_MB;
    const whole = wholeOf({usedBytes, totalBytes, availableBytes}) ?? NO_MEMORY;
    return hostLimit(whole.totalBytes, whole.availableBytes);
  };
}

const NO_MEMORY = {totalBytes: Number.NaN, availableBytes: Number.NaN};

function cgroupReader(limit: Limit, line: Fields, named: Named): Readers['limits'][number] | undefined {
  const index = listAt(line.limits).findIndex((fields) => fieldsOf(fields)?.path === limit.id);
  const figure = (name: string) => named(`limits.${index}.${name}_bytes`);
  const [total, current, inactive, active] = [
    figure('limit'),
    figure('current'),
    figure('inactive_file'),
    figure('active_file'),
  ];
  if (total === undefined || current === undefined || inactive === undefined) return undefined;
  return (figures) =>
    cgroupLimit(limit, total(figures), current(figures), inactive(figures), active?.(figures) ?? 0);
}

function poolReader(pool: Pool, line: Fields, named: Named): Readers['pools'][number] | undefined {
  const {kind} = pool;
  if (kind === 'ram') return (_, limit) => limitFigures(limit);
  if (kind === 'job') {
    const bytes = jobBytes(pool.detail, named);
    return bytes && ((figures, limit) => jobFigures(bytes(figures), limit));
  }
  if (kind === 'gpu') return usedOf(`gpus.${gpuPlace(pool, line)}`, named);
  if (kind === 'shm') return usedOf('shm', named);
  return swapReader(named);
}

function swapReader(named: Named): Readers['pools'][number] | undefined {
  const [total, free] = [named('host.swap_total_bytes'), named('host.swap_free_bytes')];
  if (total === undefined || free === undefined) return undefined;
  return (figures) => poolFigures(total(figures) - free(figures), total(figures));
}

function usedOf(path: string, named: Named): Readers['pools'][number] | undefined {
  const [used, total] = [named(`${path}.used_bytes`), named(`${path}.total_bytes`)];
  if (used === undefined || total === undefined) return undefined;
  return (figures) => poolFigures(used(figures), total(figures));
}

function gpuPlace({id}: Pool, line: Fields): number {
  return listAt(line.gpus).findIndex((value) => {
    const fields = fieldsOf(value);
    const gpu = fields && gpuOf(fields);
    return gpu !== undefined && `gpu${gpuNumber(gpu)}` === id;
  });
}

function swapCountersReader(named: Named): Readers['swap'] {
  const [inPages, outPages] = [named('swap_counters.in_pages'), named('swap_counters.out_pages')];
  if (inPages === undefined || outPages === undefined) return undefined;
  return (figures) => ({inPages: inPages(figures), outPages: outPages(figures)});
}

function stallReader(named: Named): Readers['stall'] {
  const [some, full] = [named('pressure.some_avg10'), named('pressure.full_avg10')];
  if (some === undefined || full === undefined) return undefined;
  return (figures) => ({some10: some(figures), full10: full(figures)});
}

function jobReader({job}: Frame, named: Named): Readers['job'] {
  const [processes, bytes] = [named('job.processes'), job && jobBytes(job.measure, named)];
  if (job === undefined || job.reading.state === 'ended' || processes === undefined || bytes === undefined)
    return undefined;
  const {measure} = job;
  const cpu = named('job.cpu_ms');
  return (figures) => {
    const held = {bytes: bytes(figures), measure, processes: processes(figures)};
    return cpu === undefined ? held : {...held, cpuMs: cpu(figures)};
  };
}

function jobBytes(measure: string, named: Named): Figure | undefined {
  return measure === 'RSS' ? (named('job.rss_bytes') ?? named('job.bytes')) : named('job.bytes');
}

function listAt(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function sameIds(some: readonly {readonly id: string}[], others: readonly {readonly id: string}[]): boolean {
  return some.length === others.length && some.every(({id}, index) => id === others[index]?.id);
}

function isWhole({usedBytes, totalBytes, availableBytes}: Limit): boolean {
  return totalBytes > 0 && usedBytes >= 0 && availableBytes >= 0;
}

/** By their figures; what both hold is made of figures and texts alone. */
function isSame(some: readonly object[], others: readonly (object | undefined)[]): boolean {
  return (
    some.length === others.length &&
    some.every((one, index) => {
      const other: Readonly<Record<string, unknown>> = {...others[index]};
      const entries = Object.entries(one);
      return (
        entries.length === Object.keys(other).length &&
        entries.every(([name, value]) => other[name] === value)
      );
    })
  );
}

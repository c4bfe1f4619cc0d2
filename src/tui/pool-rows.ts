import type {Frame, Pool} from '../core/frame.ts';
import type {Layout} from './layout.ts';
import type {View} from './view.ts';

/** A row of gauges: one pool, two GPUs side by side, or what there was no room for. */
export type PoolRow =
  | {readonly kind: 'pool'; readonly pool: Pool}
  | {readonly kind: 'halves'; readonly left: Pool; readonly right: Pool | undefined}
  | {readonly kind: 'more'; readonly hidden: readonly Pool[]};

type Looked = Pick<View, 'frame' | 'height' | 'ui'>;

const isGpu = ({kind}: Pool) => kind === 'gpu';

export function gpuPools({pools}: Pick<Frame, 'pools'>): readonly Pool[] {
  return pools.filter(isGpu);
}

/** How many rows the pools want, and for how many of them GPUs; below 18 rows RAM and one more. */
export function wantedPoolRows({frame, height}: Pick<View, 'frame' | 'height'>): {
  readonly pools: number;
  readonly gpus: number;
} {
  const {pools, noGpuReason} = frame;
  if (height < 18) return {pools: Math.min(2, poolsOf({frame, height}).length), gpus: 0};
  return {pools: pools.length + (noGpuReason === undefined ? 0 : 1), gpus: pools.filter(isGpu).length};
}

/** The rows of pools in order; where there is room for few, RAM, swap and the fullest GPUs. */
export function poolRows(
  view: Looked,
  {pools: room, gpuColumns}: Pick<Layout, 'pools' | 'gpuColumns'>,
): readonly PoolRow[] {
  const all = poolsOf(view);
  const others = all.filter((pool) => !isGpu(pool));
  const gpus = all.filter(isGpu);
  const rows = [...others.map(whole), ...gpuRows(gpus, gpuColumns)];
  if (rows.length <= room) return rows;
  return view.height < 18 ? fewRows(view, all, room) : withRest(view, {others, gpus, room, gpuColumns});
}

/** The pools that a row is wanted for; in low screens swap only where there is much in it. */
function poolsOf({frame: {pools}, height}: Pick<View, 'frame' | 'height'>): readonly Pool[] {
  return height < 18
    ? pools.filter(({kind, status}) => (kind !== 'swap' && kind !== 'shm') || status !== 'NORMAL')
    : pools;
}

const whole = (pool: Pool): PoolRow => ({kind: 'pool', pool});

/** Two columns are filled downwards: the first holds the first half. */
function gpuRows(gpus: readonly Pool[], columns: 1 | 2): readonly PoolRow[] {
  if (columns === 1) return gpus.map(whole);
  const half = Math.ceil(gpus.length / 2);
  return gpus.slice(0, half).map((left, index) => ({kind: 'halves', left, right: gpus[half + index]}));
}

/** The job or RAM, and the fullest of the others. */
function fewRows({ui}: Looked, [first, ...others]: readonly Pool[], room: number): readonly PoolRow[] {
  if (first === undefined) return [];
  return [first, ...fullest(others, room - 1, cursorOf(ui))].map(whole);
}

/** A pool under the cursor is brought into view while the eyes are on this pane. */
function cursorOf({focus, cursors}: View['ui']): string | undefined {
  return focus === 'memory' ? cursors.memory : undefined;
}

interface Crowd {
  readonly others: readonly Pool[];
  readonly gpus: readonly Pool[];
  readonly room: number;
  readonly gpuColumns: 1 | 2;
}

/** The last row tells what it stands for. */
function withRest({ui}: Looked, {others, gpus, room, gpuColumns}: Crowd): readonly PoolRow[] {
  const above = others.slice(0, Math.max(1, room - 2));
  const shown = fullest(gpus, Math.max(0, room - above.length - 1) * gpuColumns, cursorOf(ui));
  const hidden = gpus.filter((pool) => !shown.includes(pool));
  const rows: readonly PoolRow[] = [
    ...above.map(whole),
    ...gpuRows(shown, gpuColumns),
    ...(hidden.length > 0 ? [{kind: 'more', hidden} as const] : []),
  ];
  return rows.slice(0, room);
}

/** So many of them, by how full they are, in their own order; the one under the cursor comes before the least full. */
function fullest(pools: readonly Pool[], count: number, cursor: string | undefined): readonly Pool[] {
  if (count < 1) return [];
  const isWanted = ({id}: Pool) => id === cursor;
  const others = pools.filter((pool) => !isWanted(pool)).sort((a, b) => shareOf(b) - shareOf(a));
  const shown = new Set([...pools.filter(isWanted), ...others].slice(0, count));
  return pools.filter((pool) => shown.has(pool));
}

/** In whole percent, so that those nearly alike do not change places with every reading. */
function shareOf({reading}: Pool): number {
  return reading.status === 'ok' ? Math.round(reading.value.percent) : -1;
}

import type {Pool} from '../core/frame.ts';
import {gpuNumber} from '../core/vram.ts';

/** The number of a GPU's pool, as in `0` and `0/1`. */
export function poolNumber({gpu, label}: Pool): string {
  return gpu === undefined ? label.replace(/^GPU /, '') : gpuNumber(gpu);
}

/** GPUs by number, runs of three and more as one: `0,1,3`, `0-7`, `0/1,0/2`. */
export function gpuList(numbers: Iterable<string>): string {
  const sorted = [...new Set(numbers)].sort(byNumber);
  const runs: string[][] = [];
  for (const number of sorted) {
    const run = runs.at(-1);
    if (run !== undefined && follows(run.at(-1) ?? '', number)) run.push(number);
    else runs.push([number]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run.join(','))).join(',');
}

/** The same in so many cells; where they do not fit, how many they are. */
export function gpuCell(numbers: readonly string[], width: number): string {
  const text = gpuList(numbers);
  return text.length <= width ? text : `×${numbers.length}`;
}

function byNumber(a: string, b: string): number {
  const [first, second] = [a, b].map((number) => number.split('/').map(Number));
  return (first?.[0] ?? 0) - (second?.[0] ?? 0) || (first?.[1] ?? -1) - (second?.[1] ?? -1);
}

function follows(before: string, number: string): boolean {
  return Number(number) === Number(before) + 1;
}

import {Readable} from 'node:stream';
import {gpusOf} from '../core/log/log-gpus.ts';
import {parseLine} from '../core/log/parse-line.ts';
import {gpuNumber} from '../core/vram.ts';
import {readLog, textTaker} from './open-log.ts';

/**
 * The numbers of all GPUs that logs tell of, in order: a table has its columns before its first row, and a GPU may come
 * later. A pass over the files that parses only lines which may tell of a new one.
 */
export async function gpusInLogs(names: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  const looked = new Set<string>();
  const taker = textTaker((text) => {
    if (text === undefined || !text.includes('"gpus":')) return;
    const key = keyOf(text);
    if (looked.has(key)) return;
    looked.add(key);
    for (const gpu of gpusOf(parseLine(text)?.gpus) ?? []) found.add(gpuNumber(gpu));
  });
  for (const name of names) await readLog(name, Readable.from([]), taker);
  return [...found].sort((a, b) => orderOf(a) - orderOf(b));
}

/** What of a line tells which GPUs are in it; the same for every line of a run. */
function keyOf(text: string): string {
  return (text.match(/"(?:index|instance)":\s?\d{1,4}/g) ?? []).join();
}

function orderOf(number: string): number {
  const [index = 0, instance = -1] = number.split('/').map(Number);
  return index * 1000 + instance;
}

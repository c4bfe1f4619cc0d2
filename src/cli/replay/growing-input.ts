import {createWriteStream, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {setTimeout as wait} from 'node:timers/promises';
import type {Context} from '../context.ts';
import {LentFolder} from '../lent-folder.ts';
import {lend, type SpooledInput, takeBack} from '../spooled-input.ts';
import {surveyTape} from './tape-map.ts';

const LOOK_MS = 200;

/**
 * Standard input as a file that grows as it comes, which can be followed as any other; it is ready with its first
 * reading, or its end. @throws what ends the wait where `signal` does
 */
export async function growingInput(
  {args, settings, stdin, stderr}: Context,
  signal: AbortSignal,
): Promise<SpooledInput> {
  const folder = new LentFolder(args.command, 'input');
  const file = join(folder.path, 'input.jsonl');
  folder.attempt(() => writeFileSync(file, '', {mode: 0o600}));
  const end = new AbortController();
  let isOver = false;
  // That it was cut off is seen where no more comes: what came stands.
  const flow = pipeline(stdin, createWriteStream(file, {flags: 'a'}), {signal: end.signal})
    .catch(() => {})
    .then(() => {
      isOver = true;
    });
  lend(file, '-');
  const giveBack = async () => {
    end.abort();
    await flow;
    takeBack(file);
    folder[Symbol.dispose]();
  };
  const isShown = stderr.isTTY === true;
  if (isShown) stderr.write('waiting for the first reading on standard input, q leaves\r');
  try {
    const look = () => surveyTape([file], settings.values, {stdin, onProgress: () => {}});
    while (!isOver && (await look()).run.readings === 0) await wait(LOOK_MS, undefined, {signal});
  } catch (error) {
    await giveBack();
    throw error;
  } finally {
    if (isShown) stderr.write('\u001b[K');
  }
  return {names: args.words.map((word) => (word === '-' ? file : word)), [Symbol.asyncDispose]: giveBack};
}

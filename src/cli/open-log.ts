import {createReadStream} from 'node:fs';
import {pipeline, type Readable} from 'node:stream';
import {createGunzip} from 'node:zlib';
import {errorCode} from '../core/errors.ts';
import {fileProblem} from '../sinks/file-problem.ts';
import {LineCutter} from './line-cutter.ts';

const CHUNK_BYTES = 256 * 1024;

export interface LogReading {
  readonly bytes: number;
  /** Why it could not be read, or not to its end. */
  readonly problem?: string;
}

/** Reads a log line by line, in chunks; `-` is standard input, and what ends in `.gz` is unpacked. Never rejects. */
export async function readLog(
  name: string,
  stdin: Readable,
  onLine: (line: string | undefined) => void,
): Promise<LogReading> {
  const cutter = new LineCutter(onLine);
  let bytes = 0;
  const chunks = open(name, stdin)[Symbol.asyncIterator]();
  for (;;) {
    const next = await nextOf(chunks);
    if ('problem' in next) return {bytes, problem: next.problem};
    if (next.chunk === undefined) break;
    bytes += next.chunk.length;
    cutter.push(next.chunk);
  }
  cutter.end();
  return {bytes};
}

/** Only what comes from the file is a problem of it; a fault of our own in taking a line in is not. */
async function nextOf(chunks: AsyncIterator<Buffer>) {
  try {
    const {value, done} = await chunks.next();
    return {chunk: done === true ? undefined : value};
  } catch (error) {
    return {problem: READING_PROBLEMS[errorCode(error) ?? ''] ?? fileProblem(error)};
  }
}

const READING_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EISDIR: 'a folder',
  Z_BUF_ERROR: 'gzip data that ends too early',
  Z_DATA_ERROR: 'damaged gzip data',
};

function open(name: string, stdin: Readable): AsyncIterable<Buffer> {
  if (name === '-') return stdin;
  const file = createReadStream(name, {highWaterMark: CHUNK_BYTES});
  // Its errors come out of the other end.
  return name.toLowerCase().endsWith('.gz') ? pipeline(file, createGunzip(), () => {}) : file;
}

import {type FileHandle, open} from 'node:fs/promises';
import {pipeline, type Readable} from 'node:stream';
import {createGunzip} from 'node:zlib';
import {errorCode} from '../core/errors.ts';
import {fileProblem} from '../sinks/file-problem.ts';
import {LineCutter, type LineListener} from './line-cutter.ts';

const CHUNK_BYTES = 1024 * 1024;

export interface LogReading {
  readonly bytes: number;
  /** Why it could not be read, or not to its end. */
  readonly problem?: string;
}

/** Who takes lines in. */
export interface LineTaker {
  readonly take: LineListener;
  /** The bytes of the lines so far will be used for something else. */
  settle(): void;
}

/** Takes lines as texts. */
export function textTaker(onText: (text: string | undefined) => void): LineTaker {
  return {take: (bytes, start, end) => onText(bytes?.toString('utf8', start, end)), settle: () => {}};
}

/** How far it is: bytes of the file so far, and of how many; nothing where that is not known. */
export type LogProgress = (read: number, size: number | undefined) => void;

/** Reads a log line by line, in chunks; `-` is standard input, and what ends in `.gz` is unpacked. Never rejects. */
export async function readLog(
  name: string,
  stdin: Readable,
  taker: LineTaker,
  onProgress: LogProgress = () => {},
): Promise<LogReading> {
  const cutter = new LineCutter((line, start, end) => taker.take(line, start, end));
  const source = await openLog(name, stdin, onProgress);
  if ('problem' in source) return {bytes: 0, problem: source.problem};
  const chunks = source.chunks[Symbol.asyncIterator]();
  let bytes = 0;
  for (;;) {
    const next = await nextOf(chunks);
    if ('problem' in next) return {bytes, problem: next.problem};
    if (next.chunk === undefined) break;
    bytes += next.chunk.length;
    cutter.push(next.chunk);
    taker.settle();
  }
  cutter.end();
  return {bytes};
}

/** What is in a log, in chunks that each stand until the next is asked for; or why there is nothing. */
export async function openLog(
  name: string,
  stdin: Readable,
  onProgress: LogProgress = () => {},
): Promise<{readonly chunks: AsyncIterable<Buffer>} | {readonly problem: string}> {
  return name === '-' ? {chunks: stdin} : openFile(name, onProgress);
}

/** Only what comes from the file is a problem of it; a fault of our own in taking a line in is not. */
async function nextOf(chunks: AsyncIterator<Buffer>) {
  try {
    const {value, done} = await chunks.next();
    return {chunk: done === true ? undefined : value};
  } catch (error) {
    return {problem: problemOf(error)};
  }
}

/** Why a log cannot be read, in words. */
export function problemOf(error: unknown): string {
  return READING_PROBLEMS[errorCode(error) ?? ''] ?? fileProblem(error);
}

const READING_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EISDIR: 'a folder',
  Z_BUF_ERROR: 'gzip data that ends too early',
  Z_DATA_ERROR: 'damaged gzip data',
};

async function openFile(
  name: string,
  onProgress: LogProgress,
): Promise<{readonly chunks: AsyncIterable<Buffer>} | {readonly problem: string}> {
  try {
    const file = await open(name, 'r');
    if (!name.toLowerCase().endsWith('.gz')) return {chunks: chunksOf(file, onProgress)};
    // Its errors come out of the other end.
    return {chunks: pipeline(file.createReadStream(), createGunzip({chunkSize: CHUNK_BYTES}), () => {})};
  } catch (error) {
    return {problem: problemOf(error)};
  }
}

/** Each chunk stands until the next is asked for: that is read into other room meanwhile. */
async function* chunksOf(file: FileHandle, onProgress: LogProgress): AsyncGenerator<Buffer> {
  try {
    const {size} = await file.stat();
    let [room, other] = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)];
    let ahead = readInto(file, room);
    for (let read = 0; ; ) {
      const chunk = await ahead;
      if (chunk.length === 0) return;
      read += chunk.length;
      [room, other] = [other, room];
      ahead = readInto(file, room);
      // Told when it is waited for; it may be that it never is.
      ahead.catch(() => {});
      onProgress(read, size > 0 ? size : undefined);
      yield chunk;
    }
  } finally {
    await file.close();
  }
}

async function readInto(file: FileHandle, room: Buffer): Promise<Buffer> {
  const {bytesRead} = await file.read(room, 0, room.length, null);
  return room.subarray(0, bytesRead);
}

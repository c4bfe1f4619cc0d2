import {openSync} from 'node:fs';
import {ReadStream} from 'node:tty';
import type {Context} from '../context.ts';

/** Where keys come from. */
export interface Keyboard extends Disposable {
  readonly stream: NodeJS.ReadStream;
}

/** Standard input, unless that is the log: then the terminal itself; nothing where there is none. */
export function keyboard(names: readonly string[], {stdin, host}: Context): Keyboard | undefined {
  if (!names.includes('-')) return {stream: stdin, [Symbol.dispose]: () => {}};
  const device = host.platform === 'win32' ? '\\\\.\\CONIN$' : '/dev/tty';
  try {
    const stream = new ReadStream(openSync(device, 'r'));
    return {stream, [Symbol.dispose]: () => void stream.destroy()};
  } catch {
    return undefined;
  }
}

import {connect} from 'node:net';

/** What a server sends on one connection until it closes it, or `doneMs` after its last byte. */
export function talk(
  port: number,
  pieces: readonly (string | {readonly waitMs: number})[],
  {host = '127.0.0.1', doneMs = 300}: {readonly host?: string; readonly doneMs?: number} = {},
): Promise<{readonly text: string; readonly closed: boolean}> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    let text = '';
    let timer: NodeJS.Timeout | undefined;
    const finish = (closed: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({text, closed});
    };
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(() => finish(false), doneMs);
    };
    socket.on('data', (data) => {
      text += data.toString('latin1');
      later();
    });
    socket.on('error', () => finish(true)).on('close', () => finish(true));
    socket.on('connect', async () => {
      for (const piece of pieces) {
        if (typeof piece === 'string') socket.write(piece);
        else await new Promise((done) => setTimeout(done, piece.waitMs));
      }
      later();
    });
  });
}

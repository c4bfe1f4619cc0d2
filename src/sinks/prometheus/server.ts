import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import {createServer as createTlsServer} from 'node:https';
import type {AddressInfo, Socket} from 'node:net';
import {Server as TlsServer} from 'node:tls';
import {answerTo} from './answer.ts';
import type {Page} from './page.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  readonly page: Page;
  /** What each request for the metrics must carry. */
  readonly token?: string;
  /** Private key and certificate, PEM. */
  readonly tls?: {readonly key: string; readonly cert: string};
  /** @default LIMITS */
  readonly limits?: Partial<typeof LIMITS>;
  /** Whether only this machine is listened to. @default false */
  readonly isLocal?: boolean;
  /** Told of what went wrong behind the start. */
  readonly onError?: (error: Error) => void;
}

export interface RunningServer {
  /** Where it listens: of port 0 the one that was free. */
  readonly port: number;
  close(): Promise<void>;
}

/** A request is a few hundred bytes and is there at once; whoever is slower, larger or many is not Prometheus. */
export const LIMITS = {
  maxHeaderSize: 8192,
  /** Until the whole head is there, and the whole request; milliseconds, as all that follows. */
  headersTimeout: 5000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1000,
  /** Above the usual minute between two scrapes, so that a connection, and its TLS handshake, serves many. */
  keepAliveTimeout: 75_000,
  handshakeTimeout: 5000,
  /** How long a connection that is not at rest may move nothing: of an answer that nobody takes. */
  idleTimeout: 10_000,
  connections: 64,
  /** From so many connections on those that are at rest are closed. */
  crowded: 48,
};

/** Listens. @throws {NodeJS.ErrnoException} where that cannot be done: `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`, `ENOTFOUND` */
export async function listen(options: ServerOptions): Promise<RunningServer> {
  const {host, port, tls, onError = () => {}} = options;
  const {idleTimeout, connections, crowded, ...limits} = {...LIMITS, ...options.limits};
  const respond = (request: IncomingMessage, response: ServerResponse) =>
    void serve(request, response, options);
  const server =
    tls === undefined ? createServer(limits, respond) : createTlsServer({...limits, ...tls}, respond);
  server.maxConnections = connections;
  server.setTimeout(idleTimeout, (socket) => socket.destroy());
  keepRoom(server, crowded);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({host, port}, () => {
      server.off('error', reject).on('error', onError);
      resolve();
    });
  });
  return {port: (server.address() as AddressInfo).port, close: () => close(server)};
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: ServerOptions,
): Promise<void> {
  const {method = '', url = '', headers} = request;
  try {
    const {status, headers: own, body} = await answerTo({method, url, headers}, options.page, options);
    // What comes with a request is read by nobody, so nothing else may come behind it.
    const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
    response.writeHead(status, {
      ...own,
      'Content-Length': body.length,
      ...(hasBody && {Connection: 'close'}),
    });
    response.end(method === 'HEAD' ? undefined : body);
  } catch (error) {
    options.onError?.(error instanceof Error ? error : new Error(String(error)));
    if (!response.headersSent) response.writeHead(500).end();
    else response.destroy();
  }
}

/** So much above the count from which it is crowded it is full; there is room for a few more even then. */
const FULL = 1.2;

/** Where it is crowded those at rest go, and of those that have not asked for anything yet the oldest. */
function keepRoom(server: Server, crowded: number): void {
  const silent = new Set<Socket>();
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
    server.getConnections((_, count) => {
      if (count < crowded) return;
      server.closeIdleConnections();
      const [oldest] = silent;
      // Who has just come has not had the time to ask, unless there is no more room at all.
      if (oldest !== socket && count > crowded * FULL) oldest?.destroy();
    });
  });
  server.on('request', ({socket}: IncomingMessage) => void silent.delete(socket));
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

import {execFileSync, spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {request as httpRequest, type IncomingMessage, type RequestOptions} from 'node:http';
import {request as httpsRequest} from 'node:https';
import {launch, type RunningProgram, type Workplace} from './program.ts';

/** Whether a program is installed here. */
export function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

export interface Serving extends RunningProgram {
  /** Where its metrics are. */
  readonly url: string;
}

/** Runs memtop without a screen, on a port that is free, and waits until it has read memory once. */
export async function serving(
  args: readonly string[],
  place: Workplace,
  env: Readonly<Record<string, string>> = {},
): Promise<Serving> {
  const program = launch(['serve', '--prometheus', '0', ...args], place, env);
  await program.said('memtop serve: every');
  return {...program, url: urlIn(program.errors())};
}

/** Where a memtop says that its metrics are. */
export function urlIn(text: string): string {
  const url = /metrics on (https?:\/\/\S+)/.exec(text)?.[1];
  if (url === undefined) throw new Error(`it does not say where its metrics are: ${text}`);
  return url;
}

export interface Fetched {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Fetches over http or https. */
export function get(url: string, options: RequestOptions & {readonly ca?: string} = {}): Promise<Fetched> {
  return new Promise((resolve, reject) => {
    const ask = url.startsWith('https:') ? httpsRequest : httpRequest;
    const request = ask(url, {agent: false, ...options}, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => {
        body += text;
      });
      response.on('end', () => resolve({status: response.statusCode ?? 0, headers: response.headers, body}));
    });
    request.on('error', reject).end();
  });
}

/** The figures of an exposition, by name with labels as they are written. */
export function figuresIn(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))] as const;
    }),
  );
}

/** A certificate for this machine that signs itself, with its key. */
export function certificate(place: Workplace, name = 'tls') {
  const [cert, key] = [place.file(`${name}.crt`), place.file(`${name}.key`)];
  const args = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync('openssl', [...args, ...names, '-keyout', key, '-out', cert], {stdio: 'ignore'});
  return {cert, key, ca: readFileSync(cert, 'utf8')};
}

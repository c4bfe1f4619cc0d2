import {Buffer} from 'node:buffer';
import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import {request as httpsRequest} from 'node:https';
import {errorCode} from '../core/errors.ts';
import {formatDuration} from '../core/format.ts';
import {netProblem} from '../core/net-problem.ts';
import {type Web, type WebAnswer, WebProblem, type WebRequest} from './fleet/web.ts';

/** The net itself, by Node's own http and https. */
export const realWeb: Web = {fetch: ask};

function ask(asked: WebRequest): Promise<WebAnswer> {
  const {url, form, timeoutMs, signal} = asked;
  const body = form === undefined ? undefined : new URLSearchParams(form).toString();
  return new Promise((resolve, reject) => {
    const request = begin(url, {...optionsOf(asked, body), signal});
    let late: WebProblem | undefined;
    const timer = setTimeout(() => {
      late = new WebProblem(`no answer in ${formatDuration(timeoutMs)}`);
      request.destroy(late);
    }, timeoutMs);
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      finish();
    };
    // A body that is cut off says nothing of why.
    const fail = (error: unknown) => settle(() => reject(late ?? problemOf(error)));
    request.on('error', fail);
    request.on('response', (response) =>
      readBody(request, response, asked.mostBytes).then(
        (text) => settle(() => resolve({status: response.statusCode ?? 0, body: text})),
        fail,
      ),
    );
    request.end(body);
  });
}

function begin(url: string, options: RequestOptions): ClientRequest {
  try {
    return url.startsWith('https:') ? httpsRequest(url, options) : httpRequest(url, options);
  } catch (error) {
    throw problemOf(error);
  }
}

function optionsOf({headers}: WebRequest, body: string | undefined): RequestOptions {
  if (body === undefined) return {headers, agent: false};
  const type = 'application/x-www-form-urlencoded';
  return {
    method: 'POST',
    agent: false,
    headers: {...headers, 'content-type': type, 'content-length': Buffer.byteLength(body)},
  };
}

/** All of the body, or a problem as soon as there is more than is taken. */
async function readBody(
  request: ClientRequest,
  response: IncomingMessage,
  mostBytes: number,
): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > mostBytes) {
      request.destroy();
      throw new WebProblem(`an answer of more than ${Math.round(mostBytes / 1024 ** 2)} MiB`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function problemOf(error: unknown): WebProblem {
  if (error instanceof WebProblem) return error;
  return new WebProblem(netProblem(error) ?? (errorCode(error) ?? 'connection lost').replace(/[^\w-]/g, '?'));
}

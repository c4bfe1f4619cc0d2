import {errorCode, errorMessage} from '../../core/errors.ts';
import type {WebhookPost} from './webhook-post.ts';

/** What came back for a post. */
export interface WebhookAnswer {
  readonly status: number;
  /** How long the other side asks to be left alone. */
  readonly retryAfterMs?: number;
}

/** Posts once; rejects where no answer comes, and soon after the signal. */
export type WebhookSender = (post: WebhookPost, signal: AbortSignal) => Promise<WebhookAnswer>;

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'host not found',
  EAI_AGAIN: 'host not found, the name service does not answer',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection lost',
  UND_ERR_SOCKET: 'connection lost',
  EPIPE: 'connection lost',
  ENETUNREACH: 'network not reachable',
  EHOSTUNREACH: 'host not reachable',
  ETIMEDOUT: 'connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'connection timed out',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  EPROTO: 'it does not speak https',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak https',
  'bad port': 'a port that is kept from http',
};

/**
 * Posts by Node's own fetch. Redirects are not followed. The body of the answer is not read: it may be endless, and
 * it may repeat the address, which nobody is to see.
 */
export const send: WebhookSender = async ({href, headers, body}, signal) => {
  const answer = await fetch(href, {method: 'POST', headers, body, redirect: 'manual', signal});
  // Whatever goes wrong with what is not read.
  await answer.body?.cancel().catch(() => {});
  const retryAfterMs = readRetryAfter(answer.headers.get('retry-after'), answer.headers.get('date'));
  return {status: answer.status, ...(retryAfterMs !== undefined && {retryAfterMs})};
};

/** Seconds, or a moment by the clock of who sent it, told in `date`. In milliseconds. */
export function readRetryAfter(text: string | null, date: string | null): number | undefined {
  if (text === null) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const ms = Date.parse(text) - Date.parse(date ?? '');
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Why no answer came, in words that never hold the address. */
export function sendProblem(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = errorCode(cause);
  return PROBLEMS[code ?? errorMessage(cause)] ?? (code === undefined ? 'not sent' : `not sent: ${code}`);
}

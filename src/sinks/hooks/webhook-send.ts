import {errorCode} from '../../core/errors.ts';
import {netProblem} from '../../core/net-problem.ts';
import type {WebhookPost} from './webhook-post.ts';

/** What came back for a post. */
export interface WebhookAnswer {
  readonly status: number;
  /** How long the other side asks to be left alone. */
  readonly retryAfterMs?: number;
}

/** Posts once; rejects where no answer comes, and soon after the signal. */
export type WebhookSender = (post: WebhookPost, signal: AbortSignal) => Promise<WebhookAnswer>;

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
  return netProblem(error) ?? (code === undefined ? 'not sent' : `not sent: ${code}`);
}

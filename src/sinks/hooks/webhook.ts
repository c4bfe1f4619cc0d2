import type {AlertNotice, WebhookFormat} from '../../core/notice.ts';
import {cutEnd} from '../../core/text.ts';
import {type Hook, type HookResult, inSeconds, type Later, timer} from './hook.ts';
import {type WebhookPost, webhookPost} from './webhook-post.ts';
import {send, sendProblem, type WebhookAnswer, type WebhookSender} from './webhook-send.ts';
import {parseWebhookUrl, type WebhookTarget} from './webhook-url.ts';

export interface WebhookOptions {
  /** https, or http of this machine itself; user and password in it are sent as basic authorization. */
  readonly url: string;
  /** @default 'auto', by the host's name */
  readonly format?: WebhookFormat;
  /** A clock that never steps, milliseconds. */
  readonly clock: () => number;
  /** How long one try may take. @default 10,000 ms */
  readonly timeoutMs?: number;
  /** How often it is tried. @default 5 */
  readonly tries?: number;
  readonly later?: Later;
  readonly send?: WebhookSender;
}

/** How one try ended. */
interface Attempt {
  readonly ok: boolean;
  readonly text: string;
  /** Whether another try may help. */
  readonly again: boolean;
  readonly retryAfterMs?: number;
}

const TIMEOUT_MS = 10_000;
const TRIES = 5;
const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 60_000;
const MAX_NAME = 60;
const TIMED_OUT = 408;
const TOO_MANY = 429;
const CLOSED: Attempt = {ok: false, text: 'given up, memtop ends', again: false};

/**
 * Posts each notice to an address. What may pass, a server's fault or none at all, is tried again after 1, 2, 4 and
 * 8 s, or as late as the server asks for, up to 60 s; so a notice whose answer was lost may arrive twice.
 */
export class Webhook implements Hook {
  readonly name: string;
  readonly atOnce = 1;
  readonly #options: WebhookOptions;
  readonly #target: WebhookTarget;
  /** What ends what is waited for, now. */
  readonly #cancels = new Set<() => void>();
  #isClosed = false;

  /** @throws {Error} on an address that cannot be used */
  constructor(options: WebhookOptions) {
    this.#options = options;
    this.#target = parseWebhookUrl(options.url);
    this.name = cutEnd(`webhook ${this.#target.host}`, MAX_NAME);
  }

  async deliver(notice: AlertNotice): Promise<HookResult> {
    const {format = 'auto', tries = TRIES} = this.#options;
    const post = webhookPost(this.#target, format, notice);
    for (let count = 1; ; count += 1) {
      const attempt = await this.#try(post);
      if (!attempt.again || count >= tries) return resultOf(attempt, count);
      await this.#pause(pauseMs(attempt, count));
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const cancel of this.#cancels) cancel();
  }

  async #try(post: WebhookPost): Promise<Attempt> {
    if (this.#isClosed) return CLOSED;
    const {clock, timeoutMs = TIMEOUT_MS, later = timer, send: sender = send} = this.#options;
    const [abort, beganMs] = [new AbortController(), clock()];
    const cancel = () => abort.abort();
    const forget = later(cancel, timeoutMs);
    this.#cancels.add(cancel);
    try {
      return answered(await sender(post, abort.signal), clock() - beganMs);
    } catch (error) {
      if (this.#isClosed) return CLOSED;
      return {ok: false, text: abort.signal.aborted ? lateText(timeoutMs) : sendProblem(error), again: true};
    } finally {
      this.#cancels.delete(cancel);
      forget();
    }
  }

  async #pause(ms: number): Promise<void> {
    const {later = timer} = this.#options;
    if (this.#isClosed) return;
    await new Promise<void>((resolve) => {
      const callOff = later(() => end(), ms);
      const end = () => {
        callOff();
        this.#cancels.delete(end);
        resolve();
      };
      this.#cancels.add(end);
    });
  }
}

function answered({status, retryAfterMs}: WebhookAnswer, tookMs: number): Attempt {
  const isRedirect = status >= 300 && status < 400;
  return {
    ok: status >= 200 && status < 300,
    text: `answered ${status} in ${inSeconds(tookMs)}${isRedirect ? ', redirects are not followed' : ''}`,
    again: status >= 500 || status === TIMED_OUT || status === TOO_MANY,
    ...(retryAfterMs !== undefined && {retryAfterMs}),
  };
}

function lateText(timeoutMs: number): string {
  return `no answer within ${Number((timeoutMs / 1000).toFixed(2))} s`;
}

/** A server may ask for more time, not for less. */
function pauseMs({retryAfterMs = 0}: Attempt, count: number): number {
  return Math.max(FIRST_PAUSE_MS * 2 ** (count - 1), Math.min(retryAfterMs, MAX_PAUSE_MS));
}

function resultOf({ok, text, again}: Attempt, count: number): HookResult {
  if (count === 1) return {ok, text};
  return {ok, text: again ? `${text}, given up after ${count} tries` : `${text}, at try ${count}`};
}

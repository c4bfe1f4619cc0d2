/** The net as a fleet is read over it. */
export interface Web {
  /** Asks once. Redirects are not followed. @throws {WebProblem} */
  fetch(request: WebRequest): Promise<WebAnswer>;
}

export interface WebRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A form that is posted; without it is asked by GET. */
  readonly form?: Readonly<Record<string, string>>;
  /** For all of it, the last byte too. */
  readonly timeoutMs: number;
  readonly mostBytes: number;
  readonly signal: AbortSignal;
}

export interface WebAnswer {
  readonly status: number;
  readonly body: string;
}

/** Why there is no answer, in words. */
export class WebProblem extends Error {
  override readonly name = 'WebProblem';
}

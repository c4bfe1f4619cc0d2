import {Buffer} from 'node:buffer';

/** Where a webhook posts to. */
export interface WebhookTarget {
  /** The address without user and password, which may be a secret all the same. */
  readonly href: string;
  /** The host with its port, which is none. */
  readonly host: string;
  /** User and password of the address, as the header that carries them. */
  readonly authorization?: string;
}

const EXPECTED =
  'expected an https:// address, or http:// of this machine itself (localhost, 127.0.0.1 or [::1])';
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Reads a webhook's address. What others could read on its way is refused: http is for this machine alone.
 * @throws {Error} that says what is expected and never what was given, for the address may be a secret
 */
export function parseWebhookUrl(text: string): WebhookTarget {
  const url = readUrl(text.trim());
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (!isSafe) throw new Error(EXPECTED);
  const authorization = basicAuthorization(url);
  url.username = '';
  url.password = '';
  url.hash = '';
  return {href: url.href, host: url.host, ...(authorization !== undefined && {authorization})};
}

function readUrl(text: string): URL {
  // Blanks and new lines inside would be left out without a word.
  if (/[\s\p{Cc}]/u.test(text) || !URL.canParse(text)) throw new Error(EXPECTED);
  return new URL(text);
}

function basicAuthorization({username, password}: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  try {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(pair).toString('base64')}`;
  } catch {
    throw new Error('expected user and password of the address percent-encoded');
  }
}

import type {Buffer} from 'node:buffer';
import {createHash, timingSafeEqual} from 'node:crypto';

/** What may stand in an Authorization header, and is long enough not to be guessed. */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;
const [LEAST, MOST] = [16, 1024];

export const TOKEN_RULE = `a token of ${LEAST} to ${MOST} letters, digits and -._~+/`;

export function isToken(text: string): boolean {
  return text.length >= LEAST && text.length <= MOST && TOKEN.test(text);
}

/** Whether a request carries the token; how long that takes does not tell how much of it is right. */
export function carriesToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

import {isIP, isIPv6} from 'node:net';
import {ExpectedError, type ValueType} from './values.ts';

/** Where somebody listens. */
export interface ListenAddress {
  /** A name, or an address without brackets. */
  readonly host: string;
  /** 0 takes any port that is free. */
  readonly port: number;
}

const LOOPBACK = '127.0.0.1';
const EXPECTED = 'a port from 0 to 65535, or HOST:PORT, as 9717, 0.0.0.0:9717 or [::1]:9717';
const PARTS = /^(?:(?:\[([^\]]*)\]|([^:[\]]*)):)?(\d{1,5})$/;
const NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/i;

/** A port on this machine alone, or an address with a port. */
export const listenAddress: ValueType<ListenAddress> = {
  placeholder: '[HOST:]PORT',
  parse(text) {
    const [, bracketed, plain, digits = ''] = PARTS.exec(text.trim()) ?? fail();
    const port = Number(digits);
    const host = bracketed ?? plain ?? LOOPBACK;
    const isFine = bracketed === undefined ? isHost(host) : isIPv6(host);
    return isFine && port <= 65_535 ? {host, port} : fail();
  },
  format: writeAddress,
};

/** As it would be given, and as it stands in a URL: `127.0.0.1:9717`, `[::1]:9717`. */
export function writeAddress({host, port}: ListenAddress): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** Whether only this machine can reach it. */
export function isLoopback({host}: ListenAddress): boolean {
  return (
    host.toLowerCase() === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
  );
}

/** A name of digits and dots is an address that went wrong. */
function isHost(host: string): boolean {
  return isIP(host) === 4 || (NAME.test(host) && !/^[\d.]+$/.test(host));
}

function fail(): never {
  throw new ExpectedError(EXPECTED);
}

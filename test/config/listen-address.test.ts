import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {isLoopback, listenAddress, writeAddress} from '../../src/config/listen-address.ts';
import {ExpectedError} from '../../src/config/values.ts';

describe('an address to listen on', () => {
  test.each([
    ['9717', '127.0.0.1', 9717],
    ['0', '127.0.0.1', 0],
    ['0.0.0.0:9717', '0.0.0.0', 9717],
    ['[::1]:9717', '::1', 9717],
    ['[::]:80', '::', 80],
    ['localhost:65535', 'localhost', 65_535],
    ['gpu-7.cluster.example:9717', 'gpu-7.cluster.example', 9717],
  ])('%s', (text, host, port) => {
    expect(listenAddress.parse(text)).toEqual({host, port});
  });

  test.each([
    '',
    ':9717',
    'host',
    'host:',
    '65536',
    '-1',
    '9717x',
    '::1:9717',
    '[]:9717',
    '[127.0.0.1]:9717',
    '[::1]',
    '1.2.3:9717',
    '256.1.1.1:9717',
    'a b:9717',
    'http://host:9717',
    'host:9717/metrics',
    '-host:1',
    'host\u001b[31m:1',
    '*:9717',
  ])('refuses %j', (text) => {
    expect(() => listenAddress.parse(text)).toThrow(ExpectedError);
  });

  test('what is read is written so that it is read the same', () => {
    const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('localhost', 'gpu-7.example'));
    fc.assert(
      fc.property(host, fc.integer({min: 0, max: 65_535}), (name, port) => {
        const address = {host: name, port};
        expect(listenAddress.parse(writeAddress(address))).toEqual(address);
      }),
    );
  });

  test.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['127.example.org', false],
    ['10.0.0.1', false],
  ])('%s is of this machine alone: %s', (host, isOwn) => {
    expect(isLoopback({host, port: 1})).toBe(isOwn);
  });
});

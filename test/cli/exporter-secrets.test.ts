import {chmodSync, writeFileSync} from 'node:fs';
import {afterEach, describe, expect, test} from 'vitest';
import type {Context} from '../../src/cli/context.ts';
import {UserError} from '../../src/cli/exit.ts';
import {givenTls, givenToken} from '../../src/cli/exporter-secrets.ts';
import {resolveSettings} from '../../src/config/resolve.ts';
import {isToken, TOKEN_RULE} from '../../src/sinks/prometheus/token.ts';
import {certificate, has} from '../e2e/exporter.ts';
import {type Workplace, workplace} from '../e2e/program.ts';
import {FakeHost} from '../sources/fake-host.ts';

const TOKEN = 'a-token-of-many-letters';
const VARIABLE = 'MEMTOP_PROMETHEUS_TOKEN';
afterEach(() => {
  delete process.env[VARIABLE];
});

function contextOf(
  place: Workplace,
  texts: Readonly<Record<string, string>>,
  env = {},
  now?: number,
): Context {
  const host = new FakeHost({env});
  if (now !== undefined) host.now = () => now;
  const settings = resolveSettings('serve', [{origin: (name) => `from --${name}`, texts}]);
  const {stdout, stderr, stdin} = process;
  const args = {
    command: 'serve',
    wants: 'run',
    layer: {origin: String, texts: {}},
    words: [],
    job: [],
  } as const;
  return {
    host,
    settings,
    args,
    stdout,
    stderr,
    stdin,
    cwd: place.folder,
    settingsPath: place.file('settings'),
  };
}

const token = (context: Context) => givenToken(context, isToken, TOKEN_RULE);

describe('the token', () => {
  test('is none where none is given, that of the environment, or that of the file before it', () => {
    using place = workplace();
    const file = {'prometheus-token-file': place.file('token')};
    writeFileSync(place.file('token'), `  ${TOKEN}\n`, {mode: 0o600});
    expect(token(contextOf(place, {}))).toBeUndefined();
    expect(token(contextOf(place, {}, {[VARIABLE]: `${TOKEN}=`}))).toEqual({text: `${TOKEN}=`});
    expect(token(contextOf(place, file, {[VARIABLE]: `${TOKEN}=`}))).toEqual({text: TOKEN});
  });

  test('is taken out of the environment, so that nobody inherits it', () => {
    using place = workplace();
    process.env[VARIABLE] = TOKEN;
    expect(token(contextOf(place, {}, process.env))).toEqual({text: TOKEN});
    expect(process.env[VARIABLE]).toBeUndefined();
  });

  test('in a file that all can read is used and warned of', () => {
    using place = workplace();
    writeFileSync(place.file('token'), TOKEN);
    chmodSync(place.file('token'), 0o604);
    expect(token(contextOf(place, {'prometheus-token-file': place.file('token')}))?.warning).toBe(
      './token can be read by every user; chmod 600 keeps the token',
    );
  });

  test.each([
    'short',
    'a token with blanks in it',
    `${TOKEN}\u0007`,
    'x'.repeat(1025),
    '\u00fcmlaute-sind-keine-buchstaben',
  ])('%j is refused and not repeated', (text) => {
    using place = workplace();
    const refused = () => token(contextOf(place, {}, {[VARIABLE]: text}));
    expect(refused).toThrow(UserError);
    expect(refused).toThrow(expect.objectContaining({message: expect.not.stringContaining(text)}));
  });

  test('a file without end is not read', () => {
    using place = workplace();
    writeFileSync(place.file('token'), 'x'.repeat(70_000));
    expect(() => token(contextOf(place, {'prometheus-token-file': place.file('token')}))).toThrow(
      'larger than 64 KiB',
    );
  });
});

describe.skipIf(!has('openssl'))('the certificate', () => {
  test('that is no longer valid is used and warned of', () => {
    using place = workplace();
    const {cert, key} = certificate(place);
    const texts = {'prometheus-cert': cert, 'prometheus-key': key};
    expect(givenTls(contextOf(place, texts, {}, Date.now()))?.warning).toBeUndefined();
    expect(givenTls(contextOf(place, texts, {}, Date.now() + 3 * 86_400_000))?.warning).toMatch(
      /^the certificate \.\/tls\.crt was valid until /,
    );
  });

  test("and key in each other's place are refused", () => {
    using place = workplace();
    const {cert, key} = certificate(place);
    expect(() => givenTls(contextOf(place, {'prometheus-cert': key, 'prometheus-key': cert}))).toThrow(
      'prometheus-cert: expected a certificate in PEM, got ./tls.key (from --prometheus-cert)',
    );
    expect(() => givenTls(contextOf(place, {'prometheus-cert': cert, 'prometheus-key': cert}))).toThrow(
      'prometheus-key: expected a private key in PEM without a passphrase, got ./tls.crt (from --prometheus-key)',
    );
  });
});

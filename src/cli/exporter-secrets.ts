import {createPrivateKey, X509Certificate} from 'node:crypto';
import {readFileSync, statSync} from 'node:fs';
import type {OptionName} from '../config/options.ts';
import type {Settings} from '../config/resolve.ts';
import {errorCode} from '../core/errors.ts';
import {safeText} from '../core/text.ts';
import {fileProblem} from '../sinks/file-problem.ts';
import type {Context} from './context.ts';
import {UserError} from './exit.ts';
import {shownPath} from './shown-path.ts';

const VARIABLE = 'MEMTOP_PROMETHEUS_TOKEN';
const MOST_BYTES = 64 * 1024;
const READABLE_BY_ALL = 0o004;

type FileOption = Extract<OptionName, `prometheus-${string}`>;

export interface GivenToken {
  readonly text: string;
  /** What is told of it, where somebody else may know it. */
  readonly warning?: string;
}

/** The token that the file or the environment holds. What is started later must not inherit it. @throws {UserError} */
export function givenToken(
  context: Context,
  isToken: (text: string) => boolean,
  rule: string,
): GivenToken | undefined {
  const {settings, host} = context;
  const fromVariable = host.env[VARIABLE] ?? '';
  delete process.env[VARIABLE];
  const file = fileOf(context, 'prometheus-token-file');
  if (file === undefined && fromVariable === '') return undefined;
  const text = (file?.text ?? fromVariable).trim();
  // What was given is not repeated: nobody should read a token in a log.
  const origin =
    file === undefined
      ? `from ${VARIABLE}`
      : `in ${file.shown}, ${originOf(settings, 'prometheus-token-file')}`;
  if (!isToken(text))
    throw new UserError(`prometheus-token: expected ${rule}, got something else (${origin})`);
  return file?.isReadByAll === true
    ? {text, warning: `${file.shown} can be read by every user; chmod 600 keeps the token`}
    : {text};
}

export interface GivenTls {
  readonly key: string;
  readonly cert: string;
  readonly warning?: string;
}

/** Certificate and key, where they are given. @throws {UserError} where one is missing, cannot be read or does not fit */
export function givenTls(context: Context): GivenTls | undefined {
  const [cert, key] = [fileOf(context, 'prometheus-cert'), fileOf(context, 'prometheus-key')];
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new UserError('prometheus-cert and prometheus-key: expected both, got one');
  const certificate = parsed(
    context.settings,
    'prometheus-cert',
    'a certificate in PEM',
    cert,
    (text) => new X509Certificate(text),
  );
  const privateKey = parsed(
    context.settings,
    'prometheus-key',
    'a private key in PEM without a passphrase',
    key,
    createPrivateKey,
  );
  if (!certificate.checkPrivateKey(privateKey))
    throw new UserError(
      `prometheus-key: expected the key of ${cert.shown}, got another one, ${key.shown} (${originOf(context.settings, 'prometheus-key')})`,
    );
  const isOver = Date.parse(certificate.validTo) < context.host.now();
  return {
    cert: cert.text,
    key: key.text,
    ...(isOver && {warning: `the certificate ${cert.shown} was valid until ${certificate.validTo}`}),
  };
}

interface GivenFile {
  readonly text: string;
  /** Its name, safe for a terminal. */
  readonly shown: string;
  readonly isReadByAll: boolean;
}

function fileOf({settings, cwd}: Context, name: FileOption): GivenFile | undefined {
  const path = settings.values[name];
  if (typeof path !== 'string') return undefined;
  const shown = safeText(shownPath(path, cwd));
  try {
    const {mode, size} = statSync(path);
    if (size > MOST_BYTES) throw new Error('larger than 64 KiB');
    return {text: readFileSync(path, 'utf8'), shown, isReadByAll: (mode & READABLE_BY_ALL) !== 0};
  } catch (error) {
    const problem = errorCode(error) === 'ENOENT' ? 'no such file' : fileProblem(error);
    throw new UserError(
      `${name}: expected a file that can be read, got ${shown}: ${problem} (${originOf(settings, name)})`,
    );
  }
}

function parsed<T>(
  settings: Settings,
  name: FileOption,
  expected: string,
  file: GivenFile,
  parse: (text: string) => T,
): T {
  try {
    return parse(file.text);
  } catch {
    throw new UserError(`${name}: expected ${expected}, got ${file.shown} (${originOf(settings, name)})`);
  }
}

function originOf({origins}: Settings, name: FileOption): string {
  return origins[name] ?? 'default';
}

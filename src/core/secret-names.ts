/** Which names of flags, variables and fields stand before a secret, and which only look like it. */

const PASSWORD = /(?:password|passwd|passphrase|passcode)$/;
const SECRET = /secret$/;
const TOKEN = /token$/;
const JOINED_KEY = /(?:api|access|secret|private|auth|account|encryption)key$/;
const BEARER = /^(?:bearer|jwt|apikeys)$/;
const CREDENTIALS = /^credentials?$/;

/** What makes a key one that opens something, and not one that sorts or frames. */
const OPENING_KEYS = new Set(
  'access account admin api app application auth client deploy encryption hmac license licence master private secret service session shared signing storage subscription'.split(
    ' ',
  ),
);
/** What is often given as the name of a file. */
const OFTEN_FILES = new Set(['private', 'signing', 'service', 'client', 'deploy', 'license', 'licence']);

/** Tokens of language models and of text, which everybody may read. */
const TEXT_TOKENS = new Set(
  'audio begin bos class cls decoder end eos eot extra first fim image initializer instance last mask max min modifier new next no num pad per placeholder prefix sep separator special start stop suffix suppress think trigger unk video vision word'.split(
    ' ',
  ),
);

/** None of the others is in any name that stands before a secret. */
const SUSPECT = /pass|pwd|secret|token|key|cred|auth|bearer|jwt/i;

const MOST_NAME = 200;

const SWITCHES = /^(?:true|false|yes|no|on|off|none|null|0|1)$/i;
const FILE =
  /^(?:~?[\\/]|\.{1,2}[\\/]|[A-Za-z]:[\\/])|\.(?:pem|key|json|ya?ml|txt|crt|cer|p12|pub|toml|ini)$/i;
/** No word is so long and so mixed. */
const RANDOM = /^(?=[^\d]*\d)(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9+/=]{20,}$/;

/** Whether the value that stands behind this name is a secret: `--api-key`, `HF_TOKEN`, `db.password`. */
export function isSecret(name: string, value: string): boolean {
  if (value === '' || name.length > MOST_NAME || !SUSPECT.test(name)) return false;
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  const before = words.at(-2) ?? '';
  if (PASSWORD.test(last)) return true;
  if (SWITCHES.test(value)) return false;
  if (SECRET.test(last) || JOINED_KEY.test(last) || BEARER.test(last)) return true;
  if (TOKEN.test(last)) return !isTextToken(words, last);
  if (CREDENTIALS.test(last)) return !FILE.test(value);
  if (last === 'key') return isOpeningKey(before, value);
  if (last === 'keys') return before === 'api';
  if (last === 'auth') return value.includes(':');
  if (last === 'pass') return !/^\d{1,3}$/.test(value);
  // Alone it is a password as a flag only: the variable is the folder that a program works in.
  return last === 'pwd' && (words.length > 1 || name.startsWith('-')) && !FILE.test(value);
}

function isTextToken(words: readonly string[], last: string): boolean {
  return words.some((word) => TEXT_TOKENS.has(word)) || TEXT_TOKENS.has(last.slice(0, -'token'.length));
}

function isOpeningKey(kind: string, value: string): boolean {
  if (OFTEN_FILES.has(kind) && FILE.test(value)) return false;
  return OPENING_KEYS.has(kind) || (RANDOM.test(value) && !FILE.test(value));
}

/** `--hf-apiToken` is `hf api token`. */
function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

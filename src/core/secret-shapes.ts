/** What stands in place of a secret. */
export const HIDDEN = '[hidden]';

/**
 * Secrets that are known by how they look, whatever stands before them: of GitHub, GitLab, Hugging Face, OpenAI and those
 * who write theirs alike, Slack, AWS, Google, npm, PyPI, NVIDIA, Groq, Replicate, Stripe, SendGrid; a JSON web token.
 */
const SHAPES = [
  /gh[pousr]_[A-Za-z0-9]{16,}/,
  /github_pat_\w{20,}/,
  /glpat-[\w-]{16,}/,
  /hf_(?=[a-z]*[A-Z0-9])[A-Za-z0-9]{20,}/,
  /sk-(?=[\w-]*\d)(?=[\w-]*[A-Za-z0-9]{16})[\w-]{20,}/,
  /(?:xox[a-z]|xapp)-[\w-]{10,}/,
  /(?:AKIA|ASIA)[0-9A-Z]{16}/,
  /AIza[\w-]{35}/,
  /ya29\.[\w.-]{20,}/,
  /npm_[A-Za-z0-9]{36}/,
  /pypi-[\w-]{40,}/,
  /nvapi-[\w-]{20,}/,
  /(?:gsk|r8)_[A-Za-z0-9]{20,}/,
  /[sr]k_(?:live|test)_\w{10,}/,
  /SG\.[\w-]{16,}\.[\w-]{16,}/,
  /eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/,
];
// Only where a word begins, so that a long text is looked through once.
const SHAPED = new RegExp(`(?<![\\w.-])(?:${SHAPES.map(({source}) => source).join('|')})`, 'g');

/** `scheme://user:password@host`; a password may hold an @ itself. */
const PASSWORD_IN_URL = /(:\/\/[^\s/?#:@]*:)[^\s/?#]+(?=@)/g;
/** `https://0123456789abcdef0123@host`: no name of a user is so long. */
const TOKEN_IN_URL = /(:\/\/)[^\s/?#:@]{20,}(?=@)/g;
const SIGNATURE_IN_URL = /([?&](?:x-amz-signature|x-goog-signature|sig)=)[^&\s"']+/gi;
const AUTHORIZATION =
  /(\bauthorization["']?\s{0,9}[:=]\s{0,9}["']?(?:(?:bearer|basic|token|apikey|digest|negotiate)\s{1,9})?)[^\s"']+/gi;
const SCHEME = /(\b(?:bearer|basic)\s{1,9})[\w.~+/=-]{8,}/gi;
const COOKIE = /(\bcookie:\s{0,9})[^"'\n]+/gi;
const PEM = /(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)[\s\S]*?(?:-----END|$)/g;

/** Hides what is a secret by its own look, or by its place in an address or a header. */
export function hideShapes(text: string): string {
  return [PASSWORD_IN_URL, TOKEN_IN_URL, SIGNATURE_IN_URL, AUTHORIZATION, SCHEME, COOKIE, PEM]
    .reduce((rest, shape) => rest.replace(shape, `$1${HIDDEN}`), text)
    .replace(SHAPED, HIDDEN);
}

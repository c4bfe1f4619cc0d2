/** Text from outside made safe for files that are read as text, as Markdown or in a browser. */

// CSI and OSC sequences with their bodies, which would leave debris when only the escape itself went.
const ESCAPES = /[\u001b\u009b]\[?[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?/g;
const SPACES = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
// All controls, marks that turn the direction of writing, and halves of a character.
const UNSEEN = /\p{C}/gu;

/** One line of visible characters; other scripts stay whole, unlike in `safeText`. */
export function visibleText(text: string): string {
  return text.replace(ESCAPES, '').replace(SPACES, ' ').replace(UNSEEN, '');
}

const HTML_NAMES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For HTML and SVG, between tags and inside quoted attributes. */
export function htmlText(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => HTML_NAMES[character] ?? '');
}

/** For a cell of a Markdown table. */
export function markdownText(text: string): string {
  return visibleText(text)
    .replace(/[\\`*_{}[\]|~#]/g, '\\$&')
    .replace(/[&<>]/g, (character) => HTML_NAMES[character] ?? '');
}

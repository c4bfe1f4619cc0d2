export interface Element {
  readonly name: string;
  readonly attributes: readonly string[];
  /** Its own text and that of what is in it, characters unescaped. */
  text: string;
}

const VOID = new Set(['meta', 'br']);
const CHARACTERS: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'"};
const TAG = /^<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"<>]*")?)*)\s*(\/?)>/;

/** Every element of a page, in order. @throws when tags do not close in order or text is not escaped */
export function elementsOf(html: string): readonly Element[] {
  const found: Element[] = [];
  const open: Element[] = [];
  let rest = html
    .replace(/^<!doctype html>/, '')
    .replace(/<style>[^<]*<\/style>/, '<style></style>')
    .replace(/(<script[^>]*>)[\s\S]*?<\/script>/g, '$1</script>');
  while (rest !== '') {
    const [text = ''] = /^[^<]*/.exec(rest) ?? [];
    for (const element of open) element.text += unescaped(text);
    rest = rest.slice(text.length);
    if (rest === '') break;
    const tag = TAG.exec(rest);
    if (tag === null) throw new Error(`expected a tag, got ${rest.slice(0, 60)}`);
    rest = rest.slice(tag[0].length);
    step(tag, open, found);
  }
  if (open.length > 0) throw new Error(`expected all to be closed, got an open ${open.at(-1)?.name}`);
  return found;
}

function step(tag: RegExpExecArray, open: Element[], found: Element[]): void {
  const [, close, name = '', attributes = '', selfClosing] = tag;
  if (close === '/') {
    const last = open.pop();
    if (last?.name !== name) throw new Error(`expected the end of ${last?.name}, got that of ${name}`);
    return;
  }
  const element = {
    name,
    attributes: [...attributes.matchAll(/([a-zA-Z-]+)(?:="|(?=\s|$))/g)].map(([, key = '']) => key),
    text: '',
  };
  found.push(element);
  if (selfClosing !== '/' && !VOID.has(name)) open.push(element);
}

function unescaped(text: string): string {
  if (/>|&(?!(?:amp|lt|gt|quot|#39);)/.test(text)) throw new Error(`expected escaped text, got ${text}`);
  return text.replace(/&([^;]+);/g, (_, name: string) => CHARACTERS[name] ?? '');
}

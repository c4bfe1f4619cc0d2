import {posix} from 'node:path';

/** A file under src/, by its path inside it. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export type ImportKind = 'static' | 'type' | 'dynamic';

export interface Import {
  readonly specifier: string;
  readonly kind: ImportKind;
}

const MAX_LINES = 300;
const SCREEN_PACKAGES = /^(blessed|blessed-contrib|drawille-canvas-blessed-contrib)(\/|$)/;

type Allows = (target: string, kind: ImportKind, from: string) => boolean;

interface Rule {
  /** What the message says is allowed. */
  readonly allowed: string;
  readonly allows: Allows;
}

// A target is a path inside src/, a `node:` module, a package, or a path that leaves src/.
const RULES: Readonly<Record<string, Rule>> = {
  core: {allowed: 'core/', allows: inside('core')},
  sources: {
    allowed: 'core/ and sources/; node: and `await import("systeminformation")` in real-*.ts alone',
    allows: either(
      inside('core', 'sources'),
      (target, kind, from) =>
        /^sources\/real-[a-z]+\.ts$/.test(from) &&
        (isNode(target) || (target === 'systeminformation' && kind !== 'static')),
    ),
  },
  sinks: {
    allowed:
      'core/, sinks/, node: and `await import()` of prom-client in prometheus/ and hyparquet-writer in export/',
    allows: either(
      inside('core', 'sinks'),
      isNode,
      (target, kind, from) =>
        from.startsWith('sinks/prometheus/') && target === 'prom-client' && kind !== 'static',
      (target, kind, from) =>
        from.startsWith('sinks/export/') && target === 'hyparquet-writer' && kind !== 'static',
    ),
  },
  config: {
    allowed: 'core/, config/, themes, node: and `await import("conf")`',
    allows: either(
      inside('core', 'config'),
      isNode,
      isTheme,
      (target, kind) => target === 'conf' && kind !== 'static',
    ),
  },
  monitor: {
    allowed: 'core/, sources/, sinks/, config/ and monitor/',
    allows: inside('core', 'sources', 'sinks', 'config', 'monitor'),
  },
  tui: {
    allowed:
      'core/, tui/, themes and types of config/; blessed in widgets.ts and terminal.ts, node: in terminal.ts',
    allows: either(
      inside('core', 'tui'),
      isTheme,
      (target, kind) => kind === 'type' && inside('config')(target),
      (target, _, from) =>
        ['tui/widgets.ts', 'tui/terminal.ts'].includes(from) && SCREEN_PACKAGES.test(target),
      (target, _, from) => from === 'tui/terminal.ts' && isNode(target),
    ),
  },
  'index.ts': {
    allowed: 'core/, sources/, sinks/, config/ and monitor/',
    allows: inside('core', 'sources', 'sinks', 'config', 'monitor'),
  },
  cli: {
    allowed: 'all but packages, and tui/ by `await import()` alone',
    allows: (target, kind) =>
      isNode(target) || isTheme(target) || (inside('tui')(target) ? kind !== 'static' : isInSrc(target)),
  },
};

// The clock and the timers are given to core/ as arguments. `process` may be the name of a process there.
const FORBIDDEN_IN_CORE = [
  /\bset(?:Interval|Timeout|Immediate)\b/,
  /\bDate\.now\(/,
  /\bnew Date\(\)/,
  /\bperformance\.now\(/,
  /\bprocess\.(?:argv|cwd|env|exit|hrtime|kill|memoryUsage|nextTick|off|on|once|platform|std\w+|uptime|versions?)\b/,
];

/** Everything in src/ that breaks the layout, in words. */
export function violations(files: readonly SourceFile[]): string[] {
  return [
    ...files.flatMap(forbiddenArrows),
    ...files.flatMap(forbiddenText),
    ...files.flatMap(tooLong),
    ...files.flatMap(moreThanReexports),
    ...cycles(files),
  ];
}

/** Every import of a file: static, of types, `import()` and re-exports. */
export function importsOf(text: string): Import[] {
  const code = withoutComments(text);
  const statements = [
    ...code.matchAll(
      /^\s*(?:import|export)\b(?<clause>\s*|[^;'"`=()]*?\bfrom\s*)['"](?<specifier>[^'"]+)['"]/gm,
    ),
  ];
  const calls = [
    ...code.matchAll(/(?<before>\btypeof\s+|[<:|&]\s*)?\bimport\(\s*['"](?<specifier>[^'"]+)['"]/g),
  ];
  return [
    ...statements.map(({groups}) => ({
      specifier: groups?.specifier ?? '',
      kind: /^\s*type\b(?!\s*(?:,|from))/.test(groups?.clause ?? '')
        ? ('type' as const)
        : ('static' as const),
    })),
    ...calls.map(({groups}) => ({
      specifier: groups?.specifier ?? '',
      kind: groups?.before ? ('type' as const) : ('dynamic' as const),
    })),
  ];
}

function forbiddenArrows({path, text}: SourceFile): string[] {
  // Declarations describe other packages and load none of them.
  if (path.endsWith('.d.ts')) return [];
  const layer = layerOf(path);
  const rule = RULES[layer];
  if (!rule) return [`${path}: no rule for ${layer}`];
  const computed = /\bimport\(\s*[^'"\s]/.test(withoutComments(text))
    ? [`${path}: import() of a computed name`]
    : [];
  return importsOf(text)
    .map(({specifier, kind}) => ({target: resolve(path, specifier), kind}))
    .filter(({target, kind}) => !rule.allows(target, kind, path))
    .map(({target, kind}) => `${path}: ${kind} import of ${target}; it may import ${rule.allowed}`)
    .concat(computed);
}

function forbiddenText({path, text}: SourceFile): string[] {
  if (layerOf(path) !== 'core') return [];
  const code = withoutComments(text);
  return FORBIDDEN_IN_CORE.flatMap((pattern) => {
    const found = code.match(pattern)?.[0];
    return found ? [`${path}: ${found} in core/`] : [];
  });
}

function tooLong({path, text}: SourceFile): string[] {
  const lines = text.trimEnd().split('\n').length;
  return lines > MAX_LINES ? [`${path}: ${lines} lines, at most ${MAX_LINES}`] : [];
}

function moreThanReexports({path, text}: SourceFile): string[] {
  if (path !== 'index.ts') return [];
  const rest = withoutComments(text)
    .replace(/export\s[^;'"=()]*\sfrom\s*['"][^'"]+['"];?/g, '')
    .trim();
  return rest ? [`${path}: holds more than re-exports: ${rest.split('\n')[0]}`] : [];
}

function cycles(files: readonly SourceFile[]): string[] {
  const targets = new Map(
    files.map(({path, text}) => [path, importsOf(text).map(({specifier}) => resolve(path, specifier))]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push(`cycle: ${[...trail.slice(start), path].join(' → ')}`);
    if (start >= 0 || done.has(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
  return found;
}

function layerOf(path: string): string {
  return path.split('/')[0] ?? path;
}

function resolve(from: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : specifier;
}

function inside(...layers: readonly string[]): (target: string) => boolean {
  return (target) => isInSrc(target) && layers.includes(layerOf(target));
}

function either(...rules: readonly Allows[]): Allows {
  return (target, kind, from) => rules.some((rule) => rule(target, kind, from));
}

function isInSrc(target: string): boolean {
  return target.endsWith('.ts') && !target.startsWith('..');
}

function isNode(target: string): boolean {
  return target.startsWith('node:');
}

function isTheme(target: string): boolean {
  return /^\.\.\/themes\/[\w-]+\.json$/.test(target);
}

// Line by line: a comment mark inside a string or a pattern must not swallow the code behind it.
function withoutComments(text: string): string {
  return text
    .split('\n')
    .map((line) => (/^\s*(?:\/\/|\/?\*)/.test(line) ? '' : line.replace(/\s\/\/ .*$/, '')))
    .join('\n');
}

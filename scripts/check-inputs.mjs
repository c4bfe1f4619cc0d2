// What must stay behind `await import()`, so that `memtop --version` and the library load none of it.
const LAZY = {
  'src/tui/': 'the screen',
  'node_modules/blessed/': 'blessed',
  'node_modules/blessed-contrib/': 'blessed-contrib',
  'node_modules/systeminformation/': 'systeminformation',
  'node_modules/conf/': 'conf',
  'src/sinks/prometheus/': 'the exporter',
  'node_modules/prom-client/': 'prom-client',
  'node_modules/hyparquet-writer/': 'hyparquet-writer',
};

const ENTRIES = ['src/cli/main.ts', 'src/index.ts'];

// The library does not hold the screen at all, not even behind `await import()`.
const NEVER_IN_LIBRARY = ['src/tui/', 'src/cli/', 'node_modules/blessed/', 'node_modules/blessed-contrib/'];

/**
 * @param {import('esbuild').Metafile['inputs']} inputs
 * @throws {Error} when a package is there twice, or loaded sooner than it may be.
 */
export function checkInputs(inputs) {
  checkOneCopy(inputs, 'blessed');
  for (const entry of ENTRIES) {
    const atOnce = reachedFrom(inputs, entry, ['import-statement', 'require-call']);
    for (const [prefix, name] of Object.entries(LAZY)) {
      const input = atOnce.find((file) => file.startsWith(prefix));
      if (input) throw new Error(`${entry} loads ${name} at once (${input}); import it with await import()`);
    }
  }
  const library = reachedFrom(inputs, 'src/index.ts', ['import-statement', 'require-call', 'dynamic-import']);
  const wrong = library.find((file) => NEVER_IN_LIBRARY.some((prefix) => file.startsWith(prefix)));
  if (wrong) throw new Error(`src/index.ts reaches ${wrong}; the library must not`);
}

function reachedFrom(inputs, entry, kinds) {
  if (inputs[entry] === undefined) throw new Error(`${entry} is in no bundle`);
  const seen = new Set();
  const visit = (file) => {
    if (seen.has(file) || inputs[file] === undefined) return;
    seen.add(file);
    for (const {path, kind} of inputs[file].imports) if (kinds.includes(kind)) visit(path);
  };
  visit(entry);
  return [...seen];
}

function checkOneCopy(inputs, name) {
  const pattern = new RegExp(`^(.*node_modules/${name})/`);
  const copies = new Set(Object.keys(inputs).flatMap((file) => file.match(pattern)?.[1] ?? []));
  if (copies.size > 1) throw new Error(`${name} is bundled ${copies.size} times: ${[...copies].join(', ')}`);
}

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

// The library does not hold the screen at all, not even behind `await import()`.
const NEVER_IN_LIBRARY = ['src/tui/', 'src/cli/', 'node_modules/blessed/', 'node_modules/blessed-contrib/'];

/**
 * @param {import('esbuild').Metafile} metafile
 * @throws {Error} when a package is there twice, or loaded sooner than it may be.
 */
export function checkChunks(metafile) {
  checkOneCopy(metafile, 'blessed');
  for (const entry of ['dist/cli.js', 'dist/index.js']) {
    const inputs = inputsOf(metafile, entry, ['import-statement']);
    for (const [prefix, name] of Object.entries(LAZY)) {
      const input = inputs.find((file) => file.startsWith(prefix));
      if (input) throw new Error(`${entry} loads ${name} at once (${input}); import it with await import()`);
    }
  }
  const library = inputsOf(metafile, 'dist/index.js', ['import-statement', 'dynamic-import']);
  const wrong = library.find((file) => NEVER_IN_LIBRARY.some((prefix) => file.startsWith(prefix)));
  if (wrong) throw new Error(`dist/index.js reaches ${wrong}; the library must not`);
}

function inputsOf(metafile, entry, kinds) {
  const seen = new Set();
  const visit = (file) => {
    const output = metafile.outputs[file];
    if (!output || seen.has(file)) return;
    seen.add(file);
    for (const {path, kind} of output.imports) if (kinds.includes(kind)) visit(path);
  };
  visit(entry);
  return [...seen].flatMap((file) => Object.keys(metafile.outputs[file].inputs));
}

function checkOneCopy(metafile, name) {
  const pattern = new RegExp(`^(.*node_modules/${name})/`);
  const copies = new Set(Object.keys(metafile.inputs).flatMap((file) => file.match(pattern)?.[1] ?? []));
  if (copies.size > 1) throw new Error(`${name} is bundled ${copies.size} times: ${[...copies].join(', ')}`);
}

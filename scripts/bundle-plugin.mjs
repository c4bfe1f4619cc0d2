import {readFile} from 'node:fs/promises';
import {builtinModules} from 'node:module';
import path from 'node:path';

// All that Screen, Element and Box need: Screen asks for Log, which stands on the scrollable boxes.
const WIDGETS = ['Node', 'Screen', 'Element', 'Box', 'Text', 'ScrollableBox', 'ScrollableText', 'Log'];

const TERMINFO = ['xterm-256color', 'linux'];

// Each edit must find its text, or the package has changed and somebody has to look.
const PATCHES = [
  {
    file: /blessed[\\/]lib[\\/]widget\.js$/,
    // A bundler cannot follow a require() of a computed name.
    edits: () => [
      [/widget\.classes = \[[\s\S]*?\];/, `widget.classes = ${JSON.stringify(WIDGETS)};`],
      [/widget\.classes\.forEach\([\s\S]*?\n\}\);/, WIDGETS.map(staticWidget).join('\n')],
      [/widget\.aliases = \{[\s\S]*?\};/, 'widget.aliases = {};'],
    ],
  },
  {
    file: /blessed[\\/]lib[\\/]tput\.js$/,
    // Terminal descriptions travel inside the bundle; their "folder" is the file system's root.
    edits: async (file) => [
      [/^var assert = /m, `var bundledTerminfo = ${JSON.stringify(await terminfo(file))};\nvar assert = `],
      ["injectTerminfo(__dirname + '/../usr/xterm')", "injectTerminfo(path.sep + 'xterm-256color')"],
      [
        "injectTerminfo(__dirname + '/../usr/' + name)",
        "injectTerminfo(path.sep + (bundledTerminfo[name] ? name : 'xterm-256color'))",
      ],
      ["injectTermcap(__dirname + '/../usr/xterm.termcap')", "injectTermcap(path.sep + 'xterm.termcap')"],
      ["injectTermcap(__dirname + '/../usr/' + name", 'injectTermcap(path.sep + name'],
      [
        'data = fs.readFileSync(file);',
        "data = path.dirname(file) === path.sep ? Buffer.from(bundledTerminfo[path.basename(file)], 'base64')" +
          ' : fs.readFileSync(file);',
      ],
    ],
  },
  // Outside node_modules, `new Buffer` prints a deprecation warning across the screen.
  {file: /drawille-blessed-contrib[\\/]index\.js$/, edits: () => [['new Buffer(', 'Buffer.alloc(']]},
  {file: /blessed[\\/]lib[\\/]gpmclient\.js$/, edits: () => [[/new Buffer\(/g, 'Buffer.alloc(']]},
];

// conf loads these for `schema` and `migrations`, which memtop does not use.
const STUBS = {
  'ajv/dist/2020.js':
    'export const Ajv2020 = class { constructor() { throw new Error("ajv is not bundled"); } };',
  'ajv-formats': 'export default {};',
  semver: 'export default {};',
};

/** @type {import('esbuild').Plugin} */
export const bundlePlugin = {
  name: 'memtop',
  setup(build) {
    const found = new Set();
    for (const patch of PATCHES) {
      build.onLoad({filter: patch.file}, async ({path: file}) => {
        found.add(patch.file);
        const source = await readFile(file, 'utf8');
        return {contents: applyEdits(source, await patch.edits(file), file), loader: 'js'};
      });
    }
    build.onEnd(({errors, metafile}) => {
      const usesBlessed = Object.keys(metafile?.inputs ?? {}).some((input) => input.includes('/blessed/'));
      const missing = usesBlessed ? PATCHES.filter(({file}) => !found.has(file)) : [];
      const text = missing.map(({file}) => `nothing to patch for ${file}`).join('; ');
      return {errors: errors.length === 0 && missing.length > 0 ? [{text}] : []};
    });
    nameExports(build, 'systeminformation');
    nameExports(build, 'prom-client');
    stubConf(build);
    requireBuiltins(build);
  },
};

function applyEdits(source, edits, file) {
  return edits.reduce((text, [pattern, replacement]) => {
    const found = typeof pattern === 'string' ? text.includes(pattern) : text.search(pattern) >= 0;
    if (!found) throw new Error(`${file}: no longer contains ${pattern}; look at the patch in scripts/`);
    return text.replace(pattern, () => replacement);
  }, source);
}

function staticWidget(name) {
  const file = name.toLowerCase();
  return `widget.${name} = widget.${file} = require('./widgets/${file}');`;
}

async function terminfo(tputFile) {
  const folder = path.join(path.dirname(tputFile), '../usr');
  const read = async (name) => [name, (await readFile(path.join(folder, name))).toString('base64')];
  return Object.fromEntries(await Promise.all(TERMINFO.map(read)));
}

// Of a CommonJS package a bundle's `await import()` has only `default`; Node gives the names too.
function nameExports(build, name) {
  build.onResolve({filter: new RegExp(`^${name}$`)}, ({kind}) =>
    kind === 'dynamic-import' ? {path: name, namespace: 'named'} : undefined,
  );
  build.onLoad({filter: new RegExp(`^${name}$`), namespace: 'named'}, async () => {
    const names = Object.keys((await import(name)).default);
    const contents = `import all from '${name}'; export default all; export const {${names.join(', ')}} = all;`;
    return {contents, resolveDir: process.cwd()};
  });
}

function stubConf(build) {
  build.onResolve({filter: /^(ajv|ajv-formats|semver)(\/|$)/}, ({path: name, importer}) => {
    if (!/[\\/]conf[\\/]/.test(importer)) return undefined;
    if (!(name in STUBS)) throw new Error(`conf now loads ${name}; look at the stubs in scripts/`);
    return {path: name, namespace: 'stub'};
  });
  build.onLoad({filter: /.*/, namespace: 'stub'}, ({path: name}) => ({contents: STUBS[name]}));
}

// CommonJS packages call require('fs'), which an ES module does not have.
function requireBuiltins(build) {
  const filter = new RegExp(
    `^(node:)?(${builtinModules.filter((name) => !name.startsWith('_')).join('|')})$`,
  );
  build.onResolve({filter}, ({path: name, kind}) =>
    kind === 'require-call' ? {path: name.replace(/^node:/, ''), namespace: 'builtin'} : undefined,
  );
  build.onLoad({filter: /.*/, namespace: 'builtin'}, ({path: name}) => ({
    contents: `module.exports = require('#create-require').nodeRequire('node:${name}');`,
  }));
  build.onResolve({filter: /^#create-require$/}, () => ({path: 'create-require', namespace: 'shim'}));
  build.onLoad({filter: /.*/, namespace: 'shim'}, () => ({
    contents:
      "import {createRequire} from 'node:module'; export const nodeRequire = createRequire(import.meta.url);",
  }));
}

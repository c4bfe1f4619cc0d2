import {readFile} from 'node:fs/promises';
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
      // Hundreds of capabilities, of which a screen uses a dozen: each is compiled when it is first used.
      [
        'info.methods[key] = self._compile(info, key, info.all[key]);',
        `var method;
        info.methods[key] = typeof info.all[key] !== 'string' || info.all[key] === ''
          ? self._compile(info, key, info.all[key])
          : function() {
              method = method || self._compile(info, key, info.all[key]);
              return method.apply(this, arguments);
            };`,
      ],
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
  {
    file: /blessed[\\/]lib[\\/]gpmclient\.js$/,
    edits: () => [
      [/new Buffer\(/g, 'Buffer.alloc('],
      // It is of use on the console alone, and slow to load.
      ["var net = require('net');", ''],
      ['net.createConnection(', "require('net').createConnection("],
    ],
  },
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
    stubConf(build);
    onlyUsedMatrices(build);
    lightBlessed(build);
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

// The canvas draws in the plane, and asks for all of gl-matrix.
function onlyUsedMatrices(build) {
  build.onResolve({filter: /^gl-matrix$/}, ({resolveDir}) => ({
    path: 'gl-matrix',
    namespace: 'matrices',
    pluginData: resolveDir,
  }));
  build.onLoad({filter: /.*/, namespace: 'matrices'}, ({pluginData}) => ({
    contents: ['mat2d', 'vec2']
      .map((name) => `export * as ${name} from 'gl-matrix/lib/gl-matrix/${name}.js';`)
      .join('\n'),
    resolveDir: pluginData,
  }));
}

// blessed asks for parts of Node that take longer to load than all of it: one to check terminal descriptions, and one
// to start programs, which a screen does nowhere but on the console of Windows.
const LIGHT = {
  assert: `const check = (isTrue) => { if (!isTrue) throw new Error('a terminal description that cannot be read'); };
    module.exports = Object.assign(check, {ok: check, equal: (one, other) => check(one == other)});`,
  child_process: ['spawn', 'execSync', 'execFileSync']
    .map((name) => `exports.${name} = (...args) => require('node:child_process').${name}(...args);`)
    .join('\n'),
};

function lightBlessed(build) {
  build.onResolve({filter: /^(assert|child_process)$/}, ({path: name, importer}) =>
    /[\\/]blessed[\\/]/.test(importer) ? {path: name, namespace: 'light'} : undefined,
  );
  build.onLoad({filter: /.*/, namespace: 'light'}, ({path: name}) => ({contents: LIGHT[name]}));
}

function stubConf(build) {
  build.onResolve({filter: /^(ajv|ajv-formats|semver)(\/|$)/}, ({path: name, importer}) => {
    if (!/[\\/]conf[\\/]/.test(importer)) return undefined;
    if (!(name in STUBS)) throw new Error(`conf now loads ${name}; look at the stubs in scripts/`);
    return {path: name, namespace: 'stub'};
  });
  build.onLoad({filter: /.*/, namespace: 'stub'}, ({path: name}) => ({contents: STUBS[name]}));
}

import {builtinModules, createRequire} from 'node:module';

/** Parts of Node that take milliseconds to load, and that the first frame does without. */
const SLOW_BUILTINS = ['child_process', 'crypto', 'net', 'zlib', 'http', 'https', 'tls'];

/** Loaded only where it is used, and uses classes of theirs. */
const LATE = /sinks[\\/]prometheus[\\/]|exporter-secrets/;

/** Packages that are files of their own in a folder beside the bundle, each under its name. */
export function asideIn(folder, names) {
  return {
    name: 'aside',
    setup(build) {
      build.onResolve({filter: new RegExp(`^(${names.join('|')})$`)}, ({path, kind}) =>
        kind === 'dynamic-import' ? {path: `${folder}/${path}.cjs`, external: true} : undefined,
      );
    },
  };
}

/**
 * Such a file itself, with what Node's `import()` would give of the package.
 * @type {import('esbuild').Plugin}
 */
export const aside = {
  name: 'aside-entry',
  setup(build) {
    build.onResolve({filter: /^aside:/}, ({path}) => ({
      path: path.replace('aside:', ''),
      namespace: 'aside',
    }));
    build.onLoad({filter: /.*/, namespace: 'aside'}, ({path}) => ({
      contents: `const all = require('${path}'); module.exports = all.default ?? all;`,
      resolveDir: process.cwd(),
    }));
  },
};

/**
 * Leaves commands out of a program that is never asked for them.
 * @param {readonly string[]} commands by the names of their files
 */
export function leaveOut(commands) {
  if (commands.length === 0) throw new Error('no commands to leave out; look at where they are listed');
  return {
    name: 'leave-out',
    setup(build) {
      const filter = new RegExp(`[\\/](${commands.join('|')})\\.ts$`);
      build.onResolve({filter}, ({path, kind, importer}) =>
        kind === 'dynamic-import' && importer.endsWith('main.ts') ? {path, namespace: 'left-out'} : undefined,
      );
      build.onLoad({filter: /.*/, namespace: 'left-out'}, ({path}) => ({
        contents: `throw new Error(${JSON.stringify(`${path} is in another program`)});`,
      }));
    },
  };
}

/**
 * The functions of slow parts of Node load them when they are first called. A class of theirs is not to be had so: to
 * import one fails the build.
 * @type {import('esbuild').Plugin}
 */
export const lazyBuiltins = {
  name: 'lazy-builtins',
  setup(build) {
    const filter = new RegExp(`^node:(${SLOW_BUILTINS.join('|')})$`);
    build.onResolve({filter}, ({path, kind, namespace, importer}) =>
      kind === 'import-statement' && namespace !== 'lazy' && !LATE.test(importer)
        ? {path, namespace: 'lazy', sideEffects: false}
        : undefined,
    );
    build.onLoad({filter, namespace: 'lazy'}, ({path}) => ({contents: forwarders(path), resolveDir: '.'}));
  },
};

function forwarders(name) {
  if (!builtinModules.includes(name.replace('node:', ''))) throw new Error(`${name} is no part of Node`);
  const functions = Object.entries(createRequire(import.meta.url)(name)).filter(
    ([key, value]) => typeof value === 'function' && /^[a-z]\w*$/.test(key),
  );
  const lines = functions.map(
    ([key]) => `export const ${key} = (...args) => require('${name}').${key}(...args);`,
  );
  return lines.join('\n');
}

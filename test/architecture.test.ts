import {execFile} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, relative, sep} from 'node:path';
import {promisify} from 'node:util';
import {describe, expect, it, onTestFinished} from 'vitest';
import {importsOf, violations} from './architecture.ts';

const SRC = join(import.meta.dirname, '../src');
const CORE = join(import.meta.dirname, 'tsconfig.core.json');
const TSC = join(import.meta.dirname, '../node_modules/typescript/bin/tsc');

describe('src/', () => {
  it('has no forbidden import, no cycle, no clock in core/ and no overlong file', () => {
    const names = readdirSync(SRC, {recursive: true, withFileTypes: true}).filter((entry) =>
      /\.ts$/.test(entry.name),
    );
    const files = names
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => ({path: relative(SRC, file).split(sep).join('/'), text: readFileSync(file, 'utf8')}));
    expect(files.length).toBeGreaterThan(0);
    expect(violations(files)).toEqual([]);
  });

  it('has a core/ that compiles without the types of Node', async () => {
    expect(await typecheck(CORE)).toBe('');
  });
});

describe('the check', () => {
  const check = (path: string, text: string) => violations([{path, text}]);

  it('sees every kind of import', () => {
    const text = `
      import {a} from './a.ts';
      import type {B} from './b.ts';
      import {
        c,
        type C,
      } from './c.ts';
      import './d.ts';
      import * as e from 'node:e';
      export {f} from './f.ts';
      export type {G} from './g.ts';
      export * from './h.ts';
      import type from './i.ts';
      const j = await import('./j.ts');
      type K = typeof import('./k.ts');
      const l: import('./l.ts').L = 0;
      // import {m} from './m.ts';
      /** As in: import('./n.ts') */
      export interface R {
        kind: 'r';
      }
      export const o = 'x'; const p = "import {q} from './q.ts'";
    `;
    expect(importsOf(text)).toEqual([
      {specifier: './a.ts', kind: 'static'},
      {specifier: './b.ts', kind: 'type'},
      {specifier: './c.ts', kind: 'static'},
      {specifier: './d.ts', kind: 'static'},
      {specifier: 'node:e', kind: 'static'},
      {specifier: './f.ts', kind: 'static'},
      {specifier: './g.ts', kind: 'type'},
      {specifier: './h.ts', kind: 'static'},
      {specifier: './i.ts', kind: 'static'},
      {specifier: './j.ts', kind: 'dynamic'},
      {specifier: './k.ts', kind: 'type'},
      {specifier: './l.ts', kind: 'type'},
    ]);
  });

  it.each([
    ['core/a.ts', `import {b} from './b.ts';`],
    ['sources/gpu/a.ts', `import type {b} from '../../core/b.ts'; import {c} from '../host.ts';`],
    ['sources/real-host.ts', `import fs from 'node:fs';\nawait import('systeminformation');`],
    ['sinks/a.ts', `import {b} from '../core/b.ts';\nimport fs from 'node:fs';`],
    ['sinks/prometheus/a.ts', `import type {b} from 'prom-client';\nawait import('prom-client');`],
    ['config/a.ts', `import os from 'node:os';\nconst {default: Conf} = await import('conf');`],
    ['monitor/a.ts', `import {b} from '../core/b.ts';\nimport {c} from './c.ts';`],
    ['tui/app.ts', `import {b} from './panels/b.ts';\nimport type {c} from '../config/c.ts';`],
    ['tui/theme.ts', `import dark from '../../themes/dark.json' with {type: 'json'};`],
    [
      'tui/widgets.ts',
      `import blessed from 'blessed';\nimport c from 'blessed-contrib/lib/widget/canvas.js';`,
    ],
    ['tui/terminal.ts', `import {writeSync} from 'node:fs';`],
    ['index.ts', `/** Text. */\nexport {a} from './monitor/a.ts';\nexport type {b} from './core/b.ts';\n`],
    ['cli/main.ts', `import {a} from '../monitor/a.ts';\nconst {b} = await import('../tui/app.ts');`],
    ['core/names.ts', `for (const process of list) add(process.pid, new Date(at));`],
  ])('allows %s: %s', (path, text) => {
    expect(check(path, text)).toEqual([]);
  });

  it.each([
    ['core/a.ts', `import {b} from '../sources/b.ts';`],
    ['core/a.ts', `import type {b} from '../config/b.ts';`],
    ['core/a.ts', `import fs from 'node:fs';`],
    ['core/a.ts', `import si from 'systeminformation';`],
    ['core/a.ts', `setInterval(run, 1000);`],
    ['core/a.ts', `const at = Date.now();`],
    ['core/a.ts', `const home = process.env.HOME;`],
    ['sources/a.ts', `import fs from 'node:fs';`],
    ['sources/a.ts', `await import('systeminformation');`],
    ['sources/real-host.ts', `import si from 'systeminformation';`],
    ['sources/a.ts', `import {b} from '../sinks/b.ts';`],
    ['sinks/a.ts', `import {b} from '../sources/b.ts';`],
    ['sinks/a.ts', `export * from '../monitor/a.ts';`],
    ['config/a.ts', `import Conf from 'conf';`],
    ['config/a.ts', `import {b} from '../tui/b.ts';`],
    ['sinks/a.ts', `await import('prom-client');`],
    ['sinks/prometheus/a.ts', `import {b} from 'prom-client';`],
    ['monitor/a.ts', `await import('../tui/app.ts');`],
    ['monitor/a.ts', `import {a} from '../cli/a.ts';`],
    ['tui/app.ts', `import {b} from '../config/b.ts';`],
    ['tui/app.ts', `import type {b} from '../sources/b.ts';`],
    ['tui/app.ts', `import blessed from 'blessed';`],
    ['tui/panels/a.ts', `import type {Box} from 'blessed';`],
    ['tui/panels/a.ts', `import canvas from 'blessed-contrib/lib/widget/canvas.js';`],
    ['tui/app.ts', `import fs from 'node:fs';`],
    ['index.ts', `export {a} from './tui/a.ts';`],
    ['index.ts', `export {a} from './cli/a.ts';`],
    ['index.ts', `export const a = 1;`],
    ['index.ts', `import {a} from './monitor/a.ts';`],
    ['cli/main.ts', `import {b} from '../tui/app.ts';`],
    ['cli/main.ts', `import Conf from 'conf';`],
    ['cli/main.ts', `await import(name);`],
    ['other/a.ts', `const a = 1;`],
  ])('refuses %s: %s', (path, text) => {
    expect(check(path, text)).toEqual([expect.stringMatching(new RegExp(`^${path}: `))]);
  });

  it('tells the file and its length', () => {
    expect(check('core/a.ts', 'x;\n'.repeat(301))).toEqual(['core/a.ts: 301 lines, at most 300']);
  });

  it.each(['process.env', 'setTimeout(f, 1)', 'console.log()'])('refuses %s by types', async (code) => {
    const folder = mkdtempSync(join(tmpdir(), 'memtop-core-'));
    onTestFinished(() => rmSync(folder, {recursive: true}));
    const project = join(folder, 'tsconfig.json');
    writeFileSync(project, JSON.stringify({extends: CORE, include: [folder]}));
    writeFileSync(join(folder, 'a.mts'), `const f = () => {};\nexport const a = [f, ${code}];\n`);
    expect(await typecheck(project)).toMatch(/^\S*a\.mts\(2,\d+\): error TS\d+: Cannot find name '\w+'/);
  });

  it('refuses a cycle, of types and of itself too', () => {
    const files = [
      {path: 'core/a.ts', text: `import {b} from './b.ts';`},
      {path: 'core/b.ts', text: `import type {c} from './c.ts';`},
      {path: 'core/c.ts', text: `const a = await import('./a.ts');`},
      {path: 'core/d.ts', text: `import {d} from './d.ts';\nimport {a} from './a.ts';`},
    ];
    expect(violations(files)).toEqual([
      'cycle: core/a.ts → core/b.ts → core/c.ts → core/a.ts',
      'cycle: core/d.ts → core/d.ts',
    ]);
  });
});

/** What the compiler finds wrong. */
async function typecheck(project: string): Promise<string> {
  try {
    await promisify(execFile)(process.execPath, [TSC, '-p', project]);
    return '';
  } catch (error) {
    return error instanceof Error && 'stdout' in error
      ? String(error.stdout) || error.message
      : String(error);
  }
}

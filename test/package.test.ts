import {execFile} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const {version} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
// Windows starts npm.cmd through a shell only.
const shell = process.platform === 'win32';
const run = promisify(execFile);

// realpath: macOS's temporary folder is a link, and a link is not where npm installs.
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'memtop-package-')));
const installed = join(folder, 'node_modules', 'memtop');

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly {readonly path: string}[];
}

let packed: Packed;

beforeAll(async () => {
  if (!existsSync(join(ROOT, 'dist/cli.cjs'))) throw new Error('nothing to pack: run `npm run build` before');
  // The build has been made: its scripts must not make it again under the other tests.
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const answer = JSON.parse((await run('npm', args, {cwd: ROOT, shell})).stdout);
  // npm 11 and before answer with a list, later ones by name.
  packed = Array.isArray(answer) ? answer[0] : answer.memtop;
  writeFileSync(join(folder, 'package.json'), '{"name": "consumer", "private": true, "type": "module"}');
  await npm(
    'install',
    join(folder, packed.filename),
    '--ignore-scripts',
    '--offline',
    '--no-audit',
    '--no-fund',
  );
});

afterAll(() => rmSync(folder, {recursive: true, force: true}));

describe('the package', () => {
  it('is smaller than 1 MB', () => {
    expect(packed.size).toBeLessThan(1_000_000);
  });

  it('holds the build, the themes, what deploys it and what people read, and nothing else', () => {
    const paths = packed.files.map(({path}) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['package.json', 'LICENSE', 'dist/index.js', 'dist/cli.cjs']),
    );
    const allowed =
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|themes\/[\w-]+\.json|deploy\/.*\.(?:yml|json|service)|dist\/.*(?<!\.map))$/;
    expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
  });

  it('brings no other package', async () => {
    const {dependencies} = JSON.parse((await npm('ls', '--all', '--json')).stdout);
    expect(Object.keys(dependencies)).toEqual(['memtop']);
    expect(dependencies.memtop.dependencies).toBeUndefined();
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    expect(manifest).not.toHaveProperty('dependencies');
    expect(manifest).not.toHaveProperty('optionalDependencies');
  });

  it('names what is bundled, with the licences', () => {
    const text = readFileSync(join(installed, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const name of ['blessed', 'blessed-contrib', 'systeminformation', 'conf']) {
      expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(MIT\\)$`, 'm'));
    }
    expect(text).toContain('Permission is hereby granted');
    expect(readFileSync(join(installed, 'LICENSE'), 'utf8')).toContain('memtop contributors');
  });
});

describe('the installed program', () => {
  it('tells its version', async () => {
    const {stdout, stderr} = await npm('exec', '--offline', '--', 'memtop', '--version');
    expect(stdout).toContain(version);
    expect(stderr).not.toContain('Warning');
  });

  it('starts as a command of its own', async () => {
    const {stdout} = await run(join(folder, 'node_modules', '.bin', 'memtop'), ['--version'], {shell});
    expect(stdout).toContain(version);
  });
});

describe('the installed library', () => {
  it('exports the monitor, metrics and alerts', async () => {
    const code = `
      import {getMonitor, MemoryAlert, MemoryMetrics, SimpleMemoryMonitor} from 'memtop';
      const monitor = getMonitor();
      console.log(JSON.stringify([
        monitor instanceof SimpleMemoryMonitor,
        monitor.metrics instanceof MemoryMetrics,
        monitor.alert instanceof MemoryAlert,
      ]));
      await monitor.stop();
    `;
    writeFileSync(join(folder, 'use.js'), code);
    const {stdout, stderr} = await node('use.js');
    expect(JSON.parse(stdout)).toEqual([true, true, true]);
    expect(stderr).toBe('');
  });

  it('lets its package.json be read', async () => {
    const code = `import manifest from 'memtop/package.json' with {type: 'json'}; console.log(manifest.version);`;
    writeFileSync(join(folder, 'manifest.js'), code);
    expect((await node('--no-warnings', 'manifest.js')).stdout.trim()).toBe(version);
  });

  it('type-checks where it is used, under strict settings', async () => {
    const code = `
      import {getMonitor, MemoryAlert, MemoryMetrics, SimpleMemoryMonitor} from 'memtop';
      const monitor: SimpleMemoryMonitor = getMonitor({checkIntervalSeconds: 60});
      export const metrics: MemoryMetrics = monitor.metrics;
      export const alert: MemoryAlert = monitor.alert;
      // @ts-expect-error An option that is not there, so that types which are all "any" do not pass.
      getMonitor({checkIntervalFortnights: 1});
      // @ts-expect-error Metrics are no monitor.
      export const wrong: SimpleMemoryMonitor = metrics;
    `;
    writeFileSync(join(folder, 'use.ts'), code);
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      module: 'nodenext',
      target: 'es2022',
      // Whoever uses it need not have Node's types.
      types: [],
      skipLibCheck: false,
      noEmit: true,
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({compilerOptions, files: ['use.ts']}));
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const {stdout} = await node(tsc, '-p', 'tsconfig.json').catch((error) => error);
    expect(stdout).toBe('');
  });
});

function npm(...args: readonly string[]) {
  return run('npm', [...args], {cwd: folder, shell});
}

function node(...args: readonly string[]) {
  return run(process.execPath, [...args], {cwd: folder});
}

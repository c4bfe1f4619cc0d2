import {chmodSync, mkdirSync, readdirSync, readFileSync, statSync} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {reportHtml} from '../../src/sinks/report/html.ts';
import {reportMarkdown} from '../../src/sinks/report/markdown.ts';
import {isUp, memtop} from '../e2e/live-screen.ts';
import {injected, launch, run, type Workplace, workplace} from '../e2e/program.ts';
import {hostileFacts, hostileRun} from '../sinks/report/hostile.ts';
import {elementsOf} from '../sinks/report/parse-html.ts';
import {howMany} from './depth.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const textOf = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** Tells of every program that is started and of all that reaches for a network, in a file of the place. */
const LISTENER = `
import {appendFileSync} from 'node:fs';
import child from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';
import {syncBuiltinESMExports} from 'node:module';
const tell = (what) => appendFileSync(process.env.CALLS, JSON.stringify(what) + '\\n');
const before = (object, name, what) => {
  const original = object[name];
  object[name] = function (...args) { tell(what(...args)); return original.apply(this, args); };
};
before(child.ChildProcess.prototype, 'spawn', ({file, args}) => ['program', file, args]);
for (const name of ['spawnSync', 'execSync', 'execFileSync']) before(child, name, (...args) => ['program at once', name, args[0]]);
before(net.Socket.prototype, 'connect', (...args) => ['connect', String(JSON.stringify(args[0]))]);
before(net.Server.prototype, 'listen', (...args) => ['listen', String(JSON.stringify(args[0]))]);
before(dgram, 'createSocket', () => ['datagram']);
for (const name of Object.keys(dns)) if (/^(lookup|resolve|reverse)/.test(name)) before(dns, name, (host) => ['name', name, host]);
syncBuiltinESMExports();
tell(['begun']);
`;

function listening(place: Workplace) {
  const env = {...injected(place, LISTENER), CALLS: place.file('calls.txt')};
  const calls = () =>
    readFileSync(place.file('calls.txt'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown[])
      .filter(([what]) => what !== 'begun');
  return {env, calls};
}

describe('nothing listens, calls out or starts a program unless it was asked to', () => {
  test('without a screen', async () => {
    using place = workplace();
    const {env, calls} = listening(place);
    expect((await run(['once', '--json'], place, env)).code).toBe(0);
    const watch = launch(
      ['watch', '--interval', '100ms', '--log', 'run.jsonl', '--report', 'run.html'],
      place,
      env,
    );
    await watch.said('memtop watch: every');
    await expect.poll(() => place.lines('run.jsonl').length).toBeGreaterThan(5);
    watch.kill('SIGTERM');
    expect((await watch.done).code).toBe(143);
    for (const args of [
      ['report', '--format', 'html', 'run.jsonl'],
      ['export', 'run.jsonl'],
      ['config'],
      ['mark', 'x'],
    ])
      await run(args, place, env);
    expect(calls()).toEqual([]);
  });

  test('with the screen', async () => {
    using place = workplace();
    const {env, calls} = listening(place);
    await using screen = memtop(place, ['--interval', '100ms'], {env});
    await screen.waitFor(isUp);
    for (const key of 'e?th') screen.press(key);
    await screen.waitFor(isUp);
    screen.press('q');
    await screen.waitForExit();
    expect(calls()).toEqual([]);
  });

  test('but for the job, which is started as it was given, and by no shell', async () => {
    using place = workplace();
    const {env, calls} = listening(place);
    const words = ['/bin/echo', '$(touch hacked); `id` | cat > hacked && x', '*', ';', '"'];
    const {code, stdout} = await run(['run', '--quiet', '--', ...words], place, env);
    expect([code, stdout]).toEqual([0, `${words.slice(1).join(' ')}\n`]);
    expect(calls()).toEqual([['program', '/bin/echo', words]]);
    expect(readdirSync(place.folder)).not.toContain('hacked');
  });

  test('and what does is seen here', async () => {
    using place = workplace();
    const {env, calls} = listening(place);
    const args = ['--on-alert', '/bin/true $(x)', '--webhook', 'http://127.0.0.1:4999/x'];
    await run(['test-alert', ...args], place, env);
    expect(calls().map(([what]) => what)).toEqual(expect.arrayContaining(['program', 'connect']));
    expect(calls().filter(([what]) => what === 'program')).toEqual([
      ['program', '/bin/true', ['/bin/true', '$(x)']],
    ]);
    const serve = launch(['serve', '--prometheus', '0'], place, env);
    await serve.said('metrics on');
    serve.kill('SIGTERM');
    await serve.done;
    expect(calls().map(([what]) => what)).toContain('listen');
  });
});

describe('no text from outside reaches a shell', () => {
  const sources = readdirSync(path.join(ROOT, 'src'), {recursive: true, encoding: 'utf8'}).filter((file) =>
    file.endsWith('.ts'),
  );

  test('in the sources: programs are started by name and words, and the one script of a shell is a constant', () => {
    expect(sources.length).toBeGreaterThan(300);
    for (const file of sources) {
      const text = textOf(`src/${file}`);
      expect(text, file).not.toMatch(
        /\bexec(?:Sync)?\s*\(\s*[`'"]|\bshell\s*:|\bimport \{[^}]*\bexec(?:Sync)?\b[^}]*\} from 'node:child_process'|\beval\(|new Function\(/,
      );
      if (text.includes('child_process') && file !== 'sources/real-program.ts')
        expect(text, file).not.toMatch(/['"`](?:\/bin\/)?(?:ba|da|z)?sh['"`]|cmd\.exe/);
    }
    const guard = /^const GUARD = '([^'\n]*)';$/m.exec(textOf('src/sources/real-program.ts'))?.[1] ?? '';
    expect(guard).toMatch(/^"\$@" </);
    expect(guard).not.toMatch(/eval|`|\$\(/);
  });

  test('in the build: no program is started through a shell but by systeminformation', () => {
    const built = [
      'cli.cjs',
      'live.cjs',
      'whole.cjs',
      'index.js',
      'graphics.js',
      'chunks/conf.cjs',
      'chunks/prom-client.cjs',
      'chunks/hyparquet-writer.cjs',
    ];
    for (const file of built) expect(textOf(`dist/${file}`), file).not.toMatch(/shell:\s*(?:true|!0|"|')/);
    // Reached on macOS and Windows alone, and by these calls alone, none of which takes an argument.
    const calls = sources.flatMap((file) =>
      textOf(`src/${file}`).includes("import('systeminformation')") ? [file] : [],
    );
    expect(calls.sort()).toEqual(['sources/real-graphics.ts', 'sources/real-host.ts']);
    const host = textOf('src/sources/real-host.ts');
    const used = /default: \{([^}]*)\},\s*\} = await import\('systeminformation'\)/.exec(host)?.[1] ?? '';
    expect(
      used
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean)
        .sort(),
    ).toEqual(['mem', 'processes']);
  });
});

describe('what memtop is built of', () => {
  const manifest = JSON.parse(textOf('package.json'));
  const lock = JSON.parse(textOf('package-lock.json'));

  test('is pinned: each package by its exact version, with the hash of its content', () => {
    for (const [name, version] of Object.entries(manifest.devDependencies))
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
    expect(lock.packages[''].devDependencies).toEqual(manifest.devDependencies);
    const packages = Object.entries(lock.packages as Record<string, {integrity?: string}>).slice(1);
    for (const [name, {integrity}] of packages) {
      expect(integrity, name).toMatch(/^sha512-/);
    }
  });

  test('and installs nothing with it, and runs nothing where it is installed', () => {
    for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies'])
      expect(manifest).not.toHaveProperty(kind);
    for (const script of ['preinstall', 'install', 'postinstall'])
      expect(manifest.scripts).not.toHaveProperty(script);
  });
});

describe.skipIf(process.platform === 'win32').each([0o000, 0o022].slice(0, howMany(2, 1)))(
  'with umask %o, only their user can read',
  (umask) => {
    test('all the files and folders that memtop makes', async () => {
      using place = workplace();
      chmodSync(place.folder, 0o700);
      const env = {
        ...injected(place, `process.umask(${umask});`),
        XDG_CONFIG_HOME: place.file('made/config'),
        XDG_CACHE_HOME: place.file('made/cache'),
        XDG_RUNTIME_DIR: place.file('runtime'),
      };
      mkdirSync(place.file('runtime'), {mode: 0o700});
      // What a job itself makes is the job's.
      const seen = new Map<string, number>();
      const look = () => {
        for (const entry of readdirSync(place.folder, {recursive: true, withFileTypes: true})) {
          const file = path.join(entry.parentPath, entry.name);
          const mode = statSync(file, {throwIfNoEntry: false})?.mode;
          if (mode !== undefined) seen.set(path.relative(place.folder, file), mode & 0o777);
        }
      };
      await run(['config', 'set', 'threshold', '85%'], place, env);
      const files = ['--log', 'made/log/a/run.jsonl', '--report', 'made/report/run.html'];
      await using screen = memtop(place, ['--interval', '100ms', ...files], {
        env: {...env, TMPDIR: place.folder},
      });
      await screen.waitFor(isUp);
      for (const key of 'ew+') screen.press(key);
      await screen.waitFor(/written to/);
      look();
      screen.press('q');
      await screen.waitForExit();
      const job = launch(
        ['run', '--quiet', '--output', 'made/output/job.txt', '--', 'echo', 'hello'],
        place,
        env,
      );
      await job.done;
      await run(['report', '--output', 'made/out/r.md', 'made/log/a/run.jsonl'], place, env);
      await run(['export', '--output', 'made/out/e.csv', 'made/log/a/run.jsonl'], place, env);
      await run(['doctor', '--capture', 'made/capture'], place, env);
      const crashed = await run(['watch'], place, {
        ...env,
        ...injected(
          place,
          `process.umask(${umask}); setTimeout(() => { throw new Error('torture'); }, 500);`,
        ),
      });
      expect(crashed.code).toBe(70);
      look();
      const own = [...seen].filter(([name]) => name !== 'tmp' && name !== 'injected.mjs');
      for (const wanted of [
        'made/config/memtop/config.json',
        'made/log/a/run.jsonl',
        'made/report/run.html',
        'made/output/job.txt',
        'made/out/r.md',
        'made/out/e.csv',
        'made/capture/doctor.json',
      ])
        expect(own.map(([name]) => name)).toContain(wanted);
      for (const kind of [/memtop-report-.*\.md$/, /memtop-history-.*\.jsonl$/, /\.marks$/, /memtop-crash-/])
        expect(
          own.some(([name]) => kind.test(name)),
          String(kind),
        ).toBe(true);
      expect(own.filter(([, mode]) => (mode & 0o077) !== 0)).toEqual([]);
    });
  },
);

describe('whatever names from outside hold', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '<',
      '>',
      '&',
      '"',
      "'",
      '</script>',
      '<script>',
      '<!--',
      '-->',
      ']]>',
      '|',
      '\\|',
      '\n',
      '\r',
      '\u2028',
      '`',
      '\\',
      '$' + '{x}',
      '<img src=x onerror=alert(1)>',
      '\u001b[2J',
      '\u202e',
      '\0',
    ),
    fc.string({unit: 'binary', maxLength: 8}),
  );
  const name = fc.array(piece, {minLength: 1, maxLength: 12}).map((pieces) => pieces.join(''));

  test('the page has the elements of one with plain names, and runs its own scripts alone', {
    timeout: 600_000,
  }, () => {
    const tags = (text: string) => {
      const html = reportHtml(hostileRun(text).report(hostileFacts(text)), hostileRun(text).chart());
      expect(html.match(/<script/g)?.length).toBe(plainScripts);
      return elementsOf(html).map(({name: tag}) => tag);
    };
    const plain = reportHtml(hostileRun('plain').report(hostileFacts('plain')), hostileRun('plain').chart());
    const plainScripts = plain.match(/<script/g)?.length;
    const wanted = new Set(elementsOf(plain).map(({name: tag}) => tag));
    fc.assert(
      fc.property(name, (text) => {
        expect([...new Set(tags(text))].filter((tag) => !wanted.has(tag))).toEqual([]);
      }),
      {numRuns: howMany(1000, 4)},
    );
  });

  test('a row of a Markdown table is one row with as many cells as its head', {timeout: 600_000}, () => {
    fc.assert(
      fc.property(name, (text) => {
        const markdown = reportMarkdown(hostileRun(text).report(hostileFacts(text)));
        for (const table of markdown.split(/\n\n/).filter((part) => part.startsWith('|'))) {
          const cells = table
            .trimEnd()
            .split('\n')
            .map((row) => row.replace(/\\[\s\S]/g, '').split('|').length);
          expect(new Set(cells).size).toBe(1);
        }
        expect(markdown).not.toMatch(/<(?!br)/);
      }),
      {numRuns: howMany(1000, 4)},
    );
  });
});

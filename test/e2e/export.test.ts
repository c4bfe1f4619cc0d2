import {spawnSync} from 'node:child_process';
import {appendFileSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {parquetReadObjects} from 'hyparquet';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {CLI, launch, NODE, run, type Workplace, workplace} from './program.ts';
import {cleanEnvironment} from './pty.ts';

const has = (program: string, args: readonly string[]) => spawnSync(program, args).status === 0;
const PROMTOOL = has('promtool', ['--version']);
const PANDAS = ['/usr/bin/python3', 'python3'].find((python) => has(python, ['-c', 'import pandas']));
const DUCKDB = ['python3', '/usr/bin/python3'].find((python) => has(python, ['-c', 'import duckdb']));
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const example = (name: string) =>
  new RegExp(`<!-- ${name} -->\n\`\`\`\\w+\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1] ??
  expect.unreachable(name);

/** Rows of CSV by the names of their columns; no cell of these holds a comma. */
function rowsOf(csv: string): readonly Readonly<Record<string, string>>[] {
  const [head = '', ...lines] = csv.trimEnd().split('\r\n');
  const names = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, index) => [names[index], cell])));
}

describe('memtop export', () => {
  let place: Workplace;
  let readings: readonly Record<string, unknown>[];

  beforeAll(async () => {
    place = workplace();
    const program = launch(
      ['watch', '--demo', '--gpus', '2', '--interval', '100ms', '--log', 'run.jsonl', '--threshold', '70'],
      place,
    );
    await program.said('MEMORY ALERT');
    program.kill('SIGTERM');
    await program.done;
    readings = place.lines('run.jsonl').filter((line) => line.event_type === undefined);
    expect(readings.length).toBeGreaterThan(10);
  }, 120_000);

  afterAll(() => place?.[Symbol.dispose]());

  test('has a row for each reading, with the figures of the log', async () => {
    const {code, stdout, stderr} = await run(['export', 'run.jsonl'], place);
    expect({code, stderr}).toEqual({code: 0, stderr: ''});
    const rows = rowsOf(stdout);
    expect(rows).toHaveLength(readings.length);
    for (const [index, {timestamp, memory, gpus, swap}] of readings.entries()) {
      const row = rows[index];
      const [first, second] = gpus as readonly {used_bytes: number; temperature_c: number}[];
      expect(row).toMatchObject({
        timestamp,
        used_bytes: String((memory as {used_bytes: number}).used_bytes),
        swap_used_bytes: String((swap as {used_bytes: number}).used_bytes),
        gpu0_used_bytes: String(first?.used_bytes),
        gpu1_temperature_c: String(second?.temperature_c),
        job_bytes: '',
      });
    }
    const processes = rowsOf((await run(['export', '--table', 'processes', 'run.jsonl'], place)).stdout);
    expect(processes[0]).toMatchObject({name: 'llama-server', pid: '4127'});
  });

  test('is the same table in Parquet, in groups of rows, and for a part', async () => {
    expect(await run(['export', '--output', 'run.parquet', 'run.jsonl'], place)).toMatchObject({
      code: 0,
      stdout: '',
    });
    const file = readFileSync(place.file('run.parquet'));
    const rows = await parquetReadObjects({
      file: file.buffer.slice(file.byteOffset, file.byteOffset + file.length),
    });
    expect(rows).toHaveLength(readings.length);
    for (const [index, {timestamp, memory}] of readings.entries())
      expect(rows[index]).toMatchObject({
        timestamp: new Date(String(timestamp)),
        used_bytes: BigInt((memory as {used_bytes: number}).used_bytes),
        gpu0_name: expect.any(String),
        job_bytes: null,
      });
    const half = String(readings[Math.floor(readings.length / 2)]?.timestamp);
    const {stdout} = await run(['export', '--from', half, 'run.jsonl'], place);
    expect(rowsOf(stdout)).toHaveLength(readings.filter(({timestamp}) => String(timestamp) >= half).length);
  });

  test('reads standard input, what is damaged, and GPUs that come late', async () => {
    const late = {
      ...readings.at(-1),
      gpus: [{index: 12, name: '=HYPERLINK("x")', used_bytes: 5, total_bytes: 10}],
    };
    const lines = [
      ...readings.slice(0, 3).map((line) => JSON.stringify(line)),
      'not json',
      JSON.stringify(late),
      '{"timestamp":"2026',
    ];
    const {status, stdout, stderr} = spawnSync(NODE, [CLI, 'export', '-'], {
      cwd: place.folder,
      env: {...cleanEnvironment(), ...place.env},
      encoding: 'utf8',
      input: lines.join('\n'),
    });
    expect({status, stderr}).toEqual({
      status: 0,
      stderr: 'memtop: 2 lines not read (4, 6) in standard input\n',
    });
    expect(stdout.split('\r\n')[0]).toMatch(/,gpu0_name,.*,gpu1_name,.*,gpu12_name,/);
    expect(stdout).toContain(`"'=HYPERLINK(""x"")",5,10,50`);
  });

  test('writes OpenMetrics series by series, and ends', async () => {
    const {stdout} = await run(['export', '--format', 'openmetrics', 'run.jsonl'], place);
    expect(stdout.endsWith('\n# EOF\n')).toBe(true);
    const order = stdout
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .map((line) => line.replace(/ [^ ]+ [^ ]+$/, ''));
    const runs = order.filter((series, index) => series !== order[index - 1]);
    expect(runs).toHaveLength(new Set(runs).size);
    const [first = {}] = readings;
    const at = (Date.parse(String(first.timestamp)) / 1000).toFixed(3);
    const used = (first.memory as {used_bytes: number}).used_bytes;
    expect(stdout).toContain(`\nmemtop_memory_used_bytes ${used} ${at}\n`);
    expect(stdout).toContain('# TYPE memtop_swap_in_pages counter\n');
    expect(stdout).toContain('\nmemtop_swap_in_pages_total ');
  });

  test('leaves out samples of a clock that was set back, which Prometheus would refuse', async () => {
    const back = {...readings[0], timestamp: '2020-01-01T00:00:00.000Z'};
    writeFileSync(
      place.file('back.jsonl'),
      [...readings, back].map((line) => JSON.stringify(line)).join('\n'),
    );
    const {code, stdout, stderr} = await run(
      ['export', '--format', 'openmetrics', '--output', 'back.om', 'back.jsonl'],
      place,
    );
    expect({code, stdout}).toEqual({code: 0, stdout: ''});
    expect(stderr).toMatch(
      /^memtop: \d+ samples left out whose time was not after that of the one before\n$/,
    );
    expect(place.read('back.om')).not.toContain(' 1577836800.000\n');
  });

  test('leaves nothing half written', async () => {
    writeFileSync(place.file('kept.csv'), 'kept');
    writeFileSync(place.file('empty.jsonl'), '{"timestamp":"2026-01-01T00:00:00Z","event_type":"START"}\n');
    const failed = await run(['export', '--output', 'kept.csv', 'empty.jsonl'], place);
    expect(failed).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'memtop: memtop export: expected a log with readings, got 1 line and no reading in them (in "empty.jsonl")\n',
    });
    expect(place.read('kept.csv')).toBe('kept');
    const full = spawnSync('sh', ['-c', `'${NODE}' '${CLI}' export run.jsonl | head -n 2`], {
      cwd: place.folder,
      env: {...cleanEnvironment(), ...place.env},
      encoding: 'utf8',
    });
    expect([full.status, full.stderr, full.stdout.split('\r\n').length]).toEqual([0, '', 3]);
  });

  test.each([
    [
      ['--format', 'html'],
      /^memtop: format: expected one of csv, parquet, openmetrics, got "html" \(from --format\); memtop report writes html$/,
    ],
    [
      ['--table', 'gpus'],
      /^memtop: table: expected one of readings, processes, got "gpus" \(from --table\)$/,
    ],
    [
      ['--table', 'processes', '--format', 'openmetrics'],
      /^memtop: memtop export: expected --table readings with openmetrics, got --table processes$/,
    ],
    [['--from', '+9d'], /^memtop: memtop export: expected readings from .*, got none; the log goes from /],
    [['--output', 'run.jsonl/x.csv'], /^memtop: memtop export: "run.jsonl\/x.csv" cannot be written: /],
    [
      ['missing.jsonl'],
      /^memtop: memtop export: expected a log with readings, got no such file \(in "missing.jsonl"\)$/,
    ],
  ])('%j is refused in one line', async (args, message) => {
    const {code, stdout, stderr} = await run(['export', ...args, 'run.jsonl'], place);
    expect({code, stdout}).toEqual({code: 2, stdout: ''});
    expect(stderr.trimEnd()).toMatch(message);
  });

  test.skipIf(!PROMTOOL)('is taken by promtool', async () => {
    const hostile = {
      ...readings.at(-1),
      timestamp: '2030-01-01T00:00:00.000Z',
      job: {
        name: 'a "b" \\ {c}\n',
        pid: 1,
        state: 'running',
        processes: 2,
        measure: 'rss',
        bytes: 5,
        rss_bytes: 5,
      },
    };
    writeFileSync(place.file('odd.jsonl'), `${readings.map((line) => JSON.stringify(line)).join('\n')}\n`);
    appendFileSync(place.file('odd.jsonl'), JSON.stringify(hostile));
    await run(['export', '--output', 'odd.om', 'odd.jsonl'], place);
    const {status, stderr, stdout} = spawnSync(
      'promtool',
      ['tsdb', 'create-blocks-from', 'openmetrics', 'odd.om', 'blocks'],
      {cwd: place.folder, encoding: 'utf8'},
    );
    expect({status, stderr}).toEqual({status: 0, stderr: ''});
    expect(stdout).toContain('NUM SAMPLES');
    // The dump wants a database that was open once.
    mkdirSync(place.file('blocks/wal'));
    const dumped = spawnSync('promtool', ['tsdb', 'dump', 'blocks'], {
      cwd: place.folder,
      encoding: 'utf8',
    }).stdout;
    const used = dumped.split('\n').filter((line) => line.includes('__name__="memtop_memory_used_bytes"'));
    expect(used).toHaveLength(readings.length + 1);
  });

  test.skipIf(PANDAS === undefined)('is read by pandas, as the README has it', async () => {
    await run(['export', '--output', 'run.csv', 'run.jsonl'], place);
    const {status, stderr, stdout} = spawnSync(PANDAS ?? '', ['-c', example('pandas')], {
      cwd: place.folder,
      encoding: 'utf8',
    });
    expect({status, stderr}).toEqual({status: 0, stderr: ''});
    const highest =
      Math.max(...readings.map(({memory}) => (memory as {used_bytes: number}).used_bytes)) / 2 ** 30;
    // How many digits it prints is its own: the figures themselves are compared.
    const figures = [...stdout.matchAll(/ (\d+\.\d+)$/gm)].map(([, figure]) => Number(figure));
    expect(Math.max(...figures)).toBeCloseTo(highest, 4);
  });

  test.skipIf(DUCKDB === undefined)('is read by DuckDB, as the README has it', async () => {
    await run(['export', '--output', 'run.parquet', 'run.jsonl'], place);
    const code = `import duckdb\nprint(duckdb.sql("""${example('duckdb')}""").fetchall())`;
    const {status, stderr, stdout} = spawnSync(DUCKDB ?? '', ['-c', code], {
      cwd: place.folder,
      encoding: 'utf8',
    });
    expect({status, stderr}).toEqual({status: 0, stderr: ''});
    expect(stdout).toMatch(/^\[\(datetime/);
  });
});

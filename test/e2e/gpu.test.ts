import {spawnSync} from 'node:child_process';
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {pathToFileURL} from 'node:url';
import {describe, expect, test} from 'vitest';
import {MIG_DOCUMENT, UUIDS} from '../sources/gpu/smi-output.ts';
import {type FakeSmi, fakeSmi, type SmiScript} from './fake-gpu.ts';
import {expectRestored, isUp, memtop} from './live-screen.ts';
import {CLI, injected, launch, NODE, run, type Workplace, workplace} from './program.ts';
import {cleanEnvironment, type PtyProgram} from './pty.ts';

const LIBRARY = pathToFileURL(path.join(path.dirname(CLI), 'index.js')).href;
/** From the key to the end, as a user feels it; the machine may be busy with other tests. */
const QUIT_MS = 200;

interface Stage {
  readonly program: PtyProgram;
  readonly smi: FakeSmi;
  readonly place: Workplace;
}

/** The built screen beside a stand-in for nvidia-smi. */
async function withSmi(
  script: SmiScript,
  args: readonly string[],
  look: (stage: Stage) => Promise<void>,
): Promise<void> {
  using place = workplace();
  const smi = fakeSmi(place, script);
  await using program = memtop(place, args, {env: smi.env});
  await look({program, smi, place});
}

const rowOf = (program: PtyProgram, name: string) =>
  program.screenText().find((row) => row.includes(name)) ?? '';

/** Waits until none of the stand-in's processes runs any more. */
async function expectNoneLeft(smi: FakeSmi, within = 3000): Promise<void> {
  const end = Date.now() + within;
  while (smi.living().length > 0 && Date.now() < end) await wait(20);
  expect(smi.living()).toEqual([]);
}

async function quit({program, smi}: Stage): Promise<void> {
  program.press('q');
  expect(await program.waitForExit()).toMatchObject({exitCode: 0});
  expectRestored(program);
  await expectNoneLeft(smi);
}

describe('GPUs of a driver that works', () => {
  test('are gauges, and whose VRAM it is stands beside each process', async () => {
    const apps = [{gpu: 0, pid: process.pid, used: 18_432}];
    const gpus = [{'memory.used': 20_000}, {'memory.used': 23_000, 'utilization.gpu': '[N/A]'}];
    await withSmi({mode: 'ok', gpus, apps}, [], async (stage) => {
      const {program, smi} = stage;
      await program.waitFor(/GPU 1 RTX 3090 +93\.6%/);
      expect(rowOf(program, 'GPU 0 RTX')).toMatch(/81\.4%.* 19\.5 \/ 24\.0 GiB .* 97% +66 °C/);
      expect(rowOf(program, 'GPU 1 RTX')).not.toMatch(/97%/);
      await program.waitFor(/HIGH +GPU 1 VRAM 93\.6%/);
      await program.waitFor(/raised +GPU 1 VRAM +93\.6% in use, threshold 90%/);
      program.press('s');
      await program.waitFor(new RegExp(`${process.pid} .*18\\.0 GiB +0( |$)`, 'm'));
      await program.waitFor('VRAM▼');
      expect(smi.starts()).toHaveLength(2);
      await quit(stage);
    });
  });

  test('are in the log, with what is missing and why', async () => {
    using place = workplace();
    const gpus = [{'memory.used': 23_000, 'temperature.gpu': '[Not Supported]'}];
    const smi = fakeSmi(place, {mode: 'ok', gpus, apps: [{gpu: 0, pid: 1, used: 22_000}]});
    const watch = launch(['watch', '--interval', '1s', '--log', 'run.jsonl'], place, smi.env);
    await watch.said('VRAM ALERT: 93.6% of GPU 0 (NVIDIA GeForce RTX 3090) in use (threshold: 90%)');
    watch.kill('SIGTERM');
    await watch.done;
    const lines = place.lines('run.jsonl');
    expect(lines.find(({gpus: list}) => list !== undefined)?.gpus).toEqual([
      {
        index: 0,
        uuid: 'GPU-00000000-1111-2222-3333-444444444444',
        name: 'NVIDIA GeForce RTX 3090',
        vendor: 'NVIDIA',
        used_mb: 23_000,
        used_bytes: 23_000 * 2 ** 20,
        total_mb: 24_576,
        total_bytes: 24_576 * 2 ** 20,
        percent: expect.closeTo(93.587, 3),
        utilization: 97,
        processes: [expect.objectContaining({pid: 1, used_mb: 22_000})],
        missing: {temperature_c: 'this GPU does not tell temperature'},
      },
    ]);
    expect(lines.find(({event_type}) => event_type === 'ALERT')).toMatchObject({what: 'GPU 0 VRAM'});
    await expectNoneLeft(smi);
  });

  test('that are cut into MIG instances are told instance by instance', async () => {
    const document = MIG_DOCUMENT.replaceAll(UUIDS[0], 'GPU-00000000-1111-2222-3333-444444444444');
    const gpus = [{'mig.mode.current': 'Enabled', 'memory.used': '[Insufficient Permissions]'}];
    await withSmi({mode: 'ok', gpus, document}, [], async (stage) => {
      const {program} = stage;
      await program.waitFor(/GPU 0\/1 .*91\.4%█.* 8\.8 \/ +9\.6 GiB/);
      expect(rowOf(program, 'GPU 0/0')).toMatch(/67\.4%/);
      expect(rowOf(program, 'GPU 0/2')).toMatch(/ 0\.2%/);
      await quit(stage);
    });
  });

  test('without memory of their own are one pool with RAM', async () => {
    const gpus = [{name: 'NVIDIA GB10', 'memory.total': '[N/A]', 'memory.used': '[N/A]'}];
    await withSmi({mode: 'ok', gpus, apps: [{gpu: 0, pid: process.pid, used: 9318}]}, [], async (stage) => {
      const {program} = stage;
      await program.waitFor(/RAM unified .*GPU 9\.1 GiB of it/);
      expect(rowOf(program, 'GPU 0')).toBe('');
      await quit(stage);
    });
  });

  test.each([
    ['ERR!', 'the driver answers "ERR!" for VRAM in use'],
    ['[Insufficient Permissions]', 'not permitted to read VRAM in use'],
    ['[Not Supported]', 'this GPU does not tell VRAM in use'],
  ])(
    'that say %s for what is in use show the reason, and the others their figures',
    async (words, reason) => {
      await withSmi({mode: 'ok', gpus: [{'memory.used': words}, {}]}, [], async (stage) => {
        const {program} = stage;
        await program.waitFor(/GPU 1 RTX 3090 +81\.4%/);
        expect(rowOf(program, 'GPU 0 RTX')).toContain(reason);
        await quit(stage);
      });
    },
  );

  test('have thresholds of their own, as sizes too, changed by keys while the GPU has the cursor', async () => {
    const gpus = [{'memory.used': 20_000}, {'memory.used': 20_000}];
    const args = ['--vram-threshold', '95%,1=19.2GB'];
    await withSmi({mode: 'ok', gpus}, args, async (stage) => {
      const {program} = stage;
      await program.waitFor(/raised +GPU 1 VRAM +81\.4% in use, threshold 74\.5%/);
      program.press('1');
      program.press('j');
      await program.waitFor(/▸RAM/);
      program.press('j');
      await program.waitFor(/▸GPU 0/);
      program.press('-');
      await program.waitFor('GPU 0 VRAM threshold 94%');
      await quit(stage);
      const kept = JSON.parse(stage.place.read('settings/memtop/config.json'));
      expect(kept.screen['vram-threshold']).toMatch(/^0=94%,1=19\.2GB$/);
    });
  });
});

/** Time and share of the newest readings of RAM, by which it is seen that they go on. */
async function expectRamGoesOn({place}: Stage): Promise<void> {
  const checks = () => place.lines('run.jsonl').filter(({percent}) => percent !== undefined).length;
  const before = checks();
  await wait(2600);
  expect(checks() - before).toBeGreaterThanOrEqual(2);
}

const RECORDED = ['--log', 'run.jsonl'];

describe('a sick driver does not hurt the monitor:', () => {
  // A busy machine may delay one of three.
  test('nvidia-smi that hangs at its start: RAM goes on, and q ends all at once', {retry: 2}, async () => {
    await withSmi({mode: 'hang'}, RECORDED, async (stage) => {
      const {program, smi} = stage;
      await program.waitFor(isUp);
      await program.waitFor(/GPU +waiting for the first reading/);
      await expectRamGoesOn(stage);
      await program.waitFor(/GPU +nvidia-smi gives no answer for \d+ s/);
      const [before, at] = [program.screenText().join('\n'), Date.now()];
      program.press('q');
      await program.waitForExit();
      expect(Date.now() - at).toBeLessThan(QUIT_MS);
      expect(before).toMatch(/RAM host/);
      expectRestored(program);
      await expectNoneLeft(smi);
    });
  });

  test('nvidia-smi that falls silent: the last figures stay, muted, with their age', async () => {
    await withSmi({mode: 'hang-later', turns: 2}, RECORDED, async (stage) => {
      const {program} = stage;
      await program.waitFor(/GPU 0 RTX 3090 +81\.4%/);
      await program.waitFor(/GPU 0 RTX 3090 +81\.4%.* 19\.5 \/ 24\.0 GiB +no answer for \d+ s/);
      await program.waitFor(/lost +GPU 0 VRAM/);
      await expectRamGoesOn(stage);
      await quit(stage);
    });
  });

  test('nvidia-smi that heeds no signal is ended with memtop', async () => {
    await withSmi({mode: 'deaf'}, [], async (stage) => {
      await stage.program.waitFor(/GPU 0 RTX 3090 +81\.4%/);
      expect(stage.smi.living()).toHaveLength(4);
      await quit(stage);
    });
  });

  test('nvidia-smi that writes half a line, and lines of other kinds', async () => {
    await withSmi({mode: 'half'}, RECORDED, async (stage) => {
      await stage.program.waitFor(/GPU +nvidia-smi gives no answer for \d+ s/);
      stage.smi.play({mode: 'ok', extra: '\nWarnung: infoROM, beschädigt\r\n'});
      await stage.program.waitFor(/GPU 0 RTX 3090 +81\.4%/);
      await quit(stage);
    });
  });

  test.each([
    [
      18,
      'Failed to initialize NVML: Driver/library version mismatch\n',
      'driver and library differ, restart needed',
    ],
    [
      9,
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n",
      'no NVIDIA driver running',
    ],
    [6, 'No devices were found\n', 'the NVIDIA driver finds no GPU'],
    [1, 'Fehler: \u001b[2Jetwas\n', 'nvidia-smi: Fehler: etwas'],
  ])('nvidia-smi that ends with %i', async (code, said, reason) => {
    await withSmi({mode: 'end', code, said}, RECORDED, async (stage) => {
      await stage.program.waitFor(`GPU  ${reason}`);
      await expectRamGoesOn(stage);
      await quit(stage);
      expect(stage.place.lines('run.jsonl').find(({gpus_missing}) => gpus_missing === reason)).toBeDefined();
    });
  });

  test('a GPU that falls off the bus is told, and the others are read on', async () => {
    const said =
      'Unable to determine the device handle for GPU0000:01:00.0: GPU is lost.  Reboot the system\n';
    await withSmi({mode: 'end', turns: 2, code: 15, said, gpus: [{}, {}, {}]}, [], async (stage) => {
      const {program, smi} = stage;
      await program.waitFor(/GPU 1 RTX 3090 +81\.4%.*fell off the bus/);
      smi.play({mode: 'ok', gpus: [{'memory.used': 12_000}, {}, {'memory.used': 6000}]});
      await program.waitFor(/GPU 0 RTX 3090 +48\.8%/);
      await program.waitFor(/GPU 2 RTX 3090 +24\.4%/);
      expect(rowOf(program, 'GPU 1 RTX')).toMatch(/fell off the bus/);
      await quit(stage);
    });
  });

  test('killed outright, memtop leaves no nvidia-smi behind, also none that writes nothing', async () => {
    for (const mode of ['ok', 'hang', 'deaf'] as const)
      await withSmi({mode}, [], async ({program, smi}) => {
        await program.waitFor(isUp);
        await expect.poll(() => smi.living().length).toBe(4);
        program.signal('SIGKILL');
        await program.waitForExit();
        await expectNoneLeft(smi);
      });
  });
});

describe('nothing is started for each refresh', () => {
  test('in ten of them, beside two programs at the start', async () => {
    await withSmi(
      {mode: 'ok', gpus: Array.from({length: 8}, () => ({}))},
      ['--interval', '250ms'],
      async (stage) => {
        await stage.program.waitFor(/GPU 7/);
        await wait(2500);
        expect(stage.smi.starts().map(({args}) => args.split('=')[0])).toEqual(
          expect.arrayContaining(['--query-gpu', '--query-compute-apps']),
        );
        expect(stage.smi.starts()).toHaveLength(2);
        await quit(stage);
      },
    );
  });
});

describe('where no vendor has a reader of its own', () => {
  test('graphics cards are asked for in a process of their own, which the bundle holds', async () => {
    using place = workplace();
    const env = injected(place, "Object.defineProperty(process, 'platform', {value: 'freebsd'});");
    const {stdout, stderr} = await run(['doctor', '--json'], place, {PATH: place.folder, ...env});
    expect(stderr).toBe('');
    const {platform, gpus} = JSON.parse(stdout);
    expect([platform, gpus]).toEqual([
      'freebsd',
      [
        {vendor: 'NVIDIA', status: 'unsupported', reason: 'none found'},
        {vendor: 'graphics', status: 'unsupported', reason: 'no GPU found'},
      ],
    ]);
  });
});

describe('in a container of its own pids', () => {
  test('a pid of the host is matched with nobody', async (context) => {
    using place = workplace();
    const smi = fakeSmi(place, {mode: 'ok', apps: [{gpu: 0, pid: 1, used: 18_432}]});
    const inside = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', NODE, CLI, 'once', '--json'], {
      cwd: place.folder,
      env: {...cleanEnvironment(), ...place.env, ...smi.env},
      encoding: 'utf8',
      timeout: 20_000,
    });
    if (inside.status !== 0) return context.skip('a namespace of pids cannot be made here');
    const {gpus} = JSON.parse(inside.stdout);
    expect(gpus[0]).toMatchObject({
      processes: [{pid: 1, used_mb: 18_432, hidden: 'its pid is not of this container'}],
      missing: {processes: 'VRAM of processes is hidden inside this container'},
    });
    expect(gpus[0].processes[0].name).toBeUndefined();
    await expectNoneLeft(smi);
  });
});

describe('without a screen', () => {
  test('once tells GPUs, and its exit code theirs where their threshold is asked for', async () => {
    using place = workplace();
    const smi = fakeSmi(place, {mode: 'ok', gpus: [{'memory.used': 23_000}]});
    const plain = await run(['once'], place, smi.env);
    expect(plain.stdout).toMatch(
      /^GPU 0 +93\.6% +22\.5 \/ 24\.0 GiB \(NVIDIA GeForce RTX 3090\).*HIGH, threshold 90%$/m,
    );
    expect(plain.code).toBe(0);
    expect((await run(['once', '--vram-threshold', '90%'], place, smi.env)).code).toBe(1);
    expect((await run(['once', '--vram-threshold', '95%,0=23GB'], place, smi.env)).code).toBe(1);
    expect((await run(['once', '--vram-threshold', '95%'], place, smi.env)).code).toBe(0);
    smi.play({mode: 'end', code: 18});
    const unread = await run(['once', '--vram-threshold', '95%'], place, smi.env);
    expect([unread.code, unread.stderr]).toEqual([
      3,
      'memtop: VRAM cannot be read: driver and library differ, restart needed\n',
    ]);
    expect((await run(['once'], place, smi.env)).code).toBe(0);
    await expectNoneLeft(smi);
  });

  test('doctor tells what was found and why not the rest, as text, as JSON and as a capture', async () => {
    using place = workplace();
    const smi = fakeSmi(place, {mode: 'ok', gpus: [{}, {'memory.used': '[Insufficient Permissions]'}]});
    const env = {...smi.env, SECRET_TOKEN: 'hunter2', USER: 'mira-the-user'};
    const text = await run(['doctor'], place, env);
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/^GPUs +NVIDIA: 2 found · through .*\/bin\/nvidia-smi$/m);
    expect(text.stdout).toMatch(/^ +used: not permitted to read VRAM in use$/m);
    expect(text.stdout).toMatch(/^ +AMD: none found$/m);
    const json = await run(['doctor', '--json'], place, env);
    expect(JSON.parse(json.stdout).gpus[0]).toMatchObject({
      vendor: 'NVIDIA',
      gpus: [{used_mb: 20_000}, {missing: {used_mb: 'not permitted to read VRAM in use'}}],
    });
    const capture = await run(['doctor', '--capture', 'sent', '--no-names'], place, env);
    expect(capture.stdout).toMatch(/^\d+ files written to sent, names of processes, users and host left out/);
    const all = readdirSync(place.file('sent'), {recursive: true, withFileTypes: true})
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8'))
      .join('\n');
    expect(all).toContain('NVIDIA GeForce RTX 3090');
    expect(all).toContain('MemTotal');
    for (const told of [text.stdout, json.stdout, all]) {
      expect(told).not.toContain('hunter2');
      expect(told).not.toContain('mira-the-user');
    }
    const again = await run(['doctor', '--capture', 'sent'], place, env);
    expect([again.code, again.stderr]).toEqual([
      2,
      'memtop: capture: expected a new or empty folder, got sent, which holds files\n',
    ]);
    await expectNoneLeft(smi);
  });

  test('the library tells GPUs, asked or followed, and leaves nothing behind', async () => {
    using place = workplace();
    const smi = fakeSmi(place, {mode: 'ok', apps: [{gpu: 0, pid: process.pid, used: 18_432}]});
    writeFileSync(
      place.file('use.mjs'),
      `import {SimpleMemoryMonitor} from ${JSON.stringify(LIBRARY)};
      const monitor = new SimpleMemoryMonitor({checkIntervalSeconds: 1, logFile: 'run.jsonl'});
      const {gpus} = await monitor.getDetailedStatus();
      monitor.start();
      await new Promise((resolve) => setTimeout(resolve, 2500));
      await monitor.stop();
      console.log(JSON.stringify(gpus));`,
    );
    const {stdout, stderr, status} = spawnSync(NODE, ['use.mjs'], {
      cwd: place.folder,
      env: {...cleanEnvironment(), ...smi.env},
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'ok',
      value: [
        {
          index: 0,
          usedMb: 20_000,
          totalMb: 24_576,
          processes: [{pid: process.pid, usedMb: 18_432}],
          missing: {},
        },
      ],
    });
    expect(place.lines('run.jsonl').filter(({gpus}) => gpus !== undefined).length).toBeGreaterThan(0);
    await expectNoneLeft(smi);
  });
});

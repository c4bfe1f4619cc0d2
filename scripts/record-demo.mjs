// Records demo.gif of the built program:  npm run build && node scripts/record-demo.mjs
// Another file or program, to try it:     node scripts/record-demo.mjs --out /tmp/top.gif -- top
import {execFile} from 'node:child_process';
import {mkdtemp, rm, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {parseArgs, promisify} from 'node:util';
import {missingPrograms, openTerminalWindow} from './terminal-window.mjs';

// [second, key by tmux's name]
const KEYS = [
  [1.5, 'Z'],
  [3, 'Z'],
  [14.5, 'Down'],
  [15.2, 'Down'],
  [16, 'Enter'],
  [19.5, 'Escape'],
  [20.1, 'Escape'],
  [20.7, 'v'],
  [21.4, 'v'],
  [23.6, 'v'],
  [24.2, '?'],
  [27, '?'],
];
const SECONDS = 28;
const FRAMES_PER_SECOND = 8;
const SIZE = {cols: 110, rows: 34};
const FONT_SIZE = 10;
const MAX_BYTES = 2_000_000;

const run = promisify(execFile);
const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {out: {type: 'string', default: 'demo.gif'}},
});
const command = positionals.length > 0 ? positionals : ['node', 'dist/cli.cjs', '--demo'];

const missing = missingPrograms('Xvfb', 'xterm', 'xdotool', 'tmux', 'ffmpeg');
if (missing) {
  console.error(missing);
  process.exitCode = 1;
} else {
  const folder = await mkdtemp(path.join(tmpdir(), 'memtop-demo-'));
  const film = path.join(folder, 'film.mkv');
  await record(film);
  await makeGif(film, values.out);
  await rm(folder, {recursive: true});
  const {size} = await stat(values.out);
  console.log(`${values.out}: ${(size / 1e6).toFixed(2)} MB`);
  if (size > MAX_BYTES) throw new Error(`${values.out} is larger than ${MAX_BYTES} bytes`);
}

async function record(film) {
  const window = await openTerminalWindow({command, ...SIZE, fontSize: FONT_SIZE});
  try {
    const {display, x, y, width, height} = window;
    // Even sizes for the film's colours; a row or column of the border is lost at most.
    const area = `${width - (width % 2)}x${height - (height % 2)}`;
    const input = ['-f', 'x11grab', '-draw_mouse', '0', '-framerate', `${FRAMES_PER_SECOND}`];
    const from = ['-video_size', area, '-i', `${display}+${x},${y}`, '-t', `${SECONDS}`];
    const codec = ['-c:v', 'libx264rgb', '-preset', 'ultrafast', '-qp', '0'];
    const filming = run('ffmpeg', ['-y', '-loglevel', 'error', ...input, ...from, ...codec, film]);
    await Promise.all([filming, pressKeys(window)]);
  } finally {
    await window.close();
  }
}

async function pressKeys(window) {
  const start = Date.now();
  for (const [second, key] of KEYS) {
    await pause(Math.max(0, start + second * 1000 - Date.now()));
    await window.press(key);
  }
}

// Few colours and no dithering: text stays sharp, and unchanged cells cost nothing.
async function makeGif(film, out) {
  const palette = 'split[a][b];[a]palettegen=max_colors=48:stats_mode=full[p]';
  const filter = `${palette};[b][p]paletteuse=dither=none:diff_mode=rectangle`;
  await run('ffmpeg', ['-y', '-loglevel', 'error', '-i', film, '-filter_complex', filter, '-loop', '0', out]);
}

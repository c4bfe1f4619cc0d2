import {execFile, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {promisify} from 'node:util';

const run = promisify(execFile);

const FONT = 'DejaVu Sans Mono';
const BACKGROUND = '#1b1d1e';
const FOREGROUND = '#d4d4d0';
// The eight colours, then the bright ones: xterm's own blue cannot be read on a dark ground.
const PALETTE = [
  ...['#1b1d1e', '#e5534b', '#57ab5a', '#d4a72c', '#539bf5', '#b083f0', '#39c5cf', '#d4d4d0'],
  ...['#636e7b', '#ff938a', '#6bc46d', '#eac55f', '#6cb6ff', '#dcbdfb', '#56d4dd', '#ffffff'],
];

/** One line that says which of the programs are missing, or undefined when all are there. */
export function missingPrograms(...programs) {
  const missing = programs.filter((name) => spawnSync('sh', ['-c', `command -v "${name}"`]).status !== 0);
  const packages = 'xvfb xterm xdotool tmux imagemagick ffmpeg fonts-dejavu-core';
  return missing.length > 0
    ? `missing: ${missing.join(', ')} (Debian: apt-get install ${packages})`
    : undefined;
}

/**
 * Runs a program in an xterm on a display that nobody sees. Inside is tmux, which takes the keys.
 * @param {{command: string[], cols: number, rows: number, fontSize?: number}} options
 */
export async function openTerminalWindow({command, cols, rows, fontSize = 12}) {
  const display = await startDisplay();
  const server = ['-L', `memtop-window-${process.pid}`, '-f', '/dev/null', '-u'];
  // Nobody's saved settings show in a picture, and keys pressed for one change none.
  const settingsFolder = mkdtempSync(path.join(tmpdir(), 'memtop-window-'));
  const environment = {
    ...process.env,
    DISPLAY: display.name,
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    TMUX: '',
    XDG_CONFIG_HOME: settingsFolder,
  };
  const settings = ['set', '-g', 'status', 'off', ';', 'set', '-g', 'default-terminal', 'tmux-256color', ';'];
  const colours = PALETTE.flatMap((colour, index) => ['-xrm', `XTerm*color${index}: ${colour}`]);
  const look = [
    '-fa',
    FONT,
    '-fs',
    `${fontSize}`,
    '-bg',
    BACKGROUND,
    '-fg',
    FOREGROUND,
    '-b',
    '10',
    '-bw',
    '0',
  ];
  const tmux = ['tmux', ...server, 'start-server', ';', ...settings, 'new-session', '--', ...command];
  const xterm = spawn(
    'xterm',
    ['-u8', '+sb', '-geometry', `${cols}x${rows}+0+0`, ...look, ...colours, '-e', ...tmux],
    {env: environment, stdio: 'ignore'},
  );
  const close = async () => {
    await run('tmux', [...server, 'kill-server']).catch(() => undefined);
    await stop(xterm);
    await stop(display.process);
    rmSync(settingsFolder, {recursive: true, force: true});
  };
  try {
    const place = await findWindow(environment);
    return {
      ...place,
      display: display.name,
      environment,
      /** Keys by tmux's names, as in `?`, `Enter`, `C-c`. */
      press: (...keys) => run('tmux', [...server, 'send-keys', ...keys]),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startDisplay() {
  const args = ['-displayfd', '3', '-screen', '0', '3840x2160x24', '-nolisten', 'tcp'];
  const server = spawn('Xvfb', args, {stdio: ['ignore', 'ignore', 'ignore', 'pipe']});
  const [number] = await Promise.race([
    once(server.stdio[3], 'data'),
    once(server, 'exit').then(() => Promise.reject(new Error('Xvfb did not start'))),
  ]);
  return {name: `:${String(number).trim()}`, process: server};
}

async function findWindow(env) {
  const {stdout} = await run('xdotool', ['search', '--sync', '--onlyvisible', '--class', 'xterm'], {
    env,
    timeout: 10_000,
  });
  const id = stdout.trim().split('\n')[0];
  // The window is there before it has its size.
  await pause(500);
  const shell = await run('xdotool', ['getwindowgeometry', '--shell', id], {env});
  const value = (name) => Number(shell.stdout.match(new RegExp(`^${name}=(\\d+)$`, 'm'))?.[1]);
  return {id, x: value('X'), y: value('Y'), width: value('WIDTH'), height: value('HEIGHT')};
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

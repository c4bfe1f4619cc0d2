import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll} from 'vitest';

// No test reads or writes the settings of whoever runs it, or depends on the terminal it is run in.
const ABOUT_THE_TERMINAL = ['NO_COLOR', 'FORCE_COLOR', 'COLORTERM', 'COLORFGBG', 'TMUX', 'STY'];
for (const name of Object.keys(process.env)) {
  if (name.startsWith('MEMTOP_') || ABOUT_THE_TERMINAL.includes(name)) delete process.env[name];
}

const home = mkdtempSync(path.join(tmpdir(), 'memtop-test-home-'));
Object.assign(process.env, {
  TZ: 'UTC',
  HOME: home,
  USERPROFILE: home,
  APPDATA: path.join(home, 'AppData', 'Roaming'),
  LOCALAPPDATA: path.join(home, 'AppData', 'Local'),
  XDG_CONFIG_HOME: path.join(home, '.config'),
  XDG_DATA_HOME: path.join(home, '.local', 'share'),
  XDG_STATE_HOME: path.join(home, '.local', 'state'),
  XDG_CACHE_HOME: path.join(home, '.cache'),
});

afterAll(() => rmSync(home, {recursive: true, force: true}));

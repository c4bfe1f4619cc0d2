// Makes a picture of a program's screen:
//   node scripts/picture.mjs --size 120x40 --keys '? Down' --wait 3 --out screen.png -- node dist/cli.cjs --demo
// Keys are parted by spaces and named as in tmux: Enter, Tab, C-c, Up, q.
import {execFileSync} from 'node:child_process';
import {setTimeout as pause} from 'node:timers/promises';
import {parseArgs} from 'node:util';
import {missingPrograms, openTerminalWindow} from './terminal-window.mjs';

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {
    size: {type: 'string', default: '120x40'},
    keys: {type: 'string', default: ''},
    wait: {type: 'string', default: '3'},
    out: {type: 'string', default: 'screen.png'},
  },
});
const [cols, rows] = values.size.split('x').map(Number);
const command = positionals.length > 0 ? positionals : ['node', 'dist/cli.cjs', '--demo'];

const missing = missingPrograms('Xvfb', 'xterm', 'xdotool', 'tmux', 'import');
if (missing) {
  console.error(missing);
  process.exitCode = 1;
} else {
  const window = await openTerminalWindow({command, cols, rows});
  try {
    await pause(Number(values.wait) * 1000);
    for (const key of values.keys.split(' ').filter(Boolean)) {
      await window.press(key);
      await pause(500);
    }
    await pause(values.keys ? 1000 : 0);
    execFileSync('import', ['-window', window.id, values.out], {env: window.environment});
  } finally {
    await window.close();
  }
  console.log(values.out);
}

import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {KEYS, start} from './pty.ts';
import {hasTmux, startInTmux} from './tmux.ts';

const PAINTER = [fileURLToPath(new URL('./painter.mjs', import.meta.url))];

describe('a program on a pseudo-terminal', () => {
  it('shows its screen, cell by cell', async () => {
    await using program = start(process.execPath, PAINTER, {cols: 40, rows: 5});
    await program.waitFor('keys 0 size 40x5');
    expect(program.screenText()).toEqual(['keys 0 size 40x5', '▲ ⡇ │', '', '', '']);
    expect(program.cell(0, 0)).toMatchObject({char: 'k', fg: 1, bg: -1, bold: true, inverse: false});
    expect(program.cell(7, 0)).toMatchObject({char: 's', fg: -1, bold: false, inverse: true});
    expect(program.isAltScreen()).toBe(true);
    expect(program.cursorHidden).toBe(true);
  });

  it('gets keys and changes of size', async () => {
    await using program = start(process.execPath, PAINTER, {cols: 40, rows: 5});
    await program.waitFor(/keys 0/);
    program.press('a');
    await program.waitFor(/keys 1/);
    program.press(KEYS.up);
    await program.waitFor(/keys 2/);
    program.resize(60, 8);
    await program.waitFor('size 60x8');
    expect(program.screenText()).toHaveLength(8);
  });

  it('leaves the terminal as it was, and tells its exit code', async () => {
    await using program = start(process.execPath, PAINTER);
    await program.waitFor(/keys 0/);
    program.press('q');
    expect(await program.waitForExit()).toEqual({exitCode: 3, signal: 0});
    expect(program.isAltScreen()).toBe(false);
    expect(program.cursorHidden).toBe(false);
    expect(program.raw).toContain('\u001b[?1049l');
    expect(program.screenText()[0]).toBe('bye');
  });

  it('gets signals', async () => {
    await using program = start(process.execPath, PAINTER);
    await program.waitFor(/keys 0/);
    program.signal('SIGTERM');
    expect(await program.exited).toEqual({exitCode: 143, signal: 0});
  });

  it('tells which signal ended it', async () => {
    await using program = start(process.execPath, PAINTER);
    await program.waitFor(/keys 0/);
    program.signal('SIGKILL');
    expect((await program.exited).signal).toBe(9);
  });

  it('is ended when the test has done with it', async () => {
    const program = start(process.execPath, PAINTER);
    await program.waitFor(/keys 0/);
    await program.end();
    expect(() => process.kill(program.pid, 0)).toThrow(/ESRCH/);
  });

  it('shows the screen when what is wanted does not come', async () => {
    await using program = start(process.execPath, PAINTER, {cols: 40, rows: 5});
    await program.waitFor(/keys 0/);
    await expect(program.waitFor(/keys 9/, {timeout: 100})).rejects.toThrow(
      /not there after 100 ms: \/keys 9\/\n40x5, alternate screen:\n\|keys 0 size 40x5/,
    );
  });

  it('does not wait for a program that has ended', async () => {
    await using program = start(process.execPath, ['-e', 'console.log("done")']);
    await expect(program.waitFor('more')).rejects.toThrow(
      /ended with \{"exitCode":0,"signal":0\}[\s\S]*\|done/,
    );
  });
});

describe.skipIf(!hasTmux())('a program in tmux', () => {
  it('shows its screen, gets keys and changes of size, and tells of its end', async () => {
    await using program = await startInTmux(process.execPath, PAINTER, {cols: 50, rows: 6});
    await program.waitFor('keys 0 size 50x6');
    expect((await program.screenText())[1]).toBe('▲ ⡇ │');
    expect(await program.isAltScreen()).toBe(true);
    expect(await program.cursorHidden()).toBe(true);
    await program.press('a');
    await program.waitFor(/keys 1/);
    await program.resize(70, 9);
    await program.waitFor('size 70x9');
    expect(await program.hasEnded()).toBe(false);
    await program.type('q');
    await program.waitForEnd();
  });

  it('shows what is left on the terminal, and the exit code, when a shell runs it', async () => {
    await using shell = await startInTmux('sh', [], {cols: 120, rows: 6});
    await shell.waitFor(/[$#]/);
    await shell.type(`"${process.execPath}" "${PAINTER[0]}"; echo "code $?"`);
    await shell.press('Enter');
    await shell.waitFor('keys 0');
    await shell.press('q');
    await shell.waitFor(/bye\ncode 3/);
    expect(await shell.isAltScreen()).toBe(false);
    expect(await shell.cursorHidden()).toBe(false);
  });

  it('shows the screen when what is wanted does not come', async () => {
    await using program = await startInTmux(process.execPath, PAINTER, {cols: 50, rows: 6});
    await program.waitFor(/keys 0/);
    await expect(program.waitFor(/keys 9/, {timeout: 100})).rejects.toThrow(/not there.*\nkeys 0/);
  });
});

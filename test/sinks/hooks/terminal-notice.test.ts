import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {TERMINAL_NOTICES} from '../../../src/core/notice.ts';
import {BELL, terminalNotice} from '../../../src/sinks/hooks/terminal-notice.ts';
import {HOSTILE, RAISED} from './notices.ts';

const TEXT = `${RAISED.message} · python train (812) 3.0 GiB`;

describe('the notification of a terminal', () => {
  test('is one text, or a title and a text', () => {
    expect(terminalNotice(RAISED, {form: 'osc9', tmux: false})).toBe(
      `\u001b]9;memtop: RAM alert on node17: ${TEXT}\u0007`,
    );
    expect(terminalNotice(RAISED, {form: 'osc777', tmux: false})).toBe(
      `\u001b]777;notify;RAM alert on node17;${TEXT}\u0007`,
    );
  });

  test('is passed through tmux', () => {
    expect(terminalNotice(RAISED, {form: 'osc777', tmux: true})).toBe(
      `\u001bPtmux;\u001b\u001b]777;notify;RAM alert on node17;${TEXT}\u0007\u001b\\`,
    );
    expect(BELL).toBe('\x07');
  });

  test('keeps the fields apart whatever a name holds', () => {
    const notice = {...RAISED, what: `a;b${HOSTILE}`, message: 'x;y'};
    expect(terminalNotice(notice, {form: 'osc777', tmux: false}).split(';')).toHaveLength(4);
  });

  test.each(TERMINAL_NOTICES)('of the form %s is one sequence of bounded length', (form) => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), fc.boolean(), (name, tmux) => {
        const notice = {...RAISED, what: name, hostName: name, message: name.repeat(20)};
        const bytes = terminalNotice(notice, {form, tmux});
        const bare = tmux
          ? bytes.replace(/^\u001bPtmux;\u001b(.*)\u001b\\$/s, (_, inner: string) => inner)
          : bytes;
        expect(bare).toMatch(/^\u001b\](?:9|777;notify);[^\p{Cc}]*\u0007$/u);
        expect(bytes.length).toBeLessThan(300);
      }),
    );
  });
});

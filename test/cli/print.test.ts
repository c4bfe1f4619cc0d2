import {Writable} from 'node:stream';
import {describe, expect, test} from 'vitest';
import {UserError} from '../../src/cli/exit.ts';
import {print, tell} from '../../src/cli/print.ts';

/** A stream whose writes fail, or do not. */
function stream(code?: string): Writable & {text: string} {
  const failing = new Writable({
    write(chunk, _, done) {
      Object.assign(failing, {text: String(chunk)});
      done(code === undefined ? null : Object.assign(new Error(code), {code}));
    },
  });
  failing.on('error', () => {});
  return Object.assign(failing, {text: ''});
}

describe('print', () => {
  test('writes whole lines', async () => {
    const out = stream();
    await print(out, 'one');
    expect(out.text).toBe('one\n');
    await print(out, 'two\n');
    expect(out.text).toBe('two\n');
  });

  test('is content where the reader is gone', async () => {
    await expect(print(stream('EPIPE'), 'text')).resolves.toBeUndefined();
  });

  test('tells why nothing can be written', async () => {
    const problem = new UserError('standard output cannot be written: disk full');
    await expect(print(stream('ENOSPC'), 'text')).rejects.toThrow(problem);
    const throwing = stream();
    throwing.write = () => {
      throw Object.assign(new Error('full'), {code: 'ENOSPC'});
    };
    await expect(print(throwing, 'text')).rejects.toThrow(problem);
  });
});

test('what is only told may be lost', async () => {
  await expect(tell(stream('EIO'), 'text')).resolves.toBeUndefined();
});

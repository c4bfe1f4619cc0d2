import {describe, expect, onTestFinished, test} from 'vitest';
import {codeOf, type Ending, type EndingOptions, listenForEndings, reasonOf} from '../../src/cli/endings.ts';
import {UserError} from '../../src/cli/exit.ts';

const AT = Date.UTC(2026, 0, 1);

test.each<[Ending, number, string]>([
  [{kind: 'key'}, 0, 'quit with q'],
  [{kind: 'signal', signal: 'SIGTERM'}, 143, 'SIGTERM'],
  [{kind: 'lost', reason: 'the terminal is gone', code: 129}, 129, 'the terminal is gone'],
  [{kind: 'failed', error: new UserError('no', 3)}, 3, 'no'],
  [{kind: 'left'}, 0, 'left the job running'],
  [{kind: 'job', exit: {at: AT, code: 0}}, 0, 'the job ended with 0'],
  [{kind: 'job', exit: {at: AT, code: 3}}, 3, 'the job ended with 3'],
  [
    {kind: 'job', exit: {at: AT, signal: 'SIGKILL'}},
    137,
    expect.stringMatching(/^the job .*killed by SIGKILL$/),
  ],
  [
    {kind: 'job', exit: {at: AT, signal: 'SIGTERM'}},
    143,
    expect.stringMatching(/^the job .*killed by SIGTERM$/),
  ],
  [{kind: 'job', exit: {at: AT}}, 0, 'the job ended, with which code is not known'],
])('%j ends with %i', (ending, code, reason) => {
  expect([codeOf(ending), reasonOf(ending)]).toEqual([code, reason]);
});

describe('a signal', () => {
  function listen(options: EndingOptions) {
    const endings = listenForEndings(options);
    onTestFinished(() => endings.release());
    return endings;
  }

  test('ends memtop, the first one', async () => {
    const endings = listen({hasTerminal: true});
    process.emit('SIGTERM');
    process.emit('SIGINT');
    expect(await endings.first).toEqual({kind: 'signal', signal: 'SIGTERM'});
  });

  test('that a terminal hangs up ends nothing where there is none', async () => {
    const endings = listen({hasTerminal: false});
    process.emit('SIGHUP');
    endings.end({kind: 'key'});
    expect(await endings.first).toEqual({kind: 'key'});
  });

  test("is the job's where there is one", async () => {
    const heard: string[] = [];
    const endings = listen({hasTerminal: true, onSignal: (signal) => heard.push(signal)});
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGINT'] as const) process.emit(signal);
    expect(heard).toEqual(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGINT']);
    endings.end({kind: 'job', exit: {at: AT, code: 0}});
    expect(await endings.first).toMatchObject({kind: 'job'});
  });

  test('is heard no more once released', () => {
    const heard: string[] = [];
    const before = process.listenerCount('SIGTERM');
    const endings = listenForEndings({hasTerminal: true, onSignal: (signal) => heard.push(signal)});
    expect(process.listenerCount('SIGTERM')).toBe(before + 1);
    endings.release();
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});

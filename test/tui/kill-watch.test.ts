import {beforeEach, describe, expect, test} from 'vitest';
import {ok} from '../../src/core/sample.ts';
import {Session} from '../../src/core/session.ts';
import type {KillResult, KillSignal, Source} from '../../src/core/source.ts';
import {KillWatch} from '../../src/tui/kill-watch.ts';
import {NOW, process, sampleAt} from './machine.ts';

const TARGET = {pid: 5210, startKey: 's1', name: 'python gateway', user: 'mira'};

let told: string[];
let asked: unknown[];
beforeEach(() => {
  told = [];
  asked = [];
});

function watchWith(result: KillResult): KillWatch {
  const source = {
    kill: async (...args: unknown[]) => {
      asked.push(args);
      return result;
    },
  } as unknown as Source;
  return new KillWatch(source, (text) => told.push(text));
}

async function send(watch: KillWatch, signal: KillSignal = 'SIGTERM'): Promise<void> {
  watch.send(TARGET, signal, frame(0, 's1'));
  await new Promise((resolve) => setImmediate(resolve));
}

/** A frame so many seconds later, with the process there under this start key, or gone. */
function frame(seconds: number, startKey: string | undefined, scannedAt = seconds) {
  const processes = startKey === undefined ? [] : [process({pid: 5210, startKey})];
  const table = ok({at: NOW + scannedAt * 1000, processes});
  return new Session().feed(sampleAt(NOW + seconds * 1000, {processes: table}));
}

test('it asks for exactly this process', async () => {
  await send(watchWith({status: 'sent'}), 'SIGKILL');
  expect(asked).toEqual([[5210, 's1', 'SIGKILL']]);
});

test.each([
  [{status: 'sent'}, 'SIGTERM sent to python gateway (5210)'],
  [{status: 'gone'}, 'python gateway (5210) had ended already'],
  [{status: 'denied', reason: 'not permitted: it belongs to root'}, 'not permitted: it belongs to root'],
  [{status: 'failed', reason: 'no such signal'}, 'no such signal'],
] as const)('%o is told', async (result, text) => {
  await send(watchWith(result));
  expect(told).toEqual([text]);
});

describe('after the signal', () => {
  const sent = async (signal?: KillSignal) => {
    const watch = watchWith({status: 'sent'});
    await send(watch, signal);
    told.length = 0;
    return watch;
  };

  test('it tells that the process ended, once', async () => {
    const watch = await sent();
    watch.look(frame(1, 's1'));
    expect(told).toEqual([]);
    watch.look(frame(2, undefined));
    watch.look(frame(3, undefined));
    expect(told).toEqual(['python gateway (5210) ended after 2 s']);
  });

  test('another process with the same pid is not the one', async () => {
    const watch = await sent();
    watch.look(frame(2, 's2'));
    expect(told).toEqual(['python gateway (5210) ended after 2 s']);
  });

  test('after 10 s it tells that it still runs, once', async () => {
    const watch = await sent();
    watch.look(frame(9, 's1'));
    expect(told).toEqual([]);
    watch.look(frame(10, 's1'));
    watch.look(frame(30, 's1'));
    expect(told).toEqual(['python gateway (5210) still running after 10 s, x then s offers SIGKILL']);
  });

  test('a scan made before the signal says nothing', async () => {
    const watch = await sent();
    watch.look(frame(2, undefined, 0));
    expect(told).toEqual([]);
  });

  test.each(['SIGSTOP', 'SIGCONT'] as const)('%s is not expected to end anything', async (signal) => {
    const watch = await sent(signal);
    watch.look(frame(20, 's1'));
    expect(told).toEqual([]);
  });
});

test('where nothing can be killed nothing happens', async () => {
  const watch = new KillWatch({} as unknown as Source, (text) => told.push(text));
  await send(watch);
  watch.look(frame(20, undefined));
  expect(told).toEqual([]);
});

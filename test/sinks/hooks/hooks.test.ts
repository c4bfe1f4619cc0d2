import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {AlertNotice} from '../../../src/core/notice.ts';
import type {Hook, HookResult} from '../../../src/sinks/hooks/hook.ts';
import {Hooks} from '../../../src/sinks/hooks/hooks.ts';
import {RAISED} from './notices.ts';

const OK: HookResult = {ok: true, text: 'done'};

/** A hook whose deliveries end when the test says so. */
class HeldHook implements Hook {
  readonly name: string;
  readonly atOnce: number;
  readonly begun: AlertNotice[] = [];
  readonly inHand: {readonly notice: AlertNotice; readonly end: (result: HookResult) => void}[] = [];
  closed = 0;

  constructor(atOnce = 4, name = 'held') {
    this.atOnce = atOnce;
    this.name = name;
  }

  deliver(notice: AlertNotice): Promise<HookResult> {
    this.begun.push(notice);
    return new Promise((end) => this.inHand.push({notice, end}));
  }

  /** Ends one of those in hand, whichever this number falls on. */
  async end(which = 0): Promise<void> {
    const [one] = this.inHand.splice(which % Math.max(1, this.inHand.length), 1);
    one?.end(OK);
    await settle();
  }

  close(): void {
    this.closed += 1;
    for (const {end} of this.inHand.splice(0)) end({ok: false, text: 'killed'});
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const notice = (id: string, message: string, event: AlertNotice['event'] = 'raised'): AlertNotice => ({
  ...RAISED,
  id,
  message,
  event,
});

function place(...hooks: readonly Hook[]) {
  const told: string[] = [];
  const all = new Hooks({
    hooks,
    onResult: (name, {message}, {text}) => told.push(`${name}: ${message}: ${text}`),
  });
  return {all, told};
}

const messages = (notices: readonly AlertNotice[]) => notices.map(({message}) => message);

describe('one rule', () => {
  test('never has two in hand; the newest alert and its end wait', async () => {
    const hook = new HeldHook();
    const {all, told} = place(hook);
    for (const message of ['up 1', 'down 1', 'up 2', 'down 2']) all.notify(notice('ram', message));
    expect(messages(hook.begun)).toEqual(['up 1']);
    expect(told).toEqual([]);
    await settle();
    expect(told).toEqual(['held: down 1: left out, newer ones of its rule wait (1 so far)']);
    for (const _ of '123') await hook.end();
    expect(messages(hook.begun)).toEqual(['up 1', 'up 2', 'down 2']);
    expect(told.slice(1)).toEqual(['held: up 1: done', 'held: up 2: done', 'held: down 2: done']);
  });
});

test('the same notice may come twice', async () => {
  const hook = new HeldHook();
  const {all, told} = place(hook);
  for (const _ of '123') all.notify(RAISED);
  for (const _ of '123') await hook.end();
  expect([hook.begun.length, told.length]).toEqual([3, 3]);
});

describe('different rules', () => {
  test('run beside each other, so many as the hook takes at once, the others in their order', async () => {
    const hook = new HeldHook(4);
    const {all} = place(hook);
    for (const id of 'abcdef') all.notify(notice(id, id));
    expect(messages(hook.begun)).toEqual(['a', 'b', 'c', 'd']);
    await hook.end(2);
    expect(messages(hook.begun)).toEqual(['a', 'b', 'c', 'd', 'e']);
    await hook.end();
    expect(messages(hook.begun)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  test('wait up to 100, the oldest is left out, counted and told', async () => {
    const hook = new HeldHook(1);
    const {all, told} = place(hook);
    for (let n = 0; n < 104; n += 1) all.notify(notice(`rule ${n}`, String(n)));
    await settle();
    expect(told).toEqual([
      'held: 1: left out, more than 100 wait (1 so far)',
      'held: 2: left out, more than 100 wait (2 so far)',
      'held: 3: left out, more than 100 wait (3 so far)',
    ]);
    for (let n = 0; n < 101; n += 1) await hook.end();
    expect(messages(hook.begun)).toEqual(['0', ...Array.from({length: 100}, (_, n) => String(n + 4))]);
  });
});

describe('a hook', () => {
  test('does not wait for another', async () => {
    const [slow, quick] = [new HeldHook(1, 'slow'), new HeldHook(1, 'quick')];
    const {all, told} = place(slow, quick);
    all.notify(notice('ram', 'up'));
    all.notify(notice('ram', 'down'));
    await quick.end();
    await quick.end();
    expect(told).toEqual(['quick: up: done', 'quick: down: done']);
  });

  test.each([
    ['throws', () => fail('no \u001b[31mway')],
    ['rejects', () => Promise.reject(new Error('no \u001b[31mway'))],
  ])('that %s is a result', async (_, deliver) => {
    const {all, told} = place({name: 'bad', atOnce: 1, deliver, close: () => {}});
    all.notify(notice('ram', 'up'));
    all.notify(notice('ram', 'down'));
    await all.flush(1000);
    expect(told).toEqual(['bad: up: failed: no way', 'bad: down: failed: no way']);
  });
});

describe('the end', () => {
  test('flush resolves when all is told, or after a while', async () => {
    const hook = new HeldHook();
    const {all, told} = place(hook);
    await all.flush(1000);
    all.notify(notice('ram', 'up'));
    await all.flush(5);
    expect(told).toEqual([]);
    const flushed = all.flush(1000);
    await hook.end();
    await flushed;
    expect(told).toEqual(['held: up: done']);
    expect(hook.closed).toBe(0);
  });

  test('close waits a while, then gives up what is in hand and begins nothing more', async () => {
    const hook = new HeldHook();
    const {all, told} = place(hook);
    all.notify(notice('ram', 'up'));
    all.notify(notice('ram', 'down', 'resolved'));
    await all.close(5);
    await all.close(5);
    all.notify(notice('ram', 'late'));
    await settle();
    expect(told).toEqual([
      'held: down: not begun, memtop ends',
      'held: up: killed',
      'held: late: not begun, memtop ends',
    ]);
    expect([hook.closed, messages(hook.begun)]).toEqual([1, ['up']]);
  });
});

test('whatever comes and ends in whatever order: never two of one rule, in order, each told once, the last delivered', async () => {
  const step = fc.oneof(
    fc.record({rule: fc.constantFrom('ram', 'swap', 'gpu0', 'tree', 'shm', 'psi')}),
    fc.record({end: fc.nat({max: 3})}),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, {maxLength: 60}), async (steps) => {
      const hook = new HeldHook(4);
      const told: AlertNotice[] = [];
      const all = new Hooks({hooks: [hook], onResult: (_, one) => told.push(one)});
      const sent: AlertNotice[] = [];
      const check = () => {
        const rules = hook.inHand.map(({notice: {id}}) => id);
        expect(new Set(rules).size).toBe(rules.length);
        expect(rules.length).toBeLessThanOrEqual(4);
      };
      for (const one of steps) {
        if ('end' in one) await hook.end(one.end);
        else {
          sent.push(notice(one.rule, String(sent.length)));
          all.notify(sent.at(-1) ?? RAISED);
        }
        check();
      }
      while (hook.inHand.length > 0) await hook.end();
      await settle();
      expect(messages(told).toSorted()).toEqual(messages(sent).toSorted());
      for (const rule of new Set(sent.map(({id}) => id))) {
        const begun = hook.begun.filter(({id}) => id === rule).map(({message}) => Number(message));
        expect(begun).toEqual(begun.toSorted((a, b) => a - b));
        expect(begun.at(-1)).toBe(Number(sent.findLast(({id}) => id === rule)?.message));
      }
    }),
  );
});

function fail(message: string): never {
  throw new Error(message);
}

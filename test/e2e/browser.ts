import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {Readable, Writable} from 'node:stream';

/**
 * A real browser, spoken to over its debugging pipe: JSON messages that end with a zero byte. A library for that is 80
 * packages for what takes a hundred lines here.
 */

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] as const;

/** The program of a Chromium that is installed here; `undefined` where there is none. */
export const CHROMIUM = NAMES.find((name) => spawnSync(name, ['--version']).status === 0);

type Fields = Readonly<Record<string, unknown>>;
interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Fields;
  readonly result?: Fields;
  readonly error?: {readonly message: string};
}

export interface Page {
  /** Everything a page asked the network for but the page itself, and everything it complained of. */
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
  open(file: string): Promise<void>;
  /** What an expression comes to inside the page. */
  value<T>(expression: string): Promise<T>;
  key(key: string, modifiers?: number): Promise<void>;
  mouse(type: 'Moved' | 'Pressed' | 'Released', x: number, y: number): Promise<void>;
  send(method: string, params?: Fields): Promise<Fields>;
  close(): Promise<void>;
}

const DEADLINE_MS = 30_000;
const ARGUMENTS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--no-first-run',
  '--remote-debugging-pipe',
] as const;

export async function openPage(size: {width: number; height: number}): Promise<Page> {
  if (CHROMIUM === undefined) throw new Error('no chromium is installed');
  const profile = mkdtempSync(path.join(tmpdir(), 'memtop-browser-'));
  const child = spawn(CHROMIUM, [...ARGUMENTS, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const [requests, complaints]: [string[], string[]] = [[], []];
  const pipe = new Pipe(child, ({method, params = {}}) => {
    note(method, params, requests, complaints);
  });
  const {targetInfos} = await pipe.send('Target.getTargets');
  const [target] = (targetInfos as readonly Fields[]).filter(({type}) => type === 'page');
  const {sessionId} = await pipe.send('Target.attachToTarget', {targetId: target?.targetId, flatten: true});
  const send = (method: string, params: Fields = {}) => pipe.send(method, params, String(sessionId));
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  await send('Emulation.setDeviceMetricsOverride', {...size, deviceScaleFactor: 1, mobile: false});
  return {
    requests,
    complaints,
    send,
    async open(file) {
      const loaded = pipe.event('Page.loadEventFired');
      await send('Page.navigate', {url: `file://${file}`});
      await loaded;
    },
    async value<T>(expression: string) {
      const {result, exceptionDetails} = await send('Runtime.evaluate', {
        expression,
        returnByValue: true,
        awaitPromise: true,
      });
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return (result as {value: T}).value;
    },
    async key(key, modifiers = 0) {
      const text = key.length === 1 ? {text: key} : {};
      await send('Input.dispatchKeyEvent', {type: 'keyDown', key, modifiers, ...text});
      await send('Input.dispatchKeyEvent', {type: 'keyUp', key, modifiers});
    },
    async mouse(type, x, y) {
      const held = type === 'Moved' ? {} : {button: 'left', clickCount: 1};
      await send('Input.dispatchMouseEvent', {type: `mouse${type}`, x, y, ...held});
    },
    async close() {
      const ended = new Promise((resolve) => child.on('close', resolve));
      await pipe.send('Browser.close').catch(() => child.kill('SIGKILL'));
      await ended;
      rmSync(profile, {recursive: true, force: true, maxRetries: 5});
    },
  };
}

function note(method: string | undefined, params: Fields, requests: string[], complaints: string[]): void {
  const url = (params.request as Fields | undefined)?.url;
  if (method === 'Network.requestWillBeSent' && params.type !== 'Document') requests.push(String(url));
  if (method === 'Runtime.exceptionThrown' || method === 'Runtime.consoleAPICalled')
    complaints.push(JSON.stringify(params));
  if (method === 'Log.entryAdded') complaints.push(JSON.stringify(params.entry));
}

class Pipe {
  readonly #input: Writable;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #events = new Map<string, () => void>();
  #lastId = 0;
  #rest = '';

  constructor(child: ChildProcess, onEvent: (answer: Answer) => void) {
    this.#input = child.stdio[3] as Writable;
    // A browser that has died is told by the answer that does not come.
    this.#input.on('error', () => {});
    (child.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => {
      const messages = (this.#rest + text).split('\0');
      this.#rest = messages.pop() ?? '';
      for (const message of messages) this.#take(JSON.parse(message) as Answer, onEvent);
    });
  }

  send(method: string, params: Fields = {}, sessionId?: string): Promise<Fields> {
    const id = ++this.#lastId;
    const answered = new Promise<Fields>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method}: no answer`)), DEADLINE_MS);
      this.#waiting.set(id, ({result, error}) => {
        clearTimeout(timer);
        if (error === undefined) resolve(result ?? {});
        else reject(new Error(`${method}: ${error.message}`));
      });
    });
    this.#input.write(`${JSON.stringify({id, method, params, ...(sessionId && {sessionId})})}\0`);
    return answered;
  }

  event(method: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method} did not come`)), DEADLINE_MS);
      this.#events.set(method, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #take(answer: Answer, onEvent: (answer: Answer) => void): void {
    if (answer.id !== undefined) {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
      return;
    }
    onEvent(answer);
    this.#events.get(answer.method ?? '')?.();
  }
}

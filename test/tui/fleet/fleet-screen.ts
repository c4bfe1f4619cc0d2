import {PassThrough} from 'node:stream';
import xterm from '@xterm/headless';
import {vi} from 'vitest';
import {countsOf} from '../../../src/core/fleet/counts.ts';
import type {FleetFeed, FleetRow, FleetState, FleetWish} from '../../../src/core/fleet/fleet.ts';
import {hostRows} from '../../../src/core/fleet/host-figures.ts';
import {ordered} from '../../../src/core/fleet/order.ts';
import {pastOf} from '../../../src/core/fleet/past.ts';
import type {FleetPoint} from '../../../src/core/fleet/point.ts';
import {readTerminal} from '../../../src/tui/capabilities.ts';
import {FleetApp} from '../../../src/tui/fleet/fleet-app.ts';
import type {ScreenOutput} from '../../../src/tui/terminal.ts';
import {AT, pointsOf} from '../../core/fleet/points.ts';
import {FakeOutput, themesFrom} from '../headless.ts';

const MINUTE = 60_000;
const UTF8 = {TERM: 'xterm-256color', LANG: 'C.UTF-8'};

/** A fleet with one of everything. */
export const FLEET: readonly FleetPoint[] = [
  ...pointsOf('10.0.0.7:9717', {
    host: 'atlas07',
    ram: 73.8,
    gpus: [87.1, 12.4],
    limitInSeconds: 20_400,
    growth: 2.6,
    verdict: 'leak',
    alerts: ['leak:ram'],
    calls: ['MemtopLeak'],
  }),
  ...pointsOf('10.0.0.8:9717', {host: 'atlas08', ram: 41.2, gpus: [92.3], alerts: ['gpu0']}),
  ...pointsOf('10.0.0.9:9717', {
    host: 'atlas09',
    ram: 97.4,
    limitInSeconds: 480,
    growth: 9.1,
    verdict: 'growing',
    alerts: ['ram'],
  }),
  ...pointsOf('10.0.0.10:9717', {host: 'atlas10', ram: 33, ageSeconds: 300}),
];

export function stateOf(points: readonly FleetPoint[] = FLEET, down = [downRow('atlas11')]): FleetState {
  const hosts = hostRows(points, AT);
  const pools = [...hosts.flatMap(({rows}) => rows), ...down];
  return {
    reading: {
      at: AT,
      counts: countsOf(hosts, down.length),
      rows: ordered(pools, 'limit'),
      pools,
      hosts: hosts.map(({host}) => host),
    },
    history: undefined,
    problem: undefined,
    nextAt: AT + 15_000,
  };
}

export function downRow(host: string): FleetRow {
  return {
    key: host,
    target: {key: host, instance: `${host}:9717`, job: 'memtop'},
    host,
    pool: undefined,
    alerts: [],
    isStale: false,
    down: {sinceAt: AT - 20 * MINUTE, reason: 'not seen in the last day'},
  };
}

/** An hour of a host: RAM that rises, a GPU that is filled, and ten minutes in which nobody was asked. */
export function historyOf(row: FleetRow): NonNullable<FleetState['history']> {
  const minutes = Array.from({length: 60}, (_, index) => index).filter((index) => index < 30 || index > 40);
  const line = (percent: (minute: number) => number) =>
    pastOf(
      minutes.map((minute) => [AT - (59 - minute) * MINUTE, percent(minute)] as const),
      MINUTE,
    );
  return {
    target: row.target,
    endAt: AT,
    firstAt: AT - 59 * MINUTE,
    pools: new Map([
      ['ram', line((minute) => 30 + minute * 0.7)],
      ['gpu0', line((minute) => (minute < 20 ? 5 : 87))],
    ]),
  };
}

export interface FleetScreenOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly state?: FleetState;
  readonly env?: Readonly<Record<string, string>>;
}

/** The screen of a fleet on a terminal in memory, fed by hand. */
export class FleetScreen {
  readonly wishes: FleetWish[] = [];
  readonly endings: string[] = [];
  readonly app: FleetApp;
  state: FleetState;
  readonly #input = Object.assign(new PassThrough(), {
    isTTY: true,
    isRaw: false,
    setRawMode: () => this.#input,
  });
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  #unread: string[] = [];

  constructor({columns = 120, rows = 40, state = stateOf(), env = UTF8}: FleetScreenOptions) {
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout', 'Date'], now: AT});
    this.state = state;
    this.#terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
    const output = new FakeOutput(columns, rows, (text) => void this.#unread.push(text));
    const own = () => this.state;
    const feed: FleetFeed = {
      title: 'prometheus.example:9090',
      farthestMs: 30 * 1440 * MINUTE,
      intervalMs: 15_000,
      get state() {
        return own();
      },
      wish: (wish) => void this.wishes.push(wish),
    };
    this.app = new FleetApp(
      {
        feed,
        terminal: readTerminal(env, 'linux', {ascii: undefined, chart: undefined}),
        streams: {
          input: this.#input as unknown as NodeJS.ReadStream,
          output: output as unknown as ScreenOutput,
        },
        themes: themesFrom(env.NO_COLOR === undefined ? 'dark' : 'mono'),
        span: 3,
        mouse: false,
        now: () => Date.now(),
        quit: (how) => void this.endings.push(how),
      },
      {sort: 'limit', filter: ''},
    );
  }

  get rows(): readonly string[] {
    const {active} = this.#terminal.buffer;
    return Array.from(
      {length: this.#terminal.rows},
      (_, row) => active.getLine(row)?.translateToString(true).trimEnd() ?? '',
    );
  }

  get text(): string {
    return `${this.rows.join('\n')}\n`;
  }

  color(column: number, row: number): number | 'default' {
    const cell = this.#terminal.buffer.active.getLine(row)?.getCell(column);
    return cell === undefined || cell.isFgDefault() ? 'default' : cell.getFgColor();
  }

  async show(state: FleetState): Promise<void> {
    this.state = state;
    this.app.update();
    await this.settle();
  }

  /** @returns how many bytes went to the terminal */
  async settle(ms = 50): Promise<number> {
    await vi.advanceTimersByTimeAsync(ms);
    await new Promise((resolve) => setImmediate(resolve));
    const text = this.#unread.join('');
    this.#unread = [];
    const written = new Promise<void>((resolve) => this.#terminal.write(text, resolve));
    await vi.advanceTimersByTimeAsync(20);
    await written;
    return Buffer.byteLength(text);
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.#input.write(key);
      await new Promise((resolve) => setImmediate(resolve));
      await this.settle(key === '\u001b' ? 250 : 50);
    }
  }

  close(): void {
    this.app.close();
    vi.useRealTimers();
  }
}

import type {FleetRow, FleetSort} from './fleet.ts';
import {byNumber} from './host-figures.ts';

/** Rows in the order that was asked for; what is alike stands by host, RAM before GPUs. */
export function ordered(rows: readonly FleetRow[], sort: FleetSort): readonly FleetRow[] {
  return rows.toSorted((a, b) => ORDERS[sort](a, b) || byName(a, b));
}

/** Whether a row is meant by what was typed. */
export function isMeant({host, target: {instance}}: FleetRow, filter: string): boolean {
  const wanted = filter.trim().toLowerCase();
  return host.toLowerCase().includes(wanted) || instance.toLowerCase().includes(wanted);
}

type Order = (a: FleetRow, b: FleetRow) => number;

const LAST = Number.POSITIVE_INFINITY;
const downFirst: Order = (a, b) => Number(b.down !== undefined) - Number(a.down !== undefined);
const least =
  (figure: (row: FleetRow) => number | undefined): Order =>
  (a, b) => {
    const [left, right] = [figure(a) ?? LAST, figure(b) ?? LAST];
    return left === right ? 0 : left - right;
  };
const most = (figure: (row: FleetRow) => number | undefined): Order =>
  least((row) => {
    const value = figure(row);
    return value === undefined ? undefined : -value;
  });
const fullest = most(({percent}) => percent);

const ORDERS: Readonly<Record<FleetSort, Order>> = {
  limit: (a, b) => least(({limitIn}) => limitIn?.ms)(a, b) || downFirst(a, b) || fullest(a, b),
  share: (a, b) => fullest(a, b) || downFirst(a, b),
  growth: (a, b) => most(({growthPerHour}) => growthPerHour)(a, b) || downFirst(a, b) || fullest(a, b),
  host: () => 0,
};

const byName: Order = (a, b) =>
  byNumber(a.host, b.host) ||
  byNumber(a.target.key, b.target.key) ||
  POOL(a) - POOL(b) ||
  byNumber(a.pool ?? '', b.pool ?? '');

/** RAM before GPUs. */
const POOL = ({pool}: FleetRow) => Number(pool !== 'ram');

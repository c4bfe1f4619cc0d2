import type {FleetCounts, FleetRow} from './fleet.ts';
import type {HostRows} from './host-figures.ts';
import {rowLevel} from './row-level.ts';

/** How many hosts are how, of those that were all asked one by one. */
export function countsOf(hosts: readonly HostRows[], down: number): FleetCounts {
  const having = (is: (row: FleetRow) => boolean) => hosts.filter(({rows}) => rows.some(is)).length;
  const critical = having((row) => rowLevel(row) === 'CRITICAL');
  const full = having((row) => rowLevel(row) === 'CRITICAL' || row.status === 'HIGH');
  return {
    hosts: hosts.length + down,
    down,
    critical,
    high: full - critical,
    leak: having(({verdict}) => verdict === 'leak'),
    stale: hosts.filter(({isStale}) => isStale).length,
    rows: hosts.reduce((sum, {rows}) => sum + rows.length, down),
  };
}

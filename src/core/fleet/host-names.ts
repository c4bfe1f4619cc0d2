import type {HostRows} from './host-figures.ts';
import {nameOf} from './targets.ts';

/** Hosts that call themselves the same get behind that how they are reached. */
export function toldApart(hosts: readonly HostRows[]): readonly HostRows[] {
  const counts = new Map<string, number>();
  for (const {host} of hosts) counts.set(host.host, (counts.get(host.host) ?? 0) + 1);
  return hosts.map((one) => ((counts.get(one.host.host) ?? 0) > 1 ? renamed(one) : one));
}

function renamed({host, rows, isStale}: HostRows): HostRows {
  const place = nameOf(host.target);
  const name = host.host === place ? place : `${host.host} ${place}`;
  return {host: {...host, host: name}, rows: rows.map((row) => ({...row, host: name})), isStale};
}

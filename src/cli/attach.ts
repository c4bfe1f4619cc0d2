import type {Values} from '../config/resolve.ts';
import type {ProcessReading} from '../core/sample.ts';
import {safeText} from '../core/text.ts';
import type {Host} from '../sources/host.ts';
import {JobFollower} from '../sources/job/follower.ts';
import {platformReaders} from '../sources/platform.ts';
import {UserError} from './exit.ts';

/**
 * Follows what runs already: the processes that `--pid` names, or those that `--name` chooses at every scan.
 * @returns nothing where neither was asked for @throws {UserError} where there is nothing to follow
 */
export async function attach(values: Values, host: Host): Promise<JobFollower | undefined> {
  const {pid: pids, name} = values;
  if (pids !== undefined && name !== undefined)
    throw new UserError('--pid and --name: expected one of them, got both');
  if (pids !== undefined) return followPids(host, pids);
  return name === undefined ? undefined : followName(host, name);
}

/** A pid may be used again: with its start it names one process for ever. */
async function followPids(host: Host, pids: readonly number[]): Promise<JobFollower> {
  const {startKey} = platformReaders(host);
  const roots = await Promise.all(pids.map(async (pid) => ({pid, startKey: await startKey(pid)})));
  const gone = roots.find((root) => root.startKey === undefined);
  if (gone !== undefined)
    throw new UserError(`--pid: expected a process that runs, got ${gone.pid} (from --pid)`);
  const known = roots.flatMap(({pid, startKey: key}) => (key === undefined ? [] : [{pid, startKey: key}]));
  return new JobFollower(host, {name: `pid ${pids.join(', ')}`, roots: known});
}

async function followName(host: Host, pattern: RegExp): Promise<JobFollower> {
  const matches = ({name, args = [], pid}: ProcessReading) =>
    pid !== host.pid && (pattern.test(name) || pattern.test(args.join(' ')));
  const table = await platformReaders(host).scan();
  if (table.status === 'ok' && !table.value.processes.some(matches))
    throw new UserError(
      `--name: expected a pattern that some process matches, got ${safeText(pattern.source)} (from --name)`,
    );
  return new JobFollower(host, {name: pattern.source, matches});
}

import {FleetProblem, type FleetReading, type FleetSource, type FleetWish} from '../../core/fleet/fleet.ts';
import {fleetJson} from '../../core/fleet/fleet-json.ts';
import {toJson} from '../../sinks/to-json.ts';
import type {Context} from '../context.ts';
import {EXIT, UserError} from '../exit.ts';
import {print} from '../print.ts';
import {openFleet} from './open-fleet.ts';

const AT_FIRST: FleetWish = {sort: 'limit', filter: '', open: undefined};

/** `memtop top`: many machines on one screen; with `--json` their rows once. */
export async function top(context: Context): Promise<number> {
  if (context.settings.values.json) return printRows(context, await openFleet(context));
  const {lookOf} = await import('../screen.ts');
  // Where there can be no screen nobody is asked.
  const source = openFleet(context);
  const [look, fleet] = await Promise.all([lookOf(context), source]);
  return (await import('./top-screen.ts')).topScreen(context, {look, fleet, wish: AT_FIRST});
}

async function printRows({stdout}: Context, fleet: FleetSource): Promise<number> {
  const reading = await readOnce(fleet);
  await print(stdout, toJson(fleetJson(reading)));
  const {hosts, down} = reading.counts;
  if (hosts > 0 && hosts === down) throw new UserError('memtop top: no host answers', EXIT.unreadable);
  return EXIT.fine;
}

async function readOnce(fleet: FleetSource): Promise<FleetReading> {
  try {
    return await fleet.read(AT_FIRST);
  } catch (error) {
    if (!(error instanceof FleetProblem)) throw error;
    throw new UserError(`memtop top: ${error.message}`, EXIT.unreadable);
  }
}

import {resolveSettings} from '../config/resolve.ts';
import type {Surroundings} from './context.ts';
import {doctorFacts} from './doctor-facts.ts';
import {doctorJson, doctorText} from './doctor-text.ts';
import {EXIT} from './exit.ts';
import {print} from './print.ts';

/** `memtop doctor`: what was found here, and why not the rest. It needs no setting, so that it tells of broken ones too. */
export async function doctor(context: Surroundings): Promise<number> {
  const {json, capture, names} = resolveSettings('doctor', [context.args.layer]).values;
  const facts = await doctorFacts(context);
  if (capture !== undefined) {
    const {writeCapture} = await import('./capture.ts');
    const files = await writeCapture(context, {folder: capture, keepNames: names, facts});
    const left = names ? '' : ', names of processes, users and host left out';
    await print(
      context.stdout,
      `${files} files written to ${capture}${left}; look through them before you send them`,
    );
    return EXIT.fine;
  }
  await print(context.stdout, json ? doctorJson(facts) : doctorText(facts));
  return EXIT.fine;
}

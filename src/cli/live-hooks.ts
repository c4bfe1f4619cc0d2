import {AlertHooks} from './alert-hooks.ts';
import type {Context} from './context.ts';
import type {LiveRun} from './run.ts';

/** Calls whoever is to be called for as long as a run lasts, and tells in the run what came of it. */
export function hookUp(
  {host, settings}: Context,
  run: LiveRun,
  ring: ((bytes: string) => void) | undefined,
): AlertHooks {
  const hooks = new AlertHooks({
    settings,
    host,
    ring,
    logFile: run.log.file?.path,
    onResult: (name, {what}, {ok, text}) =>
      run.session.emit({kind: 'hook', at: host.now(), what, text: `${name} ${text}`, ok}),
  });
  run.session.onEvent((event) => hooks.note(event));
  return hooks;
}

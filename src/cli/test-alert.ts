import type {AlertNotice} from '../core/notice.ts';
import {safeText} from '../core/text.ts';
import {AlertHooks} from './alert-hooks.ts';
import type {Context} from './context.ts';
import {EXIT, UserError} from './exit.ts';
import {print} from './print.ts';

/** A program may take 10 s, and so may a webhook's only try. */
const PATIENCE_MS = 15_000;

/** `memtop test-alert`: a sample through everything that is configured, and what became of it. */
export async function testAlert({settings, host, stdout, stderr}: Context): Promise<number> {
  const lines: string[] = [];
  let failed = 0;
  const hooks = new AlertHooks({
    settings,
    host,
    logFile: undefined,
    tries: 1,
    ring: stderr.isTTY === true ? (bytes) => void stderr.write(bytes) : undefined,
    onResult: (name, _, {ok, text}) => {
      lines.push(`${name}: ${text}`);
      if (!ok) failed += 1;
    },
  });
  if (hooks.count === 0)
    throw new UserError('no hook is configured: --on-alert, --webhook, --bell or --notify asks for one');
  hooks.send(sample(host));
  await hooks.flush(PATIENCE_MS);
  await hooks.close();
  const {bell, notify} = settings.values;
  if (bell || notify) lines.push(terminalText(stderr.isTTY === true));
  await print(stdout, lines.map(safeText).join('\n'));
  return failed > 0 ? EXIT.none : EXIT.fine;
}

function terminalText(isTerminal: boolean): string {
  return isTerminal ? 'terminal: rung' : 'terminal: not rung, standard error is none';
}

function sample(host: Context['host']): AlertNotice {
  return {
    event: 'test',
    id: 'test',
    what: 'test',
    message: 'TEST ALERT: 85.0% of RAM in use (threshold: 80%), a sample of memtop test-alert',
    at: host.now(),
    hostName: host.hostName,
    status: 'HIGH',
    unit: 'percent',
    value: 85,
    threshold: 80,
  };
}

import {SPANS} from '../../core/choices.ts';
import type {FleetSource, FleetWish} from '../../core/fleet/fleet.ts';
import {PolledFleet} from '../../sources/fleet/feed.ts';
import type {FleetApp} from '../../tui/fleet/fleet-app.ts';
import type {Context} from '../context.ts';
import {crashWith} from '../crash.ts';
import {codeOf, type Ending, listenForEndings} from '../endings.ts';
import {tell} from '../print.ts';
import type {ScreenLook} from '../screen.ts';
import {waitlessly} from '../terminal-output.ts';

const USUAL_INTERVAL_MS = 15_000;
const LEAST_INTERVAL_MS = 1000;

export interface TopParts {
  readonly look: ScreenLook;
  readonly fleet: FleetSource;
  readonly wish: FleetWish;
}

const QUIT = {
  key: {kind: 'key'},
  interrupt: {kind: 'signal', signal: 'SIGINT'},
  lost: {kind: 'signal', signal: 'SIGHUP'},
} as const satisfies Record<string, Ending>;

/** Shows a fleet until something ends it. */
export async function topScreen(context: Context, {look, fleet, wish}: TopParts): Promise<number> {
  const {host, settings, stderr} = context;
  const endings = listenForEndings({hasTerminal: true});
  let app: FleetApp | undefined;
  const guard = crashWith({host, restore: () => app?.close(), lastWords: () => ''});
  const feed = new PolledFleet(fleet, {
    host,
    intervalMs: intervalOf(context),
    wish,
    onChange: () => app?.update(),
    onFault: guard.crash,
  });
  try {
    feed.start();
    const {FleetApp} = await import('../../tui/fleet/fleet-app.ts');
    app = new FleetApp(
      {
        feed,
        ...look,
        span: SPANS.indexOf(settings.values.span),
        mouse: settings.values.mouse,
        now: () => host.now(),
        quit: (how) => endings.end(QUIT[how]),
      },
      wish,
    );
    const ending = await endings.first;
    feed.close();
    app.close();
    const waitless = waitlessly(stderr, look.streams.output);
    for (const line of app.strayLines) await tell(waitless, line);
    return codeOf(ending);
  } catch (error) {
    return guard.crash(error);
  } finally {
    guard.release();
    endings.release();
  }
}

/** A saved interval is that of readings of one machine, and no one's who asks many. */
function intervalOf({settings: {values, origins}}: Context): number {
  const isAsked = /^from (?:--|MEMTOP_)interval/i.test(origins.interval ?? '');
  return isAsked ? Math.max(LEAST_INTERVAL_MS, values.interval ?? 0) : USUAL_INTERVAL_MS;
}

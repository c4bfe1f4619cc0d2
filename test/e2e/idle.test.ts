import {readdirSync, readFileSync} from 'node:fs';
import {setTimeout as wait} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {launch, workplace} from './program.ts';

test.runIf(process.platform === 'linux')(
  'between two checks that lie minutes apart it wakes for nothing',
  async () => {
    using place = workplace();
    const watch = launch(['watch', '--interval', '300s'], place);
    await watch.said('every 5 m');
    // What the runtime tidies up after a start.
    await wait(20_000);
    const before = timesWoken(watch.pid);
    await wait(10_000);
    expect(timesWoken(watch.pid) - before).toBe(0);
    watch.kill('SIGTERM');
    await watch.done;
  },
);

/** How often any thread of a process went to sleep and so was woken before. */
function timesWoken(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
    return sum + Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1]);
  }, 0);
}

import type {AlertNotice} from '../../../src/core/notice.ts';

/** What every notice says, and no more. */
export const BARE: AlertNotice = {
  event: 'raised',
  id: 'ram',
  what: 'RAM',
  message: 'MEMORY ALERT: 91.2% of RAM in use (threshold: 80%)',
  at: Date.UTC(2026, 10, 22, 3, 12, 44),
  hostName: 'node17',
  status: 'HIGH',
  unit: 'percent',
};

export const RAISED: AlertNotice = {
  ...BARE,
  value: 91.2,
  threshold: 80,
  top: {pid: 812, name: 'python train', rssBytes: 3 * 2 ** 30},
};

/** A name that a shell, a terminal or a chat would obey. */
export const HOSTILE = '$(touch x); `touch y` "quotes" \u001b]0;x\u0007 <!channel> \'\n\\';

/** Waits until it holds, looked at every few milliseconds. */
export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 8000;
  while (!holds()) {
    if (performance.now() > end) throw new Error('waited for in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

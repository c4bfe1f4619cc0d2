import {expect, test} from 'vitest';
import {eventSubject, eventText, type SessionEvent} from '../../src/core/event.ts';
import {GIB, START} from './samples.ts';

const at = START;
const raised: SessionEvent = {
  kind: 'raised',
  at,
  what: 'RAM',
  ruleId: 'ram',
  unit: 'percent',
  value: 85.04,
  usedBytes: 85 * GIB,
  totalBytes: 100 * GIB,
  threshold: 80,
  status: 'HIGH',
  message: 'MEMORY ALERT',
  repeat: 1,
  isReminder: false,
  silenced: false,
};

test.each<[SessionEvent, subject: string, text: string]>([
  [raised, 'RAM', '85.0% in use, threshold 80%'],
  [
    {...raised, top: {pid: 7, name: 'python train', rssBytes: 17.9 * GIB}},
    'RAM',
    '85.0% in use, threshold 80% · python train (7) 17.9 GiB',
  ],
  [
    {kind: 'resolved', at, what: 'swap', ruleId: 'swap', unit: 'percent', lastedMs: 250_000, peak: 91},
    'swap',
    'lasted 4 m 10 s · peak 91.0%',
  ],
  [{kind: 'silenced', at, what: 'RAM'}, 'RAM', 'until it clears'],
  [{kind: 'mark', at, note: 'epoch 2'}, 'epoch 2', ''],
  [
    {kind: 'changed', at, what: 'RAM', field: 'threshold', from: '80%', to: '85%'},
    'RAM',
    'threshold 80% → 85%',
  ],
  [{kind: 'lost', at, what: 'RAM', reason: 'EIO'}, 'RAM', 'EIO'],
  [{kind: 'back', at, what: 'RAM', afterMs: 5000}, 'RAM', 'read again after 5 s'],
  [{kind: 'note', at, what: 'limit', text: 'job_7 is in force'}, 'limit', 'job_7 is in force'],
  [{kind: 'started', at, what: 'memtop', text: 'on box'}, 'memtop', 'on box'],
])('%j is told as %j: %j', (event, subject, text) => {
  expect([eventSubject(event), eventText(event)]).toEqual([subject, text]);
});

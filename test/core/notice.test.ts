import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {OPTION_NAMES, variableName} from '../../src/config/options.ts';
import {UNITS} from '../../src/core/measure.ts';
import {
  type AlertNotice,
  isNoticeVariable,
  noticeFields,
  noticeText,
  noticeTitle,
  noticeVariables,
} from '../../src/core/notice.ts';
import {BARE as RAISED} from '../sinks/hooks/notices.ts';

const FULL: AlertNotice = {
  ...RAISED,
  value: 91.2,
  threshold: 80,
  usedBytes: 912,
  totalBytes: 1000,
  lastedMs: 252_500,
  peak: 97.4,
  top: {pid: 812, name: 'python train', rssBytes: 3 * 2 ** 30, vramBytes: 2 ** 30},
  logFile: '/var/log/run.jsonl',
};
const HOSTILE = '$(touch x); "quotes" \u001b]0;x\u0007\u0000\nnext';

describe('the JSON object', () => {
  test('holds every fact', () => {
    expect(noticeFields(FULL)).toEqual({
      timestamp: '2026-11-22T03:12:44.000Z',
      event: 'raised',
      rule: 'ram',
      what: 'RAM',
      message: 'MEMORY ALERT: 91.2% of RAM in use (threshold: 80%)',
      host_name: 'node17',
      status: 'HIGH',
      unit: 'percent',
      value: 91.2,
      threshold: 80,
      used_bytes: 912,
      total_bytes: 1000,
      lasted_seconds: 252.5,
      peak: 97.4,
      top_process: {pid: 812, name: 'python train', rss_bytes: 3 * 2 ** 30, vram_bytes: 2 ** 30},
      log: '/var/log/run.jsonl',
    });
  });

  test('holds nothing that is not known', () => {
    const names = ['timestamp', 'event', 'rule', 'what', 'message', 'host_name', 'status', 'unit'];
    expect(Object.keys(noticeFields(RAISED))).toEqual(names);
    expect(noticeFields({...RAISED, top: {pid: 1, name: 'init', rssBytes: 0}})).toMatchObject({
      top_process: {pid: 1, name: 'init', rss_bytes: 0},
    });
  });

  test('holds names as they came', () => {
    expect(noticeFields({...RAISED, what: HOSTILE})).toMatchObject({what: HOSTILE});
  });
});

describe('the variables', () => {
  test('hold every fact', () => {
    expect(noticeVariables(FULL)).toEqual({
      MEMTOP_ALERT_EVENT: 'raised',
      MEMTOP_ALERT_RULE: 'ram',
      MEMTOP_ALERT_WHAT: 'RAM',
      MEMTOP_ALERT_MESSAGE: 'MEMORY ALERT: 91.2% of RAM in use (threshold: 80%)',
      MEMTOP_ALERT_STATUS: 'HIGH',
      MEMTOP_ALERT_UNIT: 'percent',
      MEMTOP_ALERT_VALUE: '91.2',
      MEMTOP_ALERT_THRESHOLD: '80',
      MEMTOP_ALERT_PEAK: '97.4',
      MEMTOP_ALERT_USED_BYTES: '912',
      MEMTOP_ALERT_TOTAL_BYTES: '1000',
      MEMTOP_ALERT_LASTED_SECONDS: '252.5',
      MEMTOP_ALERT_HOST: 'node17',
      MEMTOP_ALERT_TIMESTAMP: '2026-11-22T03:12:44.000Z',
      MEMTOP_ALERT_TOP_PID: '812',
      MEMTOP_ALERT_TOP_NAME: 'python train',
      MEMTOP_ALERT_TOP_RSS_BYTES: String(3 * 2 ** 30),
      MEMTOP_ALERT_TOP_VRAM_BYTES: String(2 ** 30),
      MEMTOP_ALERT_LOG: '/var/log/run.jsonl',
    });
    expect(noticeVariables(RAISED)).not.toHaveProperty('MEMTOP_ALERT_VALUE');
  });

  test('are no settings of memtop, which a hook may run', () => {
    const settings = OPTION_NAMES.map(variableName);
    expect(settings.filter(isNoticeVariable)).toEqual([]);
    for (const name of Object.keys(noticeVariables(FULL))) {
      expect(isNoticeVariable(name)).toBe(true);
      expect(settings).not.toContain(name);
    }
  });

  test('are one line each, without control characters, and not endless', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary', maxLength: 2000}), (name) => {
        const values = Object.values(noticeVariables({...RAISED, what: name, message: `${name}\n${name}`}));
        for (const value of values) expect(value).toMatch(/^[^\p{Cc}\u2028\u2029]{0,1000}$/u);
      }),
    );
  });

  test('keep the script of a name', () => {
    expect(noticeVariables({...RAISED, what: '模型 ü\t1'}).MEMTOP_ALERT_WHAT).toBe('模型 ü 1');
  });
});

describe('what people read', () => {
  test.each([
    [RAISED, 'RAM alert on node17'],
    [{...RAISED, status: 'CRITICAL'}, 'RAM critical on node17'],
    [{...RAISED, event: 'resolved', status: 'NORMAL'}, 'RAM resolved on node17'],
    [{...RAISED, event: 'test', what: 'memtop'}, 'memtop test alert on node17'],
  ] as const)('has a title: %#', (notice, title) => expect(noticeTitle(notice)).toBe(title));

  test('names the largest process, with what it held of the pool', () => {
    expect(noticeText(FULL)).toBe(`${RAISED.message} · python train (812) 1.0 GiB`);
    expect(noticeText({...FULL, message: 'python train (812) holds 1 GiB'})).toBe(
      'python train (812) holds 1 GiB',
    );
  });

  test('tells at the end how long it lasted and its peak, once', () => {
    const {top: _, ...rest} = FULL;
    const resolved: AlertNotice = {...rest, event: 'resolved', message: 'RAM is below its threshold again'};
    expect(noticeText(resolved)).toBe('RAM is below its threshold again · lasted 4 m 13 s · peak 97.4%');
    const told = 'RAM alert resolved: lasted 4 m 13 s · peak 97.4%';
    expect(noticeText({...resolved, message: told})).toBe(told);
  });

  test.each(UNITS)('writes a peak in %s', (unit) => {
    const written = {
      percent: '4096.0%',
      bytes: '4 KiB',
      'bytes per hour': '4 KiB/h',
      'pages per second': '4096 pages/s',
      seconds: '1 h 8 m',
      count: '4096',
    };
    const {message: _, ...rest} = RAISED;
    const text = noticeText({...rest, message: 'over', event: 'resolved', peak: 4096, unit});
    expect(text).toBe(`over · peak ${written[unit]}`);
  });

  test('is safe for a terminal and not endless', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), (name) => {
        const top = {pid: 1, name, rssBytes: 1};
        const notice = {...RAISED, what: name, hostName: name, message: name.repeat(9), top};
        expect(noticeTitle(notice)).toMatch(/^[^\p{Cc}]{0,100}$/u);
        expect(noticeText(notice)).toMatch(/^[^\p{Cc}]{0,1000}$/u);
      }),
    );
  });
});

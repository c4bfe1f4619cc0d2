import {createServer, type RequestListener, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {afterEach, describe, expect, test} from 'vitest';
import {noticeFields, type WebhookFormat} from '../../../src/core/notice.ts';
import type {Later} from '../../../src/sinks/hooks/hook.ts';
import {Hooks} from '../../../src/sinks/hooks/hooks.ts';
import {Webhook, type WebhookOptions} from '../../../src/sinks/hooks/webhook.ts';
import {type WebhookPost, webhookPost} from '../../../src/sinks/hooks/webhook-post.ts';
import {readRetryAfter, sendProblem, type WebhookAnswer} from '../../../src/sinks/hooks/webhook-send.ts';
import {parseWebhookUrl} from '../../../src/sinks/hooks/webhook-url.ts';
import {HOSTILE, RAISED, until} from './notices.ts';

const SECRET = 'https://hooks.slack.com/services/T0/SECRET';

describe('an address', () => {
  test.each([
    ['https://hooks.slack.com/services/T0/B0/x?y=1', 'hooks.slack.com'],
    ['HTTPS://Example.ORG:8443/a', 'example.org:8443'],
    ['http://localhost:9000/a', 'localhost:9000'],
    ['http://127.0.0.1:9000/a', '127.0.0.1:9000'],
    ['http://127.9/a', '127.0.0.9'],
    ['http://[::1]:9000/a', '[::1]:9000'],
    ['  https://ntfy.sh/topic  ', 'ntfy.sh'],
  ])('%s is taken', (url, host) => expect(parseWebhookUrl(url).host).toBe(host));

  test.each([
    '',
    'hooks.slack.com/secret',
    'http://hooks.slack.com/secret',
    'http://localhost.example.org/secret',
    'http://127.0.0.1.example.org/secret',
    'http://10.0.0.1/secret',
    'http://0.0.0.0/secret',
    'http://[::2]/secret',
    'http://[::ffff:10.0.0.1]/secret',
    'http://127.0.0.1@example.org/secret',
    'file:///secret',
    'ftp://localhost/secret',
    'https:///',
    'https://a b/secret',
    'https://example.org/a\nb/secret',
    'https://example.org:99999/secret',
  ])('%s is refused, and not repeated', (url) => {
    expect(() => parseWebhookUrl(url)).toThrow(
      /^expected an https:\/\/ address, or http:\/\/ of this machine itself \(localhost, 127\.0\.0\.1 or \[::1\]\)$/,
    );
  });

  test('gives its user and password to a header', () => {
    expect(parseWebhookUrl('https://me:p%40ss%C3%BC@ntfy.sh/topic#part')).toEqual({
      href: 'https://ntfy.sh/topic',
      host: 'ntfy.sh',
      authorization: `Basic ${Buffer.from('me:p@ssü').toString('base64')}`,
    });
    expect(() => parseWebhookUrl('https://me:100%@ntfy.sh/topic')).toThrow('percent-encoded');
  });

  test('is not in the name', () => {
    const name = (url: string) => new Webhook({url, clock: () => 0}).name;
    expect(name(SECRET)).toBe('webhook hooks.slack.com');
    expect(name('https://me:pass@example.org:8443/x?token=1')).toBe('webhook example.org:8443');
  });
});

describe('a post', () => {
  const post = (url: string, format: WebhookFormat, notice = RAISED) =>
    webhookPost(parseWebhookUrl(url), format, notice);

  test('is JSON', () => {
    const {href, headers, body} = post('https://me:pass@example.org/a?b=c', 'auto');
    expect(href).toBe('https://example.org/a?b=c');
    expect(headers).toEqual({
      'content-type': 'application/json',
      'user-agent': 'memtop/0.0.0-source',
      authorization: 'Basic bWU6cGFzcw==',
    });
    expect(JSON.parse(body)).toEqual(noticeFields(RAISED));
  });

  test('calls nobody in Slack by the name of a process', () => {
    const top = {pid: 1, name: HOSTILE, rssBytes: 2 ** 30};
    const {headers, body} = post(SECRET, 'auto', {...RAISED, what: '<@U1> & co', top});
    expect(headers['content-type']).toBe('application/json');
    expect(JSON.parse(body)).toEqual({
      text: `*&lt;@U1&gt; &amp; co alert on node17*\n${RAISED.message} · $(touch x); \`touch y\` "quotes"  &lt;!channel&gt; ' \\ (1) 1.0 GiB`,
    });
  });

  test.each([
    [{}, 'high', 'warning', 'RAM alert on node17'],
    [{status: 'CRITICAL'}, 'urgent', 'rotating_light', 'RAM critical on node17'],
    [{event: 'resolved', status: 'NORMAL'}, 'default', 'white_check_mark', 'RAM resolved on node17'],
    [{event: 'test'}, 'default', 'bell', 'RAM test alert on node17'],
  ] as const)('tells ntfy how urgent it is: %o', (more, priority, tags, title) => {
    const {headers, body} = post('https://ntfy.sh/topic', 'auto', {...RAISED, ...more});
    expect(headers).toMatchObject({priority, tags, title, 'content-type': 'text/plain; charset=utf-8'});
    expect(body).toBe(`${RAISED.message} · python train (812) 3.0 GiB`);
  });

  test('gives ntfy a title beyond ASCII in encoded words', () => {
    const title = (what: string) => post('https://ntfy.me.org/x', 'auto', {...RAISED, what}).headers.title;
    expect(title('Büro')).toBe(`=?UTF-8?B?${Buffer.from('Büro alert on node17').toString('base64')}?=`);
    expect(title('=?x')).toBe(`=?UTF-8?B?${Buffer.from('=?x alert on node17').toString('base64')}?=`);
  });

  test('has the form that is asked for, else that of the host', () => {
    const type = (url: string, format: WebhookFormat) => Object.keys(JSON.parse(post(url, format).body))[0];
    expect(type(SECRET, 'auto')).toBe('text');
    expect(type('https://hooks.slack-gov.com/x', 'auto')).toBe('text');
    expect(type('https://chat.example.org/hooks/x', 'slack')).toBe('text');
    expect(type(SECRET, 'json')).toBe('timestamp');
    expect(type('https://hooks.slack.com.example.org/x', 'auto')).toBe('timestamp');
    expect(() => type('https://example.org/x', 'ntfy')).toThrow(SyntaxError);
  });
});

/** Time that passes when the test says so. */
class FakeTime {
  now = 0;
  readonly #due = new Set<{readonly at: number; readonly work: () => void}>();

  readonly later: Later = (work, ms) => {
    const one = {at: this.now + ms, work};
    this.#due.add(one);
    return () => this.#due.delete(one);
  };

  get waiting(): readonly number[] {
    return [...this.#due].map(({at}) => at - this.now);
  }

  async pass(ms: number): Promise<void> {
    this.now += ms;
    for (const one of [...this.#due].filter(({at}) => at <= this.now)) {
      this.#due.delete(one);
      one.work();
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A webhook whose tries are answered one after the other; `never` is no answer. */
function fakePlace(
  answers: readonly (WebhookAnswer | Error | 'never')[],
  more: Partial<WebhookOptions> = {},
) {
  const time = new FakeTime();
  const posts: {readonly at: number; readonly post: WebhookPost}[] = [];
  const webhook = new Webhook({
    url: SECRET,
    clock: () => time.now,
    later: time.later,
    send: async (post, signal) => {
      const answer = answers[posts.length] ?? {status: 200};
      posts.push({at: time.now, post});
      if (answer instanceof Error) throw answer;
      if (answer !== 'never') return answer;
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
    ...more,
  });
  return {time, posts, webhook};
}

const refused = () => Object.assign(new TypeError('fetch failed'), {cause: coded('ECONNREFUSED')});
const coded = (code: string) => Object.assign(new Error(`connect ${code} ${SECRET}`), {code});

describe('a try that failed', () => {
  test('is made again after 1, 2, 4 and 8 s, five times in all', async () => {
    const {time, posts, webhook} = fakePlace([
      {status: 500},
      refused(),
      {status: 429},
      {status: 408},
      {status: 503},
    ]);
    const result = webhook.deliver(RAISED);
    await time.pass(0);
    for (let second = 0; second < 20; second += 1) await time.pass(1000);
    expect(await result).toEqual({ok: false, text: 'answered 503 in 0.0 s, given up after 5 tries'});
    const at = posts.map((one) => one.at);
    expect(at.map((ms, index) => ms - (at[index - 1] ?? 0))).toEqual([0, 1000, 2000, 4000, 8000]);
    expect(new Set(posts.map(({post}) => post)).size).toBe(1);
    expect(time.waiting).toEqual([]);
  });

  test('that gets no answer ends after 10 s', async () => {
    const {time, webhook} = fakePlace(['never', 'never', 'never', 'never', 'never']);
    const result = webhook.deliver(RAISED);
    for (let second = 0; second < 80; second += 1) await time.pass(1000);
    expect(await result).toEqual({ok: false, text: 'no answer within 10 s, given up after 5 tries'});
  });

  test('tells with which try it went well', async () => {
    const {time, webhook} = fakePlace([refused()]);
    const result = webhook.deliver(RAISED);
    await time.pass(0);
    await time.pass(1000);
    expect(await result).toEqual({ok: true, text: 'answered 200 in 0.0 s, at try 2'});
  });

  test.each([
    [400, 'answered 400 in 0.0 s'],
    [404, 'answered 404 in 0.0 s'],
    [301, 'answered 301 in 0.0 s, redirects are not followed'],
  ])('with %d is not made again', async (status, text) => {
    const {posts, webhook} = fakePlace([{status}]);
    expect(await webhook.deliver(RAISED)).toEqual({ok: false, text});
    expect(posts).toHaveLength(1);
  });

  test.each([
    [0, 1000],
    [500, 1000],
    [7000, 7000],
    [3_600_000, 60_000],
  ])('waits as the server asks, %d ms', async (retryAfterMs, waited) => {
    const {time, webhook} = fakePlace([{status: 429, retryAfterMs}]);
    const result = webhook.deliver(RAISED);
    await time.pass(0);
    expect(time.waiting).toEqual([waited]);
    await time.pass(waited);
    expect(await result).toMatchObject({ok: true});
  });

  test.each([
    ['7', null, 7000],
    ['Sun, 22 Nov 2026 03:13:00 GMT', 'Sun, 22 Nov 2026 03:12:30 GMT', 30_000],
    ['Sun, 22 Nov 2026 03:12:00 GMT', 'Sun, 22 Nov 2026 03:12:30 GMT', 0],
    ['Sun, 22 Nov 2026 03:12:00 GMT', null, undefined],
    ['soon', 'Sun, 22 Nov 2026 03:12:30 GMT', undefined],
    [null, null, undefined],
  ])('reads %s by the clock of the server', (text, date, ms) => expect(readRetryAfter(text, date)).toBe(ms));

  test.each([
    [refused(), 'connection refused'],
    [coded('ENOTFOUND'), 'host not found'],
    [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'its certificate is for another host'],
    [coded('EODD'), 'not sent: EODD'],
    [new Error(SECRET), 'not sent'],
    [SECRET, 'not sent'],
  ])('says why and never where to: %#', (error, text) => expect(sendProblem(error)).toBe(text));
});

describe('the end', () => {
  test('gives up a try', async () => {
    const {time, webhook} = fakePlace(['never']);
    const result = webhook.deliver(RAISED);
    webhook.close();
    expect(await result).toEqual({ok: false, text: 'given up, memtop ends'});
    expect(await webhook.deliver(RAISED)).toEqual({ok: false, text: 'given up, memtop ends'});
    expect(time.waiting).toEqual([]);
  });

  test('gives up a pause', async () => {
    const {time, posts, webhook} = fakePlace([{status: 500}]);
    const result = webhook.deliver(RAISED);
    await time.pass(0);
    webhook.close();
    expect(await result).toMatchObject({ok: false});
    expect([posts.length, time.waiting]).toEqual([1, []]);
  });
});

test('notices of all rules are posted in their order, one at a time, 100 wait at most', async () => {
  const {time, posts, webhook} = fakePlace(['never'], {tries: 1});
  const told: string[] = [];
  const hooks = new Hooks({hooks: [webhook], onResult: (_, {id}, {text}) => told.push(`${id} ${text}`)});
  for (let n = 0; n < 150; n += 1) hooks.notify({...RAISED, id: String(n), message: String(n)});
  await time.pass(0);
  expect(posts).toHaveLength(1);
  expect(told).toHaveLength(49);
  expect(told.at(-1)).toBe('49 left out, more than 100 wait (49 so far)');
  await time.pass(10_000);
  await hooks.flush(1000);
  const order = posts.map(({post}) => /\n(\d+) /.exec(JSON.parse(post.body).text)?.[1]);
  expect(order).toEqual(['0', ...Array.from({length: 100}, (_, n) => String(n + 50))]);
});

describe('a real server', () => {
  let server: Server | undefined;

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function serve(listener: RequestListener): Promise<string> {
    const made = createServer(listener);
    server = made;
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(made.address() as AddressInfo).port}/secret`;
  }

  const soon: Later = (work) => {
    const handle = setTimeout(work, 1);
    return () => clearTimeout(handle);
  };
  const clock = () => performance.now();

  test('gets the post', async () => {
    const got: unknown[] = [];
    const url = await serve((request, response) => {
      let body = '';
      request.on('data', (data) => {
        body += data;
      });
      request.on('end', () => {
        got.push(request.method, request.url, request.headers.authorization, JSON.parse(body));
        response.end('ok');
      });
    });
    const webhook = new Webhook({url: url.replace('http://', 'http://me:pass@'), clock});
    const what = HOSTILE;
    const result = await webhook.deliver({...RAISED, what});
    expect(result).toEqual({ok: true, text: expect.stringMatching(/^answered 200 in \d\.\d s$/)});
    expect(got).toEqual(['POST', '/secret', 'Basic bWU6cGFzcw==', noticeFields({...RAISED, what})]);
  });

  test('takes the headers of ntfy', async () => {
    const got: unknown[] = [];
    const url = await serve(({headers}, response) => {
      got.push(headers.title, headers.priority, headers.tags);
      response.end();
    });
    await new Webhook({url, clock, format: 'ntfy'}).deliver({...RAISED, what: HOSTILE});
    expect(got).toEqual([expect.stringMatching(/^\$\(touch x\); .* alert on node17$/), 'high', 'warning']);
  });

  test('that fails once is asked again', async () => {
    let count = 0;
    const url = await serve((_, response) => {
      count += 1;
      response.writeHead(count === 1 ? 500 : 200, {'retry-after': '0'}).end();
    });
    // Only the pause is cut short: a try has its time.
    const later: Later = (work, ms) => (ms === 1000 ? soon(work, ms) : () => {});
    const result = await new Webhook({url, clock, later}).deliver(RAISED);
    expect(result).toEqual({ok: true, text: expect.stringMatching(/^answered 200 in .*, at try 2$/)});
  });

  test.each([404, 302, 307])('that answers %d is asked once', async (status) => {
    const asked: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url);
      response.writeHead(status, {location: '/elsewhere'}).end();
    });
    const result = await new Webhook({url, clock}).deliver(RAISED);
    expect(result).toEqual({ok: false, text: expect.stringMatching(new RegExp(`^answered ${status} in `))});
    expect(asked).toEqual(['/secret']);
  });

  test('that never answers is left', async () => {
    let isLeft = false;
    const url = await serve((request) => {
      request.socket.on('close', () => {
        isLeft = true;
      });
    });
    const result = await new Webhook({url, clock, timeoutMs: 100, tries: 1}).deliver(RAISED);
    expect(result).toEqual({ok: false, text: 'no answer within 0.1 s'});
    await until(() => isLeft);
  });

  test('that writes an answer without end is not listened to', async () => {
    let isLeft = false;
    const url = await serve((_, response) => {
      response.write('x'.repeat(1000));
      const beat = setInterval(() => response.write('x'.repeat(1000)), 5);
      response.on('close', () => {
        clearInterval(beat);
        isLeft = true;
      });
    });
    const result = await new Webhook({url, clock}).deliver(RAISED);
    expect(result).toMatchObject({ok: true});
    await until(() => isLeft);
  });

  test('that is not there is told', async () => {
    const url = await serve(() => {});
    await new Promise((resolve) => server?.close(resolve));
    const result = await new Webhook({url, clock, tries: 1}).deliver(RAISED);
    expect(result).toEqual({ok: false, text: 'connection refused'});
  });
});

import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {type HostFacts, pointsOf} from '../core/fleet/points.ts';

/** A small server that answers memtop's questions as Prometheus does, with recorded hosts. */
export interface FakePrometheus {
  readonly url: string;
  /** Every query that was asked. */
  readonly asked: readonly string[];
  /** Whether two were ever asked at once. */
  hasOverlapped(): boolean;
  /** Answers all that comes from now on in another way; nothing answers as before. */
  answerWith(answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined): void;
  close(): void;
}

export async function fakePrometheus(hosts: Readonly<Record<string, HostFacts>>): Promise<FakePrometheus> {
  const asked: string[] = [];
  let own: Parameters<FakePrometheus['answerWith']>[0];
  let [atOnce, overlapped] = [0, false];
  const server = createServer((request, response) => {
    atOnce += 1;
    overlapped ||= atOnce > 1;
    response.on('close', () => {
      atOnce -= 1;
    });
    let body = '';
    request.on('data', (data) => {
      body += data;
    });
    request.on('end', () => {
      const form = new URLSearchParams(body);
      asked.push(form.get('query') ?? '');
      if (own !== undefined) own(request, response);
      else response.end(JSON.stringify({status: 'success', data: dataFor(form, hosts)}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    hasOverlapped: () => overlapped,
    answerWith: (answer) => {
      own = answer;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

type Metric = Readonly<Record<string, string>>;

function dataFor(form: URLSearchParams, hosts: Readonly<Record<string, HostFacts>>) {
  const now = Date.now() / 1000;
  const query = form.get('query') ?? '';
  const points = Object.entries(hosts).flatMap(([instance, facts]) => pointsOf(instance, facts));
  const vector = (entries: readonly (readonly [Metric, number])[]) => ({
    resultType: 'vector',
    result: entries.map(([metric, value]) => ({metric, value: [now, String(value)]})),
  });
  const down = {__name__: 'up', instance: 'atlas99:9717', job: 'memtop'};
  if (form.has('start'))
    return matrix(
      ...(['start', 'end', 'step'].map((name) => Number(form.get(name))) as [number, number, number]),
    );
  if (query.startsWith('count_values')) return vector([[{rank: '2'}, 1]]);
  if (query.endsWith('"leak", "", "")')) return vector([]);
  if (query.includes('"answering"'))
    return vector([
      [{rank: 'answering'}, Object.keys(hosts).length],
      [{rank: 'down'}, 1],
      [{rank: 'rows'}, 9000],
    ]);
  if (query.includes('topk('))
    return vector([
      ...points
        .filter(({name}) => name === 'memtop_pool_used_ratio')
        .map(({name, labels, value}) => [{__name__: name, ...labels, rank: '1'}, value] as const),
      [{...down, rank: '2'}, 0],
    ]);
  if (query.startsWith('max_over_time'))
    return vector([[{instance: down.instance, job: down.job}, now - 1200]]);
  return vector(
    points.map(({name, labels, value}) => [
      {__name__: name, ...labels},
      name === 'memtop_sample_timestamp_seconds' ? now : value,
    ]),
  );
}

/** RAM that rises from 20 % to 69 %. */
function matrix(start: number, end: number, step: number) {
  const count = Math.min(11_000, Math.floor((end - start) / step) + 1);
  const values = Array.from({length: count}, (_, index) => [
    start + index * step,
    String(0.2 + (0.49 * index) / (count - 1)),
  ]);
  const metric = {
    __name__: 'memtop_pool_used_ratio',
    instance: '10.0.0.7:9717',
    job: 'memtop',
    pool: 'ram',
  };
  return {resultType: 'matrix', result: [{metric, values}]};
}

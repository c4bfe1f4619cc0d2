import fc from 'fast-check';
import {SORT_KEYS, SPANS} from '../../src/core/choices.ts';
import type {JobEnding} from '../../src/core/job/job-ending.ts';
import {OutputLines} from '../../src/core/job/output-lines.ts';
import {denied, failed, type GpuReading, ok} from '../../src/core/sample.ts';
import {Session, type SessionOptions} from '../../src/core/session.ts';
import {readTerminal} from '../../src/tui/capabilities.ts';
import {EventList} from '../../src/tui/event-list.ts';
import {ProcessList} from '../../src/tui/process-list.ts';
import {
  CHART_LINES,
  GROUPINGS,
  initialState,
  PANES,
  type Pane,
  type Prompt,
  type Question,
  type UiState,
} from '../../src/tui/state.ts';
import type {OutputView, Recording, View} from '../../src/tui/view.ts';
import {
  apu,
  endedJob,
  gpu,
  job,
  lostGpu,
  type Machine,
  migGpu,
  NOW,
  noGpu,
  quarterHour,
  sampleAt,
  unifiedGpu,
} from './machine.ts';

const START = initialState({span: 2, sort: 'rss'});
const UTF8 = {TERM: 'xterm-256color', LANG: 'C.UTF-8'};

/** A session with its events, fed once and looked at in many views. */
export function stageOf(machine: Machine = {}, more: readonly Machine[] = [], options: SessionOptions = {}) {
  const session = new Session(options);
  const events = new EventList();
  session.onEvent((event) => events.add(event, event.at));
  for (const sample of quarterHour(machine)) session.feed(sample);
  for (const [index, one] of more.entries())
    session.feed(sampleAt(NOW + (index + 1) * 1000, {...machine, ...one}));
  return {session, events};
}

export type Stage = ReturnType<typeof stageOf>;

/** A view of it, as the screen would make it. */
export function viewOf(
  {session, events}: Stage,
  given: Partial<Omit<View, 'ui'>> & {readonly ui?: Partial<UiState>} = {},
): View {
  const {frame} = session;
  if (frame === undefined) throw new Error('expected a session that was fed');
  const {ui: asked, ...others} = given;
  const ui = {...START, ...asked};
  return {
    width: 120,
    height: 40,
    capabilities: readTerminal(UTF8, 'linux', {ascii: undefined, chart: undefined}).capabilities,
    frame,
    wallOffsetMs: 0,
    now: frame.at,
    endMs: frame.timelineMs - ui.backMs,
    hostName: 'atlas',
    upMs: 22_920_000,
    intervalMs: 1000,
    top: 5,
    recording: {status: 'off'},
    rows: new ProcessList().update(frame, ui, {
      changeOf: (key) => (key.startsWith('5') ? -(2 ** 30) : 0),
      leakOf: session.processLeaks?.verdictOf,
      height: 40,
    }),
    isOrderHeld: ui.cursors.processes !== undefined,
    watchesLeaks: session.processLeaks !== undefined,
    events: events.items,
    raisedCount: events.raisedCount,
    newCount: events.newCount,
    flashing: events.flashing(frame.at),
    quietMs: 22_920_000,
    answer: undefined,
    poolHistory: (id) => session.pool(id)?.history,
    processHistory: (key) => session.processes.history(key),
    cpuPercent: (key) => session.processes.cpuPercent(key),
    processMemory: undefined,
    jobEnding: undefined,
    output: undefined,
    tape: undefined,
    ...others,
    ui,
  };
}

const MEMORY_LOST = denied('/proc/meminfo: permission denied');

/** So many GPUs, each fuller than the one before; the first has a process that can be seen, and one that cannot. */
export const manyGpus = (count: number): readonly GpuReading[] =>
  Array.from({length: count}, (_, index) =>
    gpu(50 + ((index * 6) % 48), index, {
      processes: [
        {pid: 4127, usedBytes: 3 * 2 ** 30},
        {pid: 31_337 + index, usedBytes: 5 * 2 ** 30, hidden: 'it runs in another container'},
      ],
    }),
  );

const LONG = 'python train --with a very long name '.repeat(4);
const NO_ANSWER = failed('process 5210 is stuck on its memory lock');
const oomCounters = (kills: number) => ({
  counters: [{scope: 'host' as const, id: 'host', name: 'host', kills}],
  victims: [{pid: 5210, name: LONG, rssBytes: 2 ** 35, limitPath: '/gone'}],
});

/** Machines with a job that is followed: as it runs, without PSS, with one process, with none, ended, with alerts. */
const jobStages = (): readonly Stage[] => [
  stageOf({job: job()}),
  stageOf({job: job({pss: NO_ANSWER, name: LONG, state: 'stopped'}), gpus: noGpu, shmPercent: 70}),
  stageOf({job: job({members: job().members.slice(0, 1)}), gpus: ok(manyGpus(8))}, [{ramPercent: 97}]),
  stageOf({job: job({members: []}), limits: [], processes: 'none'}),
  stageOf({job: job()}, [{job: endedJob({at: NOW, signal: 'SIGKILL'})}]),
  stageOf(
    {
      job: job(),
      pressure: ok({some10: 99.9, some60: 40, full10: 60, full60: 12}),
      oom: oomCounters(1),
      shmPercent: 95,
    },
    [{oom: oomCounters(2), ramPercent: 96}],
    {thresholds: {job: {percent: 10}}, rules: {swapIn: 1, limitIn: 600, process: {percent: 1}}},
  ),
];

/** Machines of every kind: none or many GPUs, alerts, nothing to read, no processes, very long names, jobs. */
export const stages = (): readonly Stage[] => [
  stageOf(),
  stageOf({gpus: noGpu}),
  stageOf({gpus: ok(manyGpus(8))}, [{ramPercent: 85}, {ramPercent: 97}]),
  ...[2, 3, 4, 5, 7, 9, 12].map((count) => stageOf({gpus: ok(manyGpus(count))})),
  stageOf({gpus: ok(manyGpus(4))}, [{gpus: ok([...manyGpus(3), lostGpu(3)])}]),
  stageOf({gpus: ok([lostGpu(0), ...manyGpus(11).slice(1)])}),
  stageOf({gpus: ok([1, 2, 11, 12].map((instance) => migGpu(instance * 8, instance)))}),
  stageOf({gpus: ok([unifiedGpu()])}),
  stageOf({gpus: ok([apu(40)])}),
  stageOf({}, [
    {memory: MEMORY_LOST, limits: []},
    {memory: MEMORY_LOST, limits: []},
  ]),
  stageOf({processes: denied('/proc cannot be read: permission denied'), swapPercent: 70, vramPercent: 99}),
  stageOf({limits: [], processes: 'none', gpus: denied('x'.repeat(300))}),
  ...jobStages(),
];

const pane = fc.constantFrom<Pane>(...PANES);
const prompt = fc.record<Prompt>({
  kind: fc.constantFrom('filter', 'mark', 'signal'),
  text: fc.string({maxLength: 200}),
});
const target = {pid: 4_194_304, startKey: 's', name: 'python gateway '.repeat(9), user: 'mira'};

/** Any state that keys can bring about, and some that they cannot. */
export const anyUi = fc.record<UiState>({
  focus: pane,
  enlarged: fc.boolean(),
  help: fc.boolean(),
  overlayTop: fc.nat({max: 100}),
  detail: fc.boolean(),
  cursors: fc.record({
    memory: fc.constantFrom(undefined, 'ram', 'swap', 'gpu0', 'gpu1', 'gpu6', 'gpu11', 'gone'),
    processes: fc.constantFrom(undefined, '4127@start4127', '7003@start7003', 'program:python train', 'gone'),
    alerts: fc.constantFrom(undefined, '0', '1', '99'),
  }),
  filter: fc.oneof(fc.constantFrom('', 'py', 'no such'), fc.string({maxLength: 200})),
  prompt: fc.option(prompt, {nil: undefined}),
  question: fc.constantFrom<Question | undefined>(
    undefined,
    {kind: 'kill', target, signal: 'SIGTERM'},
    {kind: 'job', name: target.name, pid: 4_194_304, isStopping: false},
    {kind: 'job', name: 'sh', pid: 1, isStopping: true},
  ),
  sort: fc.constantFrom(...SORT_KEYS),
  reversed: fc.boolean(),
  grouping: fc.constantFrom(...GROUPINGS),
  opened: fc.constantFrom([], ['program:python train']),
  span: fc.nat({max: SPANS.length - 1}),
  fitted: fc.boolean(),
  lines: fc.constantFrom(...CHART_LINES),
  pausedAt: fc.constantFrom(undefined, NOW - 250_000),
  backMs: fc.constantFrom(0, 1000, 400_000, 10 ** 9),
  outputEnd: fc.constantFrom(undefined, 0, 1, 7, 10_000, 10 ** 9),
  isStopping: fc.boolean(),
});

const recording = fc.constantFrom<Recording>(
  {status: 'off'},
  {status: 'on', file: '/very/long/path/to/some/folder/of/logs/run.jsonl'},
  {status: 'failing', file: 'run.jsonl', reason: 'disk full', kept: 214},
);

const ENDING: JobEnding = {
  name: LONG,
  pid: 5210,
  exit: {at: NOW, code: 0},
  elapsedMs: 19_320_000,
  cpuMs: 1,
  moments: [],
  top: [],
  peak: {bytes: 2 ** 35, at: NOW},
};
const OOM_ENDING: JobEnding = {
  ...ENDING,
  exit: {at: NOW, signal: 'SIGKILL'},
  oom: {
    at: NOW,
    kills: 1,
    isOwn: true,
    isVictim: true,
    victim: {pid: 5210, name: `${LONG}\u001b[31m日本`, bytes: 2 ** 36},
    limit: {name: 'llm.slice', bytes: 2 ** 36},
  },
  rise: {ratePerHour: 2 ** 31, sinceAt: NOW - 3_600_000},
};

/** What a job has written: nothing, little, too much, and what a terminal would obey. */
const outputs = [
  '',
  'one line',
  'x\n'.repeat(10_100),
  `${'w'.repeat(5000)}\n\u009b31m日本\u202e\ttext\n`,
].map((text) => {
  const lines = new OutputLines();
  lines.feed(text);
  return lines;
});
const anyOutput = fc.record<OutputView>({
  lines: fc.constantFrom(...outputs),
  file: fc.constantFrom(undefined, 'train.log', `/data/${'deep/'.repeat(40)}train.log`),
  end: fc.constantFrom(0, 1, 2, 150, 10_100),
});

/** What else differs between views. */
export const anyOutside = fc.record({
  recording,
  capabilities: fc
    .constantFrom(
      {LANG: 'C', TERM: 'xterm'},
      {LANG: 'C.UTF-8', TERM: 'xterm'},
      {LANG: 'C.UTF-8', TERM: 'linux'},
    )
    .map((env) => readTerminal(env, 'linux', {ascii: undefined, chart: undefined}).capabilities),
  answer: fc.constantFrom(undefined, {text: 'report written to '.repeat(20), role: 'text' as const}),
  hostName: fc.constantFrom('atlas', 'a-very-long-host-name.of.some.cluster.example'),
  top: fc.integer({min: 1, max: 20}),
  jobEnding: fc.constantFrom(undefined, undefined, ENDING, OOM_ENDING),
  output: fc.option(anyOutput, {nil: undefined}),
});

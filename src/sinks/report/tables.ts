import {formatCount} from '../../core/format.ts';
import {formatBound, formatMeasure, isBounded} from '../../core/measure.ts';
import type {Report} from '../../core/report.ts';
import type {ReportAlert} from '../../core/report-alerts.ts';
import type {ReportPeak, ReportPool} from '../../core/report-pools.ts';
import {earlierJob, jobFigures, jobName, jobStory, largestOfJob, lastLooks, ownPools} from './job-words.ts';
import {suggestionParts} from './limit-words.ts';
import {
  aheadText,
  evidenceText,
  firstLeakText,
  paceText,
  sinceText,
  sureText,
  toldLeaks,
  verdictWord,
} from './verdict-words.ts';
import {
  aboveText,
  alertNotes,
  amountText,
  averageText,
  checksText,
  droppedText,
  errorText,
  growthTexts,
  lastedText,
  limitText,
  logText,
  nowText,
  peakAsOf,
  peakText,
  processesAsOf,
  processText,
  raisedText,
  selfText,
  spanText,
  thresholdText,
  trendText,
  whenText,
} from './words.ts';

/** One table of the report, as Markdown and HTML show it. Cells are not yet escaped. */
export interface ReportTable {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** What to write where there are no rows; a table without rows and without it is left out. */
  readonly empty?: string;
}

interface Column {
  readonly name: string;
  readonly isNumber: boolean;
}

/** The facts of the session as a whole. */
export function reportFacts(report: Report): readonly (readonly [name: string, text: string])[] {
  const {version, hostName, platform, reason, noGpuReason} = report;
  const dropped = droppedText(report);
  const nextRun = suggestionParts(report).join(', ');
  return [
    ['Host', `${hostName} (${platform})`],
    ['Time', spanText(report)],
    ['Ended', reason],
    ['Limit', limitText(report)],
    ['Checks', checksText(report)],
    ...(nextRun === '' ? [] : [['Next run', nextRun] as const]),
    ...(noGpuReason === undefined ? [] : [['GPU', noGpuReason] as const]),
    ...(dropped === undefined ? [] : [['Events', dropped] as const]),
    ['Log', logText(report)],
    ['memtop', `${version}, ${selfText(report)}`],
  ];
}

export function poolTable(report: Report): ReportTable {
  return {
    title: 'Memory',
    columns: [
      text('Pool'),
      ...['Now', 'Used', 'Average', 'Peak', 'Threshold', 'Above it'].map(number),
      text('Trend'),
    ],
    rows: ownPools(report).map((pool) => [
      poolName(pool),
      nowText(pool, report),
      amountText(pool) ?? 'not known',
      averageText(pool),
      peakText(pool, report),
      thresholdText(pool, report),
      aboveText(pool),
      pool.trend === undefined
        ? trendText(pool)
        : `${trendText(pool)} (${formatCount(pool.trend.checks)} checks)`,
    ]),
  };
}

/** All that follows the pools. */
export function furtherTables(report: Report): readonly ReportTable[] {
  return [
    jobTable,
    earlierJobTable,
    lastLookTable,
    oomTable,
    verdictTable,
    peakTable,
    alertTable,
    markTable,
    changeTable,
    growthTable,
    errorTable,
  ]
    .map((build) => build(report))
    .filter(({rows, empty}) => rows.length > 0 || empty !== undefined);
}

/** The job that was followed, one fact a row. */
function jobTable(report: Report): ReportTable {
  const {job} = report;
  const largest = job === undefined ? [] : largestOfJob(job);
  return {
    title: 'Job',
    columns: [text('Job'), text(job === undefined ? '' : jobName(job))],
    rows:
      job === undefined
        ? []
        : [
            ['How it went', jobStory(job)],
            ['Memory and time', jobFigures(job, report).join(', ')],
            ...(largest.length === 0 ? [] : [['Largest then', largest.join(', ')]]),
          ],
  };
}

function earlierJobTable(report: Report): ReportTable {
  return {
    title: 'Earlier jobs',
    columns: [text('Job'), text('How it went')],
    rows: (report.earlierJobs ?? []).map((job) => [jobName(job), earlierJob(job, report).join(', ')]),
  };
}

function lastLookTable(report: Report): ReportTable {
  return {
    title: 'Last looks before the end',
    columns: [text('Time'), number('Job'), number('RAM'), number('Processes')],
    rows: report.job === undefined ? [] : lastLooks(report.job, report),
  };
}

function oomTable(report: Report): ReportTable {
  return {
    title: 'Kills by the OOM killer',
    columns: [text('Time'), text('Who')],
    rows: report.oomKills.map(({at, text}) => [whenText(at, report), text]),
  };
}

function poolName({label, detail, kind}: ReportPool): string {
  return kind === 'swap' || detail === '' ? label : `${label} (${detail})`;
}

function verdictTable(report: Report): ReportTable {
  const asOf = processesAsOf(report);
  return {
    title: 'Leaks and forecasts',
    columns: [
      text('What'),
      text('Verdict'),
      number('Growth'),
      text('Since'),
      number('Sure'),
      number('Limit in'),
      number('Threshold in'),
      text('First told'),
      text('Evidence'),
    ],
    rows: toldLeaks(report).map((leak) => [
      leak.kind === 'process' && asOf !== undefined ? `${leak.what}, ${asOf}` : leak.what,
      verdictWord(leak, report),
      paceText(leak),
      sinceText(leak, report),
      sureText(leak),
      aheadText(leak.forecast.toLimit),
      aheadText(leak.forecast.toThreshold),
      firstLeakText(leak, report),
      evidenceText(leak, report),
    ]),
  };
}

function peakTable(report: Report): ReportTable {
  return {
    title: 'Largest processes at each peak',
    columns: [text('Peak of'), text('When'), text('Processes and their RSS')],
    rows: ownPools(report).flatMap(({what, peak}) =>
      peak === undefined || peak.top.length === 0
        ? []
        : [[what, peakWhen(peak, report), peak.top.map(processText).join(', ')]],
    ),
  };
}

function peakWhen(peak: ReportPeak, report: Report): string {
  const asOf = peakAsOf(peak, report);
  return asOf === undefined ? whenText(peak.at, report) : `${whenText(peak.at, report)}, processes ${asOf}`;
}

function alertTable(report: Report): ReportTable {
  return {
    title: 'Alerts',
    columns: [
      text('Raised'),
      text('What'),
      number('At'),
      number('Threshold'),
      number('Peak'),
      text('Lasted'),
      text(''),
    ],
    rows: report.alerts.map((alert) => alertRow(alert, report)),
    empty: 'No alerts.',
  };
}

function alertRow(alert: ReportAlert, report: Report): readonly string[] {
  const {what, value, threshold, unit, peak} = alert;
  return [
    raisedText(alert, report),
    what,
    value === undefined ? 'not known' : formatMeasure(value, unit),
    isBounded(unit) ? (threshold === undefined ? 'not known' : formatBound(threshold, unit)) : '',
    formatMeasure(peak, unit),
    unit === 'count' ? '' : lastedText(alert).replace(/^lasted /, ''),
    alertNotes(alert).join(', '),
  ];
}

function markTable(report: Report): ReportTable {
  return {
    title: 'Marks',
    columns: [text('Time'), text('Note')],
    rows: report.marks.map(({at, note}) => [whenText(at, report), note]),
  };
}

function changeTable(report: Report): ReportTable {
  const changes = report.changes.map(({at, what, field, from, to}) => ({
    at,
    what,
    text: `${field} ${from} → ${to}`,
  }));
  const switches = report.limitSwitches.map(({at, text}) => ({at, what: 'limit', text}));
  return {
    title: 'Changes',
    columns: [text('Time'), text('What'), text('Change')],
    rows: [...changes, ...switches]
      .sort((a, b) => a.at - b.at)
      .map((change) => [whenText(change.at, report), change.what, change.text]),
  };
}

function growthTable(report: Report): ReportTable {
  const {growths = [], noProcessesReason} = report;
  const asOf = processesAsOf(report);
  return {
    title: 'Growth',
    columns: [text('Process'), number('PID'), number('Grew'), number('From and to'), text('Over')],
    rows: growths.map((growth) => {
      const {change, bytes, times} = growthTexts(growth, report);
      return [growth.name, String(growth.pid), change, bytes, times];
    }),
    empty:
      report.growths === undefined
        ? `Not known: ${noProcessesReason ?? 'no reason told'}.`
        : `No process grew${asOf === undefined ? '' : ` ${asOf}`}.`,
  };
}

function errorTable({errors}: Report): ReportTable {
  return {
    title: 'Errors',
    columns: [text('What'), text('Reason')],
    rows: errors.map((error) => [error.what, errorText(error)]),
  };
}

function text(name: string): Column {
  return {name, isNumber: false};
}

function number(name: string): Column {
  return {name, isNumber: true};
}

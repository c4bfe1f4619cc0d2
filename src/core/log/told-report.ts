import type {SessionEvent} from '../event.ts';
import type {Report} from '../report.ts';
import {leakRows, type PoolLeak, type ReportLeak} from '../report-leaks.ts';
import {LEAK_RULE} from '../rules/leak-rule.ts';
import type {ToldLeaks} from './told-leaks.ts';

/** A report with what the log's own lines tell, in place of what its readings alone would have set off. */
export function withTold(
  report: Report,
  {
    events,
    oomKills,
    leaks: told,
  }: {
    readonly events: readonly SessionEvent[];
    readonly oomKills: Report['oomKills'];
    /** The verdicts of its lines; nothing where those tell none. */
    readonly leaks?: ToldLeaks | undefined;
  },
): Report {
  const raised = events.flatMap((event) => (event.kind === 'raised' && !event.isReminder ? [event] : []));
  return {
    ...report,
    oomKills,
    // Its readings may have been thinned: then they tell of a leak later than the run did.
    leaks: (told === undefined ? report.leaks : toldRows(report, told)).map((leak) => {
      const firstAt = raised.find(({ruleId}) => ruleId === `${LEAK_RULE}${leak.id}`)?.at;
      return firstAt === undefined ? leak : {...leak, firstLeakAt: firstAt};
    }),
    pools: report.pools.map((pool) => ({
      ...pool,
      alertCount: raised.filter(({ruleId}) => ruleId === pool.id).length,
    })),
  };
}

function toldRows({pools, endedAt}: Report, told: ToldLeaks): readonly ReportLeak[] {
  const verdicts = pools.flatMap(({id, kind, what}): readonly PoolLeak[] => {
    const verdict = told.pool(id);
    return verdict === undefined ? [] : [{id, kind, what, verdict}];
  });
  return leakRows(verdicts, told.processes, {wallOffsetMs: 0, endedAt});
}

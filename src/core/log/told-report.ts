import type {SessionEvent} from '../event.ts';
import type {Report} from '../report.ts';

/** A report with what the log's own lines tell, in place of what its readings alone would have set off. */
export function withTold(
  report: Report,
  {events, oomKills}: {readonly events: readonly SessionEvent[]; readonly oomKills: Report['oomKills']},
): Report {
  const raised = events.filter((event) => event.kind === 'raised' && !event.isReminder);
  return {
    ...report,
    oomKills,
    pools: report.pools.map((pool) => ({
      ...pool,
      alertCount: raised.filter((event) => event.kind === 'raised' && event.ruleId === pool.id).length,
    })),
  };
}

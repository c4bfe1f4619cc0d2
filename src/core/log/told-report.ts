import type {SessionEvent} from '../event.ts';
import type {Report} from '../report.ts';
import {LEAK_RULE} from '../rules/leak-rule.ts';

/** A report with what the log's own lines tell, in place of what its readings alone would have set off. */
export function withTold(
  report: Report,
  {events, oomKills}: {readonly events: readonly SessionEvent[]; readonly oomKills: Report['oomKills']},
): Report {
  const raised = events.flatMap((event) => (event.kind === 'raised' && !event.isReminder ? [event] : []));
  return {
    ...report,
    oomKills,
    // Its readings may have been thinned: then they tell of a leak later than the run did.
    leaks: report.leaks.map((leak) => {
      const told = raised.find(({ruleId}) => ruleId === `${LEAK_RULE}${leak.id}`)?.at;
      return told === undefined ? leak : {...leak, firstLeakAt: told};
    }),
    pools: report.pools.map((pool) => ({
      ...pool,
      alertCount: raised.filter(({ruleId}) => ruleId === pool.id).length,
    })),
  };
}

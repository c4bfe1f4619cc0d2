import {eventSubject, eventText} from '../../core/event.ts';
import {formatClock, formatMoment} from '../../core/format.ts';
import {cutEnd, safeText} from '../../core/text.ts';
import {fit, type Line, padded, span, wrap} from '../line.ts';
import type {PaneEvent, View} from '../view.ts';
import {signOf} from './alerts.ts';
import {titleLine} from './detail-title.ts';
import {poolDetail} from './pool-detail.ts';
import {type DetailPane, processDetail} from './process-detail.ts';

/** What the cursor is on, whole: a process, a pool or an event, in the rows of Memory and History. */
export function detailPane(view: View, rows: number, top: number): DetailPane {
  const {ui} = view;
  const key = ui.cursors[ui.focus];
  const process = ui.focus === 'processes' ? view.rows.find((row) => row.key === key) : undefined;
  const pool =
    ui.focus === 'memory' || ui.focus === 'history' ? view.frame.pools.find(({id}) => id === key) : undefined;
  const event = ui.focus === 'alerts' ? view.events.find(({id}) => String(id) === key) : undefined;
  const pane =
    process !== undefined
      ? processDetail(view, process, rows, top)
      : {
          lines:
            pool !== undefined ? poolDetail(view, pool) : event !== undefined ? eventDetail(view, event) : [],
          chart: undefined,
        };
  const lines = pool === undefined ? pane.lines : withRest(pane.lines, rows);
  return {...pane, lines: padded(lines, rows).map((line) => fit(line, view.width))};
}

/** Where a pool has more to tell than there are rows, the last says so. */
function withRest(lines: readonly Line[], rows: number): readonly Line[] {
  if (lines.length <= rows) return lines;
  const rest = lines.length - rows + 1;
  return [...lines.slice(0, rows - 1), [span(`  + ${rest} more row${rest === 1 ? '' : 's'}`, 'muted')]];
}

function eventDetail(view: View, {event, repeats, lastAt, firing}: PaneEvent): readonly Line[] {
  const {sign, role} = signOf(event);
  const place = `${view.events.findIndex((item) => item.event === event) + 1} of ${view.events.length} · `;
  const state = firing ? ' · still over its threshold' : '';
  const text = wrap(safeText(eventText(event)), view.width - 4).map((row): Line => [span(`  ${row}`)]);
  return [
    titleLine(view, `${event.kind} · ${cutEnd(safeText(eventSubject(event)), 40)}`, place),
    [span(`${sign} `, role), span(`${formatMoment(event.at)}${state}`)],
    ...text,
    ...(repeats > 1 ? [[span(`  told ${repeats} times, last at ${formatClock(lastAt)}`, 'muted')]] : []),
  ];
}

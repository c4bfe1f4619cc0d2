import type {FleetRow, FleetState} from '../../core/fleet/fleet.ts';
import {isMeant, ordered} from '../../core/fleet/order.ts';
import type {Answer, Capabilities} from '../view.ts';
import type {FleetUi} from './fleet-state.ts';

/** Everything that the fleet's panels draw from. */
export interface FleetView {
  readonly width: number;
  readonly height: number;
  readonly capabilities: Capabilities;
  readonly ui: FleetUi;
  readonly state: FleetState;
  /** Who is asked. */
  readonly title: string;
  /** How far back that one knows anything; nothing where it is since the start. */
  readonly farthestMs: number | undefined;
  readonly intervalMs: number;
  /** Wall clock. */
  readonly now: number;
  readonly answer: Answer | undefined;
}

/** So many intervals old, figures are not of now. */
const OLD_INTERVALS = 3;
const SLACK_MS = 10_000;

/** The rows of the list: what was typed last counts at once, also before anybody was asked again. */
export function shownRows({ui, state}: Pick<FleetView, 'ui' | 'state'>): readonly FleetRow[] {
  const rows = state.reading?.rows.filter((row) => isMeant(row, ui.filter)) ?? [];
  return ordered(rows, ui.sort);
}

/** Whether the figures on the screen are not of now. */
export function isOld({state, now, intervalMs}: FleetView): boolean {
  const {reading, problem} = state;
  if (reading === undefined) return false;
  return problem !== undefined || now - reading.at > OLD_INTERVALS * intervalMs + SLACK_MS;
}

/** Rows of the list that there is room for, below header, status and rule, above the footer. */
export function pageRows(height: number): number {
  return Math.max(1, height - 4);
}

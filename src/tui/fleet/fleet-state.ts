import type {FleetRow, FleetSort, FleetTarget} from '../../core/fleet/fleet.ts';

/** What the eyes are on, of a fleet. */
export interface FleetUi {
  /** The row under the cursor, by its key; none until a key moves there. */
  readonly cursor: string | undefined;
  readonly sort: FleetSort;
  readonly filter: string;
  /** Whether the filter is typed just now. */
  readonly isTyping: boolean;
  readonly help: boolean;
  /** First row shown of the help. */
  readonly overlayTop: number;
  /** The host that is open. */
  readonly open: {readonly target: FleetTarget; readonly host: string} | undefined;
  /** Index into SPANS. */
  readonly span: number;
}

export function fleetUi(from: Pick<FleetUi, 'sort' | 'filter' | 'span'>): FleetUi {
  return {
    cursor: undefined,
    isTyping: false,
    help: false,
    overlayTop: 0,
    open: undefined,
    ...from,
  };
}

/** What the keys need to know of what is shown. */
export interface FleetFacts {
  readonly rows: readonly FleetRow[];
  /** Rows of a page. */
  readonly page: number;
}

export type FleetEffect = 'quit' | 'interrupt' | 'redraw' | 'suspend' | 'theme';

export interface FleetStep {
  readonly ui: FleetUi;
  readonly effect?: FleetEffect;
}

import type {KillSignal} from '../core/source.ts';
import type {TapeTarget} from '../core/tape-target.ts';
import type {KillTarget, UiState} from './state.ts';

export type PlainEffect =
  | 'quit'
  | 'interrupt'
  | 'silence'
  | 'report'
  | 'save-history'
  | 'redraw'
  | 'suspend'
  | 'stop-job'
  | 'leave-job'
  | 'theme';

/** What is asked of a replay's tape. */
export type TapeWish =
  | {readonly kind: 'toggle'}
  | {readonly kind: 'step'; readonly by: 1 | -1}
  | {readonly kind: 'faster'; readonly by: 1 | -1}
  | {readonly kind: 'go'; readonly target: TapeTarget};

/** What is to be done besides changing the state. */
export type Effect =
  | {readonly kind: PlainEffect}
  | {readonly kind: 'threshold'; readonly by: number}
  | {readonly kind: 'interval'; readonly step: 1 | -1}
  | {readonly kind: 'mark'; readonly note: string}
  | {readonly kind: 'kill'; readonly target: KillTarget; readonly signal: KillSignal}
  | {readonly kind: 'keep'; readonly name: 'sort' | 'span'; readonly value: string}
  | {readonly kind: 'tape'; readonly wish: TapeWish}
  | {readonly kind: 'answer'; readonly text: string};

export interface Step {
  readonly ui: UiState;
  readonly effects: readonly Effect[];
}

/** A step to a state, with what it sets off. */
export const only = (ui: UiState, ...effects: readonly Effect[]): Step => ({ui, effects});

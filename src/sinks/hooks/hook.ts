import type {AlertNotice} from '../../core/notice.ts';

/** What became of a notice, for the alert pane and the log. */
export interface HookResult {
  readonly ok: boolean;
  /** Safe for a terminal, without secrets: `ended with 0 in 0.3 s`, `answered 404 in 0.1 s`. */
  readonly text: string;
}

/** A way to call somebody. */
export interface Hook {
  /** Short, and never a secret: `notify.sh`, `webhook hooks.slack.com`. */
  readonly name: string;
  /** How many notices it may have in hand at once. */
  readonly atOnce: number;
  /** Resolves when the notice was delivered or given up. */
  deliver(notice: AlertNotice): Promise<HookResult>;
  /** Gives up at once what it has in hand; those deliveries still resolve. It delivers nothing afterwards. */
  close(): void;
}

/** Does work later, and hands back what calls it off. */
export type Later = (work: () => void, ms: number) => () => void;

/** A timer that keeps no process alive. */
export const timer: Later = (work, ms) => {
  const handle = setTimeout(work, ms).unref();
  return () => clearTimeout(handle);
};

/** How long something took, in seconds with one decimal: `0.3 s`. */
export function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

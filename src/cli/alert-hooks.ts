import type {Settings} from '../config/resolve.ts';
import {errorMessage} from '../core/errors.ts';
import type {SessionEvent} from '../core/event.ts';
import {resolvedText} from '../core/lasting-alert.ts';
import {isBounded} from '../core/measure.ts';
import type {AlertNotice} from '../core/notice.ts';
import {CommandHook} from '../sinks/hooks/command-hook.ts';
import type {Hook, HookResult} from '../sinks/hooks/hook.ts';
import {Hooks} from '../sinks/hooks/hooks.ts';
import {BELL, terminalNotice} from '../sinks/hooks/terminal-notice.ts';
import {Webhook} from '../sinks/hooks/webhook.ts';
import type {Host} from '../sources/host.ts';
import {UserError} from './exit.ts';

export interface AlertHooksOptions {
  readonly settings: Settings;
  readonly host: Host;
  readonly logFile: string | undefined;
  /** Writes to the terminal, where there is one that may be rung. */
  readonly ring: ((bytes: string) => void) | undefined;
  /** Told what became of each call. */
  readonly onResult: (name: string, notice: AlertNotice, result: HookResult) => void;
  /** How often a webhook is tried. @default 5 */
  readonly tries?: number;
}

/** Calls whoever is to be called when an alert is raised and when it is resolved; never for a reminder. */
export class AlertHooks {
  readonly #hooks: Hooks;
  readonly #options: AlertHooksOptions;
  /** How many are configured, the terminal's own among them. */
  readonly count: number;

  /** @throws {UserError} on an address that nothing may be posted to */
  constructor(options: AlertHooksOptions) {
    this.#options = options;
    const hooks = hooksFor(options);
    const {bell, notify} = options.settings.values;
    this.count = hooks.length + (bell ? 1 : 0) + (notify ? 1 : 0);
    this.#hooks = new Hooks({hooks, onResult: options.onResult});
  }

  /** Takes in what happened; what is no alert sets nothing off. */
  note(event: SessionEvent): void {
    const isNews = (event.kind === 'raised' && !event.isReminder) || event.kind === 'resolved';
    if (!isNews || this.count === 0) return;
    this.send(noticeOf(event, this.#options));
  }

  send(notice: AlertNotice): void {
    this.#hooks.notify(notice);
    if (notice.event !== 'resolved') this.#ring(notice);
  }

  /** Waits until all is delivered or given up, and no longer than that. */
  flush(patienceMs: number): Promise<void> {
    return this.#hooks.flush(patienceMs);
  }

  close(): Promise<void> {
    return this.#hooks.close();
  }

  closeNow(): void {
    this.#hooks.closeNow();
  }

  #ring(notice: AlertNotice): void {
    const {settings, ring, host} = this.#options;
    const {bell, notify} = settings.values;
    if (ring === undefined) return;
    const tmux = (host.env.TMUX ?? '') !== '';
    const texts = notify ? [terminalNotice(notice, {form: noticeForm(host.env), tmux})] : [];
    const bytes = [...texts, ...(bell ? [BELL] : [])].join('');
    if (bytes !== '') ring(bytes);
  }
}

/** Terminals of the VTE family and urxvt know the second form alone; all others the first, or none. */
function noticeForm(env: Readonly<Record<string, string | undefined>>): 'osc9' | 'osc777' {
  const isVte = (env.VTE_VERSION ?? '') !== '' || /^(rxvt|foot)/.test(env.TERM ?? '');
  return isVte ? 'osc777' : 'osc9';
}

function hooksFor({settings, host, tries}: AlertHooksOptions): readonly Hook[] {
  const {'on-alert': command, webhook, 'webhook-format': format} = settings.values;
  const clock = () => host.monotonic();
  return [
    ...(command === undefined ? [] : [new CommandHook({command, clock})]),
    ...(webhook === undefined ? [] : [openWebhook(webhook)]),
  ];

  function openWebhook(url: string): Webhook {
    try {
      return new Webhook({url, format, clock, ...(tries !== undefined && {tries})});
    } catch (error) {
      // The address may be a secret: it is not repeated.
      const origin = settings.origins.webhook ?? 'default';
      throw new UserError(`webhook: ${errorMessage(error)} (${origin})`);
    }
  }
}

function noticeOf(
  event: Extract<SessionEvent, {kind: 'raised' | 'resolved'}>,
  {host, logFile}: AlertHooksOptions,
): AlertNotice {
  const {at, what, ruleId: id, unit} = event;
  const common = {at, what, id, unit, hostName: host.hostName, ...(logFile !== undefined && {logFile})};
  if (event.kind === 'resolved') {
    const {lastedMs, peak} = event;
    const message = `${what} alert resolved: ${resolvedText(event)}`;
    return {...common, event: 'resolved', status: 'NORMAL', message, lastedMs, peak};
  }
  const {status, message, value, threshold, usedBytes, totalBytes, top} = event;
  return {
    ...common,
    event: 'raised',
    status,
    message,
    value,
    ...(isBounded(unit) && {threshold}),
    ...(usedBytes !== undefined && {usedBytes}),
    ...(totalBytes !== undefined && {totalBytes}),
    ...(top !== undefined && {top}),
  };
}

import type {SessionEvent} from '../core/event.ts';
import type {JobEnding} from '../core/job/job-ending.ts';
import {openAlertEvents} from '../core/report-alerts.ts';
import {KeptErrors} from './kept-errors.ts';
import {KeptEvents} from './kept-events.ts';

const MOST_KILLS = 100;
const MOST_ENDINGS = 100;

/** What happened in a log: what its lines tell, and what its readings set off; the one of our logs, the other of all else. */
export class LoggedEvents {
  errors = new KeptErrors();
  told = new KeptEvents();
  found = new KeptEvents();
  /** Kills by the kernel's OOM killer that its lines tell of, the latest hundred. */
  kills: {readonly at: number; readonly text: string}[] = [];

  /** How jobs ended, the latest last. */
  endings: readonly JobEnding[] = [];

  /** Takes in what a line tells. */
  tell(event: SessionEvent): void {
    this.told.add(event);
    if (event.kind === 'ended') this.endings = [...this.endings, event.ending].slice(-MOST_ENDINGS);
    if (event.kind === 'mark' || event.kind === 'ended') this.found.add(event);
    if (event.kind !== 'raised' || event.ruleId !== 'oom') return;
    this.kills.push({at: event.at, text: event.figureText ?? ''});
    if (this.kills.length > MOST_KILLS) this.kills.shift();
  }

  /** Only alerts that are not over stay. */
  begin(): void {
    this.errors = new KeptErrors();
    this.told = new KeptEvents(openAlertEvents(this.told.items));
    this.found = new KeptEvents(openAlertEvents(this.found.items));
    this.kills = [];
    this.endings = [];
  }
}

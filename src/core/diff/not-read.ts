import type {ComparedRun} from './series-diff.ts';

/** What of a log could not be read, so that its figures may not be those of the whole run; one text each. */
export function notRead({report}: ComparedRun): readonly string[] {
  return report.errors.filter(({what}) => what === 'log').map(({reason}) => reason);
}

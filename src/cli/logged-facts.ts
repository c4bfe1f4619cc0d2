import {type Fields, textOf} from '../core/log/log-fields.ts';
import {VERSION} from '../core/version.ts';
import {type LoggedSettings, loggedSettings} from './log-settings.ts';

const NOT_KNOWN = 'not known';

/** What the START lines of a log say of its run. */
export class LoggedFacts {
  version = VERSION;
  hostName = NOT_KNOWN;
  platform = NOT_KNOWN;
  settings: LoggedSettings = loggedSettings(undefined);

  /** @returns whether a run of memtop wrote it */
  start(line: Fields): boolean {
    const version = textOf(line.memtop);
    this.version = version ?? this.version;
    this.hostName = textOf(line.host_name) ?? this.hostName;
    this.platform = textOf(line.platform) ?? this.platform;
    this.settings = loggedSettings(line.options);
    return version !== undefined;
  }
}

import {checkMonitorOptions, type MonitorOptions, type MonitorSettings} from '../config/monitor-options.ts';
import {SimpleMemoryMonitor} from './monitor.ts';

let shared: SimpleMemoryMonitor | undefined;

/**
 * The one monitor of this process: made by the first call, handed back by all later ones.
 * @throws {Error} where a given option contradicts the monitor that is there; options not given are not compared.
 */
export function getMonitor(options: MonitorOptions = {}): SimpleMemoryMonitor {
  if (shared === undefined) {
    shared = new SimpleMemoryMonitor(options);
    return shared;
  }
  refuseContradiction(shared.settings, options);
  return shared;
}

function refuseContradiction(settings: MonitorSettings, options: MonitorOptions): void {
  const given = checkMonitorOptions(options);
  for (const key of Object.keys(options).filter(isSetting)) {
    if (options[key] === undefined || settings[key] === given[key]) continue;
    throw new Error(`getMonitor: the monitor has ${key} ${String(settings[key])}, got ${String(given[key])}`);
  }

  function isSetting(key: string): key is keyof MonitorSettings {
    return key in settings;
  }
}

import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';

export const DEPLOY = path.resolve(import.meta.dirname, '../deploy');

export function deployed(name: string): string {
  return readFileSync(path.join(DEPLOY, name), 'utf8');
}

/** The files of rules, by name. */
export const RULE_FILES = readdirSync(path.join(DEPLOY, 'prometheus/rules'));

export const RULES = RULE_FILES.map((name) => deployed(`prometheus/rules/${name}`)).join('\n');

/** The names of all alerts. */
export const ALERT_NAMES = [...RULES.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: {readonly x: number; readonly y: number; readonly w: number; readonly h: number};
  readonly targets?: readonly {readonly refId: string; readonly expr: string}[];
}

export interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: {readonly list: readonly {readonly name: string; readonly query: unknown}[]};
}

export const DASHBOARD = JSON.parse(deployed('grafana/dashboards/memtop.json')) as Dashboard;

/** Every query of the dashboard with the title of its panel. */
export const QUERIES = DASHBOARD.panels.flatMap(({title, targets = []}) =>
  targets.map(({refId, expr}) => ({title: `${title} ${refId}`, expr})),
);

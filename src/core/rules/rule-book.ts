import type {SessionEvent} from '../event.ts';
import type {Stall} from '../figure-reading.ts';
import {formatElapsed} from '../format.ts';
import {LastingAlert} from '../lasting-alert.ts';
import {formatBound} from '../measure.ts';
import type {AlertSpans} from '../pool-series.ts';
import type {ProcessTable} from '../sample.ts';
import type {MaybeThreshold} from '../threshold.ts';
import {FIGURE_RULES, type FigureRule, type FigureRuleName, type RuleInput} from './figure-rules.ts';
import {type LeakLook, LeakRule} from './leak-rule.ts';
import type {OomKill} from './oom-kills.ts';
import {OomRule} from './oom-rule.ts';
import {ProcessRule} from './process-rule.ts';
import {type FiringAlert, type Moment, type RuleFigure, ruleEvent, silenceAll} from './rule.ts';

export type {FiringAlert} from './rule.ts';

/**
 * From where the rules beside those of pools alert: shares 0–100, pages a second, seconds.
 * @default pressure 10 % (some) and 5 % (full) of 10 s, all else off
 */
export type RuleThresholds = Readonly<Partial<Record<FigureRuleName, number | 'off'>>> & {
  /** Of single processes. @default 'off' */
  readonly process?: MaybeThreshold;
};

const DEFAULTS: Readonly<Record<FigureRuleName, number | 'off'>> = {
  pressure: 10,
  fullPressure: 5,
  swapIn: 'off',
  swapOut: 'off',
  limitIn: 'off',
};

export interface RuleLook extends RuleInput, LeakLook {
  readonly limitBytes: number | undefined;
  /** A scan that was not looked at before. */
  readonly newTable: ProcessTable | undefined;
  readonly kills: readonly OomKill[];
}

interface Watched {
  readonly rule: FigureRule;
  readonly alert: LastingAlert;
  figure: RuleFigure | undefined;
  /** Whether the figure is of the latest check. */
  isCurrent: boolean;
}

/** All rules that look at something else than a pool. */
export class RuleBook {
  readonly #figures: readonly Watched[];
  readonly #processes: ProcessRule | undefined;
  readonly #oom = new OomRule();
  readonly #leaks: LeakRule;

  constructor(thresholds: RuleThresholds = {}, spans: AlertSpans = {}) {
    this.#figures = Object.entries(FIGURE_RULES).flatMap(([name, rule]) => {
      const threshold = thresholds[name as FigureRuleName] ?? DEFAULTS[name as FigureRuleName];
      return threshold === 'off' ? [] : [watch(rule, threshold, spans)];
    });
    this.#leaks = new LeakRule(spans);
    const {process = 'off'} = thresholds;
    this.#processes = process === 'off' ? undefined : new ProcessRule(process, spans);
  }

  /** Looks at one check. */
  feed(look: RuleLook, moment: Moment): readonly SessionEvent[] {
    return [
      ...this.#oom.feed(look.kills, moment),
      ...this.#figures.flatMap((watched) => checkFigure(watched, look, moment)),
      ...this.#leaks.feed(look, moment),
      ...(look.newTable === undefined
        ? []
        : (this.#processes?.feed(look.newTable, look.limitBytes, moment) ?? [])),
    ];
  }

  /** Whether figures of this stall set nothing off, and no rule looks at more than them. */
  isQuiet(stall: Stall | undefined): boolean {
    if (this.#figures.length === 0) return true;
    return this.#figures.every(({rule, alert}) => {
      const share = rule.id === FIGURE_RULES.pressure.id ? stall?.some10 : stall?.full10;
      return rule.isStall === true && alert.isQuiet && (share === undefined || share < alert.threshold);
    });
  }

  /** Whether some leak fires. */
  get tellsLeaks(): boolean {
    return this.#leaks.isWatching;
  }

  /** Looks at the verdicts of one check alone. */
  feedLeaks(look: LeakLook, moment: Moment): readonly SessionEvent[] {
    return this.#leaks.feed(look, moment);
  }

  /** What fires now, the worst first. `clock` is the clock that never steps. */
  firing(clock: number): readonly FiringAlert[] {
    const figures = this.#figures.flatMap((watched) => firingFigure(watched, clock));
    const all = [
      ...this.#oom.firing(clock),
      ...figures,
      ...this.#leaks.firing(clock),
      ...(this.#processes?.firing(clock) ?? []),
    ];
    return all.toSorted((a, b) => Number(b.status === 'CRITICAL') - Number(a.status === 'CRITICAL'));
  }

  /** Silences all that fires now, until it clears. */
  silence(at: number): readonly SessionEvent[] {
    const alerts = this.#figures.map(({alert}) => alert);
    return [
      ...this.#oom.silence(at),
      ...silenceAll(alerts, at),
      ...this.#leaks.silence(at),
      ...(this.#processes?.silence(at) ?? []),
    ];
  }
}

function watch(rule: FigureRule, threshold: number, spans: AlertSpans): Watched {
  const {what, unit, isBelow = false, message, status} = rule;
  const alert = new LastingAlert({
    ...spans,
    what,
    unit,
    threshold,
    isBelow,
    message,
    status,
  });
  return {rule, alert, figure: undefined, isCurrent: false};
}

function checkFigure(watched: Watched, look: RuleLook, moment: Moment): readonly SessionEvent[] {
  const {rule, alert} = watched;
  const figure = rule.read(look) ?? vanished(rule);
  if (figure === undefined) return [];
  const info = alert.check(figure.value, moment.at, moment.clock);
  watched.isCurrent = figure.text !== '';
  if (watched.isCurrent) watched.figure = figure;
  if (info === undefined) return [];
  // Of time that runs out, who eats it up matters more than who holds the most.
  const who = () => (rule.isBelow ? look.growing(look.ram, 0) : undefined) ?? look.top();
  const top = info.event === 'raised' ? who() : undefined;
  return [ruleEvent(rule.id, info, {...figure, ...(top !== undefined && {top})}, moment)];
}

/** Time that is left and is not known any more is not running out. */
function vanished({isBelow}: FigureRule): RuleFigure | undefined {
  return isBelow ? {value: Number.MAX_VALUE, text: ''} : undefined;
}

function firingFigure({rule, alert, figure, isCurrent}: Watched, clock: number): readonly FiringAlert[] {
  const {episode, what, threshold, unit} = alert;
  if (episode === undefined || figure === undefined) return [];
  const firingMs = clock - episode.overClock;
  const over = rule.isBelow ? '' : `, over ${formatBound(threshold, unit)} for ${formatElapsed(firingMs)}`;
  const text = isCurrent ? `${figure.text}${over}` : `was ${figure.text}, not foreseen now`;
  return [
    {ruleId: rule.id, what, status: rule.status(figure.value), text, firingMs, silenced: episode.silenced},
  ];
}

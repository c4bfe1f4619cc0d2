import type {ChartStyle} from '../core/choices.ts';
import type {ColorDepth} from './theme.ts';
import type {Capabilities} from './view.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Terminal {
  readonly capabilities: Capabilities;
  readonly colors: ColorDepth;
  /** The description that blessed is to use: its own, of two kinds, whatever the system has. */
  readonly description: 'xterm-256color' | 'linux';
  /** Whether it has a second screen to draw on, so that the first comes back untouched. */
  readonly hasSecondScreen: boolean;
}

export interface Wishes {
  readonly ascii: boolean | undefined;
  readonly chart: ChartStyle | undefined;
}

const MANY_COLORS =
  /256color|direct|kitty|ghostty|alacritty|foot|wezterm|iterm|contour|konsole|^(?:st|vte|gnome|putty)\b/;
const NO_COLORS = /^(?:vt\d|dumb|ansi-m|.*-m(?:ono)?$|.*-old$)/;
const NO_SECOND_SCREEN = /^(?:vt\d|linux|ansi|cons)/;

/** What a terminal can show, by what the environment says of it. */
export function readTerminal(env: Environment, platform: string, wishes: Wishes): Terminal {
  const term = (env.TERM ?? '').toLowerCase();
  const isConsole = /^linux/.test(term);
  const ascii = wishes.ascii ?? !isUtf8(env, platform);
  const chart = ascii ? 'ascii' : (wishes.chart ?? (isConsole ? 'blocks' : 'braille'));
  return {
    capabilities: {ascii, console: isConsole && !ascii, chart},
    colors: colorDepth(env, platform, term),
    description: isConsole ? 'linux' : 'xterm-256color',
    hasSecondScreen: !NO_SECOND_SCREEN.test(term),
  };
}

/** Why there can be no screen here, if there cannot. */
export function screenProblem(
  env: Environment,
  platform: string,
  isTerminal: {readonly input: boolean; readonly output: boolean},
): string | undefined {
  if (!isTerminal.output) return 'standard output is not a terminal';
  if (!isTerminal.input) return 'standard input is not a terminal';
  if (platform === 'win32') return undefined;
  if (env.TERM === undefined || env.TERM === '') return 'TERM is not set';
  return env.TERM === 'dumb' ? 'TERM=dumb cannot place text' : undefined;
}

function colorDepth(env: Environment, platform: string, term: string): ColorDepth {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return 0;
  if (platform === 'win32' || (env.COLORTERM ?? '') !== '' || MANY_COLORS.test(term)) return 256;
  return NO_COLORS.test(term) ? 0 : 8;
}

/** The locale's character set, by the first of the three variables that says anything. */
function isUtf8(env: Environment, platform: string): boolean {
  if (platform === 'win32') return true;
  const locale =
    [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '') ?? '';
  return /utf-?8/i.test(locale);
}

/** Lists that flags, saved settings and the screen share. */

/** What the process table can be ordered by. */
export const SORT_KEYS = ['rss', 'vram', 'change', 'growth', 'name', 'pid', 'user'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** What the chart can be drawn with. */
export const CHART_STYLES = ['braille', 'blocks', 'ascii'] as const;
export type ChartStyle = (typeof CHART_STYLES)[number];

/** The chart's spans, shortest first; `all` is the whole history. */
export const SPANS = ['1m', '5m', '15m', '1h', '6h', '24h', '7d', 'all'] as const;
export type Span = (typeof SPANS)[number];

/** Settings that keys on the screen change; they are kept for the screen alone. */
export const SCREEN_KEPT = [
  'threshold',
  'swap-threshold',
  'vram-threshold',
  'interval',
  'theme',
  'sort',
  'span',
] as const;
export type KeptSetting = (typeof SCREEN_KEPT)[number];

/** Where secrets in command lines are hidden: also on the screen, in what is written or sent, or nowhere. */
export const REDACTIONS = ['on', 'logs', 'off'] as const;
export type Redaction = (typeof REDACTIONS)[number];

/** How the name of a report's file ends, and so which form it has. */
export const REPORT_ENDINGS = ['txt', 'md', 'json', 'html', 'htm', 'csv'] as const;
export type ReportEnding = (typeof REPORT_ENDINGS)[number];

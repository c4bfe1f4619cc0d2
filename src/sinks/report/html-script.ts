import {DRAWING} from './html-script-draw.ts';
import {HANDS} from './html-script-hands.ts';

const FIGURES = `(() => {
'use strict';
const data = JSON.parse(document.getElementById('chart-data').textContent);
const figure = document.getElementById('chart');
const still = figure.querySelector('.still');
const NS = 'http://www.w3.org/2000/svg';
const W = 960, L = 66, R = 950, TOP = 64;
const PANELS = [
  {items: data.pools, top: TOP, bottom: 352, isShare: true},
  {items: data.processes, top: 400, bottom: 560, isShare: false},
].filter((panel) => panel.items.length > 0);
const H = (PANELS.length > 1 ? 560 : 352) + 28;
const all = PANELS.flatMap((panel) => panel.items.map((item) => ({...item, panel, on: true})));
for (const panel of PANELS) panel.items = all.filter((item) => item.panel === panel);
/* A line is drawn through columns in which nothing was due: so far back a figure speaks for them. */
for (const item of all) {
  item.most = Math.max(1, ...item.columns.map((column) => (column ? column[2] : 0)));
  let [last, reach] = [null, 0];
  item.columns.forEach((column, i) => {
    if (column === null) last = null;
    if (!column) return;
    if (last !== null) reach = Math.max(reach, i - last - 1);
    last = i;
  });
  item.reach = reach;
}
const columnAt = (item, index) => {
  for (let i = index; i >= Math.max(0, index - item.reach); i -= 1) if (item.columns[i] !== 0) return item.columns[i];
  return 0;
};
const view = {first: 0, last: data.count};
let cursor = null;
let drag = null;

const pad = (n) => String(n).padStart(2, '0');
const format = new Intl.DateTimeFormat('en-GB', {timeZone: data.zone, hourCycle: 'h23', weekday: 'short', day: 'numeric',
  month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit'});
const parts = (at) => Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
const clock = (at, seconds) => { const p = parts(at); return p.hour + ':' + p.minute + (seconds ? ':' + p.second : ''); };
const day = (at) => { const p = parts(at); return p.weekday + ' ' + p.day + ' ' + p.month; };
const when = (at) => (day(data.from) === day(data.from + data.count * data.columnMs) ? '' : day(at) + ' ') + clock(at, true);
const share = (value) => value.toFixed(1) + '%';
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const bytes = (value) => {
  if (value < 1) return '0';
  let power = 0;
  while (power < 5 && Math.round(value / 1024 ** power) >= 1024) power += 1;
  const amount = value / 1024 ** power;
  return (power >= 3 && amount < 99.95 ? amount.toFixed(1) : Math.round(amount)) + ' ' + UNITS[power];
};
const tell = (item, column) => {
  if (column === null) return 'not read';
  const write = item.panel.isShare ? share : bytes;
  const [low, mean, high] = column.map(write);
  return low === high ? mean : mean + ' (' + low + ' to ' + high + ')';
};

const make = (name, attributes, parent, text) => {
  const element = document.createElementNS(NS, name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
};
const html = (name, className, parent, text) => {
  const element = document.createElement(name);
  element.className = className;
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
};

const x = (index) => L + ((index - view.first) / (view.last - view.first)) * (R - L);
const atOf = (index) => data.from + index * data.columnMs;
const indexOf = (at) => (at - data.from) / data.columnMs;
const scale = (panel) => {
  let most = 100;
  if (!panel.isShare) {
    most = 0;
    for (const item of panel.items) if (item.on) for (let i = view.first; i < view.last; i += 1) {
      const column = item.columns[i];
      if (column) most = Math.max(most, column[2]);
    }
    if (most === 0) most = Math.max(...panel.items.map((item) => item.most));
    const unit = 1024 ** Math.min(5, Math.floor(Math.log(most) / Math.log(1024)));
    const lead = 10 ** Math.floor(Math.log10(most / unit));
    most = [1, 2, 4, 5, 8, 10, 20].map((step) => step * lead * unit).find((step) => step >= most);
  }
  return {most, y: (value) => panel.bottom - (Math.min(most, Math.max(0, value)) / most) * (panel.bottom - panel.top)};
};

/* Columns that are drawn as one, so that no more are drawn than the eye can part. */
const runs = (item) => {
  const step = Math.max(1, Math.floor((view.last - view.first) / 600));
  const found = [[]];
  for (let i = view.first; i < view.last; i += step) {
    let low = Infinity, high = -Infinity, sum = 0, count = 0, gap = false;
    for (let j = i; j < Math.min(view.last, i + step); j += 1) {
      const column = item.columns[j];
      if (column === null) gap = true;
      if (!column) continue;
      low = Math.min(low, column[0]); high = Math.max(high, column[2]); sum += column[1]; count += 1;
    }
    if (count > 0) found[found.length - 1].push({x: x(i + Math.min(step, view.last - i) / 2), low, high, mean: sum / count});
    else if (gap) found.push([]);
  }
  return found.filter((points) => points.length > 0);
};
`;

/**
 * The script of the report: draws the chart anew for the time that was zoomed to, with figures under a crosshair. It only
 * ever writes texts, never markup, and asks nothing of the network; without it the chart that stands there stays. Written
 * for browsers and not compiled: it holds no backslash and no backtick, and nothing that ends a script element.
 */
export const SCRIPT = FIGURES + DRAWING + HANDS;

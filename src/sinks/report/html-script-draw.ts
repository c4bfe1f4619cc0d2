/** What the chart of a report is drawn of; the middle of its script. */
export const DRAWING = `const drawAxes = (svg, panel, {most, y}) => {
  const rows = panel.isShare ? [0, 25, 50, 75, 100] : [0, most / 4, most / 2, (most * 3) / 4, most];
  for (const row of rows) {
    make('path', {class: 'grid', d: 'M' + L + ' ' + y(row) + 'H' + R}, svg);
    make('text', {class: 'axis', x: L - 6, y: y(row) + 4, 'text-anchor': 'end'}, svg, panel.isShare ? row + '%' : bytes(row).replace('.0 ', ' '));
  }
};
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 2419200];
const drawTimes = (svg, bottom) => {
  const [from, to] = [atOf(view.first), atOf(view.last)];
  const step = (STEPS.find((seconds) => seconds * 1000 >= (to - from) / 8) || 2419200) * 1000;
  const p = parts(from);
  const offset = Math.round((Date.UTC(2000, 0, 1, p.hour, p.minute, p.second) - Date.UTC(2000, 0, 1)) / 1000) * 1000 - (Math.floor(from / 1000) * 1000) % 86400000;
  for (let at = Math.ceil((from + offset) / step) * step - offset; at <= to; at += step) {
    const place = x(indexOf(at));
    make('path', {class: 'grid', d: 'M' + place + ' ' + bottom + 'v5'}, svg);
    const label = step >= 86400000 || clock(at, true) === '00:00:00' ? day(at) : clock(at, step < 60000);
    make('text', {class: 'axis', x: place, y: bottom + 18, 'text-anchor': place > R - 28 ? 'end' : place < L + 28 ? 'start' : 'middle'}, svg, label);
  }
};
const drawThresholds = (svg, item, {y}) => {
  if (item.thresholds.length === 0) return;
  const clamp = (at) => Math.min(R, Math.max(L, x(indexOf(at))));
  let path = '';
  for (const [at, percent] of item.thresholds) path += path === '' ? 'M' + clamp(at) + ' ' + y(percent) : 'H' + clamp(at) + 'V' + y(percent);
  make('path', {class: 'threshold', d: path + 'H' + R}, svg);
};
const drawItem = (svg, item, {y}) => {
  const group = make('g', {class: item.color, 'data-name': item.name}, svg);
  for (const points of runs(item)) {
    const top = points.map((point) => point.x + ' ' + y(point.high));
    const bottom = points.map((point) => point.x + ' ' + y(point.low)).reverse();
    make('path', {class: 'band', d: 'M' + top.concat(bottom).join('L') + 'Z'}, group);
    const line = 'M' + points.map((point) => point.x + ' ' + y(point.mean)).join('L');
    make('path', {class: 'line', d: points.length === 1 ? line + 'h1' : line}, group);
  }
};
const inView = (at, until) => indexOf(until) >= view.first && indexOf(at) <= view.last;
const drawSigns = (svg) => {
  const bottom = PANELS[PANELS.length - 1].bottom;
  const edge = (at) => Math.min(R, Math.max(L, x(indexOf(at))));
  for (const alert of data.alerts) {
    const until = alert.until === undefined ? atOf(data.count) : alert.until;
    if (!inView(alert.at, until)) continue;
    const [from, to] = [edge(alert.at), edge(until)];
    const group = make('g', {}, svg);
    make('rect', {class: 'alert-span', x: from, y: TOP, width: Math.max(1, to - from), height: PANELS[0].bottom - TOP}, group);
    make('path', {class: 'alert-sign', d: 'M' + (from - 5) + ' 23h10l-5 -9z'}, group);
    make('title', {}, group, alert.title);
  }
  for (const mark of data.marks) {
    if (!inView(mark.at, mark.at)) continue;
    const place = edge(mark.at);
    const group = make('g', {}, svg);
    make('path', {class: 'mark-line', d: 'M' + place + ' 46V' + bottom}, group);
    make('path', {class: 'mark-sign', d: 'M' + place + ' 33l5 5l-5 5l-5 -5z'}, group);
    make('title', {}, group, 'mark at ' + when(mark.at) + ': ' + mark.note);
  }
  const label = (items, y, className, text) => {
    const shown = items.filter(({at}) => inView(at, at)).map((item) => ({place: x(indexOf(item.at)), text: text(item).slice(0, 30)}));
    shown.forEach(({place, text: words}, i) => {
      const free = Math.min(R, ...shown.slice(i + 1).map((next) => next.place - 10));
      if (place + 8 + words.length * 6.3 <= free) make('text', {class: className, x: place + 8, y}, svg, words);
    });
  };
  label(data.alerts, 22, 'alert-label', (alert) => alert.label);
  label(data.marks, 42, 'mark-label', (mark) => mark.note);
};
`;

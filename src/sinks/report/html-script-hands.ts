/** Crosshair, zoom, legend and keys of a report's chart; the end of its script. */
export const HANDS = `const live = html('div', 'live', figure);
figure.insertBefore(live, still);
const bar = html('div', 'bar', live);
const shownTime = html('span', 'shown', bar);
const reset = html('button', 'reset', bar, 'whole session');
reset.type = 'button';
html('span', 'hint', bar, 'drag to zoom, double-click for all; keys: arrows, + and -, Home, End, Esc');
const holder = html('div', 'holder', live);
const svg = make('svg', {viewBox: '0 0 ' + W + ' ' + H, role: 'application', tabindex: '0',
  'aria-label': 'Memory over the session. Arrow keys move along it, plus and minus zoom, Escape shows all.'}, holder);
const box = html('div', 'readout', holder);
box.setAttribute('role', 'status');
box.hidden = true;
const plot = make('g', {}, svg);
const over = make('g', {}, svg);
const legend = html('ul', 'legend', live);
for (const item of all) {
  const button = html('button', item.color, html('li', '', legend));
  button.type = 'button';
  html('i', '', button);
  button.append(item.name);
  button.setAttribute('aria-pressed', 'true');
  button.addEventListener('click', () => {
    item.on = !item.on;
    button.setAttribute('aria-pressed', String(item.on));
    draw();
  });
}

const draw = () => {
  plot.replaceChildren();
  shownTime.textContent = when(atOf(view.first)) + ' to ' + when(atOf(view.last));
  reset.disabled = view.first === 0 && view.last === data.count;
  drawSigns(plot);
  for (const panel of PANELS) {
    const scaled = scale(panel);
    drawAxes(plot, panel, scaled);
    if (!panel.isShare) make('text', {class: 'note', x: L, y: panel.top - 8}, plot, 'processes, RSS');
    for (const item of panel.items) if (item.on && panel.isShare) drawThresholds(plot, item, scaled);
    for (const item of panel.items) if (item.on) drawItem(plot, item, scaled);
  }
  drawTimes(plot, PANELS[PANELS.length - 1].bottom);
  point();
};

/* The crosshair, and what was there: the figures of one column. */
const point = () => {
  over.replaceChildren();
  box.hidden = cursor === null && drag === null;
  const bottom = PANELS[PANELS.length - 1].bottom;
  if (drag !== null) {
    const [from, to] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
    make('rect', {class: 'drag', x: from, y: TOP, width: to - from, height: bottom - TOP}, over);
  }
  if (cursor === null) return;
  const place = x(cursor + 0.5);
  make('path', {class: 'crosshair', d: 'M' + place + ' ' + TOP + 'V' + bottom}, over);
  box.replaceChildren();
  html('b', '', box, when(atOf(cursor)) + (data.columnMs > 1000 ? ' to ' + clock(atOf(cursor + 1), true) : ''));
  for (const item of all) {
    const column = columnAt(item, cursor);
    if (!item.on || column === 0 || column === undefined) continue;
    const row = html('div', item.color, box);
    html('i', '', row);
    html('span', 'name', row, item.name);
    html('span', 'value', row, tell(item, column));
    if (column !== null) make('circle', {class: 'dot ' + item.color, cx: place, cy: scale(item.panel).y(column[1]), r: 3}, over);
  }
  const [from, to] = [atOf(cursor), atOf(cursor + 1)];
  for (const mark of data.marks) if (mark.at >= from && mark.at < to) html('div', 'mark', box, '◆ ' + mark.note);
  for (const alert of data.alerts) {
    const until = alert.until === undefined ? Infinity : alert.until;
    if (alert.at < to && until >= from) html('div', 'alert', box, '▲ ' + alert.title);
  }
  const isRight = place > (L + R) / 2;
  box.style.left = isRight ? 'auto' : ((place + 10) / W) * 100 + '%';
  box.style.right = isRight ? ((W - place + 10) / W) * 100 + '%' : 'auto';
};

const clampIndex = (index) => Math.min(view.last - 1, Math.max(view.first, index));
const placeOf = (event) => {
  const rect = svg.getBoundingClientRect();
  return Math.min(R, Math.max(L, ((event.clientX - rect.left) / rect.width) * W));
};
const indexAt = (place) => view.first + ((place - L) / (R - L)) * (view.last - view.first);
const zoom = (first, last) => {
  const least = Math.min(data.count, 5);
  let [from, to] = [Math.floor(first), Math.ceil(last)];
  if (to - from < least) { from = Math.floor((from + to - least) / 2); to = from + least; }
  if (from < 0) { to -= from; from = 0; }
  if (to > data.count) { from -= to - data.count; to = data.count; }
  view.first = Math.max(0, from);
  view.last = to;
  if (cursor !== null) cursor = clampIndex(cursor);
  draw();
};
const showAll = () => zoom(0, data.count);

svg.addEventListener('pointerdown', (event) => {
  if (event.button !== 0) return;
  svg.setPointerCapture(event.pointerId);
  drag = {from: placeOf(event), to: placeOf(event)};
});
svg.addEventListener('pointermove', (event) => {
  cursor = clampIndex(Math.floor(indexAt(placeOf(event))));
  if (drag !== null) drag.to = placeOf(event);
  point();
});
svg.addEventListener('pointerup', () => {
  const done = drag;
  drag = null;
  if (done !== null && Math.abs(done.to - done.from) >= 5) {
    const [from, to] = [indexAt(Math.min(done.from, done.to)), indexAt(Math.max(done.from, done.to))];
    zoom(from, to);
  } else point();
});
svg.addEventListener('pointercancel', () => { drag = null; point(); });
svg.addEventListener('pointerleave', () => { if (drag === null && document.activeElement !== svg) { cursor = null; point(); } });
svg.addEventListener('blur', () => { cursor = null; point(); });
svg.addEventListener('dblclick', showAll);
reset.addEventListener('click', showAll);
const KEYS = {
  ArrowLeft: (far) => -far, ArrowRight: (far) => far, Home: () => -data.count, End: () => data.count,
};
svg.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const width = view.last - view.first;
  const centre = cursor === null ? view.first + width / 2 : cursor;
  const move = KEYS[event.key];
  if (move !== undefined) {
    const to = (cursor === null ? Math.floor(centre) : cursor) + move(event.shiftKey ? 10 : 1);
    if (to < view.first && view.first > 0) zoom(view.first - width / 2, view.last - width / 2);
    if (to >= view.last && view.last < data.count) zoom(view.first + width / 2, view.last + width / 2);
    cursor = clampIndex(to);
    point();
  } else if (event.key === '+' || event.key === '=') zoom(centre - width / 4, centre + width / 4);
  else if (event.key === '-') zoom(centre - width, centre + width);
  else if (event.key === 'Escape' || event.key === '0') showAll();
  else return;
  event.preventDefault();
});
figure.classList.add('is-live');
draw();
})();
`;

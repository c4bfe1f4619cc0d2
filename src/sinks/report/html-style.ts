/** The look of the report in a browser: light and dark as the system asks, plain on paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c2330; --soft: #5b6675; --rule: #dde2e9; --alert: #c0392b; --mark: #6b4fbb;
  --c0: #1f6feb; --c1: #b35900; --c2: #16803c; --c3: #a0329b; --c4: #0b7a87; --c5: #7a6a00; --c6: #c2255c; --c7: #5c5fd6;
  --c8: #8c564b; --c9: #5f8c00; --c10: #4a5568; --c11: #8a1fd1;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #12161d; --ink: #e3e8ef; --soft: #98a4b3; --rule: #2b3340; --alert: #ff7b72; --mark: #b79cff;
    --c0: #58a6ff; --c1: #f0a04b; --c2: #56d364; --c3: #e38be0; --c4: #4fd1dd; --c5: #d6c444; --c6: #ff85ac; --c7: #a5a8ff;
    --c8: #d2a679; --c9: #a8d13a; --c10: #a0aec0; --c11: #d08bff;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 24px 20px 48px; }
h1 { font-size: 1.5rem; margin: 0 0 4px; }
h2 { font-size: 1.05rem; margin: 32px 0 8px; }
.lead { color: var(--soft); margin: 0 0 20px; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 20px; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 14px 5px 0; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
th { color: var(--soft); font-weight: 500; white-space: nowrap; }
td { unicode-bidi: isolate; }
th.number, td.number { text-align: right; }
td.number { white-space: nowrap; }
td.words { white-space: normal; min-width: 12em; }
figure { margin: 0; }
svg { display: block; width: 100%; min-width: 640px; height: auto; font: 11px system-ui, -apple-system, "Segoe UI", sans-serif; }
.color-0 { --c: var(--c0); } .color-1 { --c: var(--c1); } .color-2 { --c: var(--c2); } .color-3 { --c: var(--c3); }
.color-4 { --c: var(--c4); } .color-5 { --c: var(--c5); } .color-6 { --c: var(--c6); } .color-7 { --c: var(--c7); }
.color-8 { --c: var(--c8); } .color-9 { --c: var(--c9); } .color-10 { --c: var(--c10); } .color-11 { --c: var(--c11); }
.grid { stroke: var(--rule); fill: none; }
.axis, .note { fill: var(--soft); }
.strong { fill: var(--ink); font-weight: 600; }
.note { paint-order: stroke; stroke: var(--paper); stroke-width: 3px; stroke-linejoin: round; }
.band { fill: var(--c); opacity: 0.22; }
.line { fill: none; stroke: var(--c); stroke-width: 1.6; stroke-linejoin: round; stroke-linecap: round; }
.line.again, .again .line { stroke-dasharray: 7 3; }
.threshold { fill: none; stroke: var(--alert); stroke-dasharray: 5 4; }
.peak { fill: var(--paper); stroke: var(--c); stroke-width: 2; }
.alert-span { fill: var(--alert); opacity: 0.1; }
.alert-sign { fill: var(--alert); }
.alert-label { fill: var(--alert); }
.mark-line { stroke: var(--mark); stroke-dasharray: 2 3; fill: none; }
.mark-sign { fill: var(--mark); }
.mark-label { fill: var(--mark); }
.tooltips rect { fill: var(--ink); opacity: 0; }
.tooltips rect:hover { opacity: 0.12; }
h3 { font-size: 0.95rem; font-weight: 500; color: var(--soft); margin: 16px 0 4px; }
.live { display: none; }
.bar { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 16px; color: var(--soft); font-size: 0.85rem; }
.shown { font-variant-numeric: tabular-nums; color: var(--ink); }
.holder { position: relative; overflow: visible; }
.holder svg { cursor: crosshair; touch-action: pan-y; min-width: 0; user-select: none; -webkit-user-select: none; }
.holder svg:focus { outline: none; }
.holder svg:focus-visible { outline: 2px solid var(--c0); outline-offset: 2px; }
.crosshair { stroke: var(--soft); fill: none; pointer-events: none; }
.dot { fill: var(--paper); stroke: var(--c); stroke-width: 2; }
.drag { fill: var(--c0); opacity: 0.15; }
.readout { position: absolute; top: 64px; max-width: min(46%, 26em); padding: 6px 10px; border: 1px solid var(--rule); border-radius: 6px;
  background: var(--paper); font-size: 0.8rem; line-height: 1.4; pointer-events: none; overflow-wrap: anywhere; box-shadow: 0 2px 8px rgb(0 0 0 / 15%); }
.readout div { display: flex; gap: 8px; align-items: baseline; }
.readout i { flex: none; width: 10px; height: 4px; border-radius: 2px; background: var(--c); }
.readout .value { margin-left: auto; padding-left: 12px; white-space: nowrap; font-variant-numeric: tabular-nums; }
.readout .alert { color: var(--alert); } .readout .mark { color: var(--mark); }
button { font: inherit; color: inherit; background: none; border: 1px solid var(--rule); border-radius: 6px; padding: 1px 9px; cursor: pointer; }
button:focus-visible { outline: 2px solid var(--c0); outline-offset: 1px; }
button:disabled { opacity: 0.45; cursor: default; }
.legend button { border-color: transparent; padding: 0 4px; }
.legend button[aria-pressed="false"] { text-decoration: line-through; opacity: 0.55; }
@media (max-width: 720px) {
  .readout { position: static; max-width: none; margin-top: 8px; }
}
@media screen {
  .is-live .live { display: block; }
  .is-live .still { display: none; }
}
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; list-style: none; margin: 8px 0 0; padding: 0; color: var(--soft); font-size: 0.9rem; }
.legend i { display: inline-block; width: 14px; height: 4px; margin: 0 8px 3px 0; border-radius: 2px; background: var(--c); print-color-adjust: exact; }
@media print {
  main { max-width: none; padding: 0; }
  svg, .scroll { min-width: 0; overflow: visible; }
  section, tr { break-inside: avoid; }
}
`;

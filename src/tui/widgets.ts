import blessed, {type Cell, type Screen, type Line as ScreenLine} from 'blessed';
import CanvasWidget from 'blessed-contrib/lib/widget/canvas.js';
import {type ChartLine, type ChartSpec, DOTS} from './chart.ts';
import {inGlyphs} from './glyphs.ts';
import {glyphOf, InkGrid} from './ink-grid.ts';
import {BLANK, type Line, type Span} from './line.ts';
import type {Picture} from './picture.ts';
import {type ColorDepth, cellAttribute, type Theme} from './theme.ts';
import type {Capabilities} from './view.ts';

/** How the picture becomes ink. */
export interface Look {
  readonly theme: Theme;
  readonly colors: ColorDepth;
  readonly capabilities: Capabilities;
}

export interface CanvasOptions {
  readonly screen: Screen;
  /** Asked for the picture of this size on every paint, also right after a resize. */
  readonly picture: (width: number, height: number) => Picture;
  readonly look: () => Look;
}

/** Puts the two widgets on the screen: the rows of text, and the chart over them. */
export function mountPicture({screen, picture, look}: CanvasOptions): void {
  const chart = new ChartWidget();
  screen.append(chart);
  screen.append(new RowsWidget({screen, picture, look}, chart));
}

interface DrawnRow {
  /** The row of the screen that it was written into: after a resize these are others. */
  readonly into: ScreenLine;
  readonly line: Line;
}

/**
 * Rows of styled text, written straight into the screen's cells: no markup to escape, nothing from outside
 * that could be taken for a control sequence, and a row that did not change costs nothing.
 */
class RowsWidget extends blessed.Element {
  readonly #options: CanvasOptions;
  readonly #chart: ChartWidget;
  #drawn: DrawnRow[] = [];
  #look: Look | undefined;

  constructor(options: CanvasOptions, chart: ChartWidget) {
    super({screen: options.screen, left: 0, top: 0, width: '100%', height: '100%'});
    this.#options = options;
    this.#chart = chart;
  }

  override render(): undefined {
    const {screen} = this.#options;
    const picture = this.#options.picture(screen.width, screen.height);
    const look = this.#options.look();
    if (this.#look === undefined || !isSameLook(this.#look, look)) this.#drawn = [];
    this.#look = look;
    const redrawn = this.#chart.take(picture.chart);
    for (let row = 0; row < screen.lines.length; row += 1) {
      const into = screen.lines[row];
      const line = picture.lines[row] ?? BLANK;
      if (into === undefined) continue;
      const drawn = this.#drawn[row];
      if (drawn?.into === into && isSameLine(drawn.line, line) && !redrawn.has(row)) continue;
      this.#drawn[row] = {into, line};
      this.#write(into, line, look);
      this.#chart.write(into, row, look);
    }
    this.#drawn.length = screen.lines.length;
    return undefined;
  }

  #write(into: ScreenLine, line: Line, {theme, colors, capabilities}: Look): void {
    let column = 0;
    for (let index = 0; index < line.length; index += 1) {
      const part = line[index];
      if (part === undefined) continue;
      const attribute = cellAttribute(theme.inks[part.role], colors, part);
      const text = inGlyphs(part.text, capabilities);
      // One unit is one cell, as of all text that is shown.
      for (let place = 0; place < text.length; place += 1, column += 1)
        put(into, column, attribute, text.charAt(place));
    }
    for (const {dattr} = this.#options.screen; column < into.length; column += 1)
      put(into, column, dattr, ' ');
  }
}

const NO_ROWS: ReadonlySet<number> = new Set();

/**
 * The history chart, on blessed-contrib's canvas: its lines, drawn in dots of three kinds. The canvas makes many
 * objects for every point of a line, and so it draws only what is not the same dots as before.
 */
class ChartWidget extends CanvasWidget {
  #spec: ChartSpec | undefined;
  #paths: readonly Path[] = [];
  #before = {content: new Uint8Array(0), colors: [] as (string | number | null)[]};
  #size = '';

  constructor() {
    super({}, InkGrid);
  }

  /** In dots of the style, without the margin that the stock canvas leaves. */
  override calcSize(): void {
    const [across, down] = DOTS[this.#spec?.style ?? 'braille'];
    this.canvasSize = {width: (this.#spec?.width ?? 1) * across, height: (this.#spec?.height ?? 1) * down};
  }

  /** It is written with the rows that it stands in. */
  override render(): undefined {
    return undefined;
  }

  /** Takes what is to be drawn. @returns the rows of the screen that are to be written because of it */
  take(spec: ChartSpec | undefined): ReadonlySet<number> {
    const former = this.#spec;
    const [pathsBefore, paths] = [this.#paths, spec === undefined ? [] : spec.lines.map(pathOf(spec))];
    this.#spec = spec;
    this.#paths = paths;
    if (spec === undefined || former === undefined || !isSameFrame(former, spec)) {
      if (spec !== undefined) this.#drawAll(spec);
      return new Set([...rowsOf(former), ...rowsOf(spec)]);
    }
    if (paths.every((path, index) => isSamePath(path, pathsBefore[index]))) return NO_ROWS;
    const {content, colors} = this.ctx._canvas;
    this.#before = {content: content.slice(), colors: colors.slice()};
    this.#drawAll(spec);
    return new Set(rowsOf(spec).filter((row) => this.#isChanged(spec, row - spec.top)));
  }

  /** Writes its part of a row into the screen, over what stands there. */
  write(into: ScreenLine, row: number, {theme, colors}: Look): void {
    const spec = this.#spec;
    if (spec === undefined || row < spec.top || row >= spec.top + spec.height) return;
    const grid = this.ctx._canvas;
    for (let column = 0; column < spec.width; column += 1) {
      const cell = (row - spec.top) * spec.width + column;
      const mask = grid.content[cell] ?? 0;
      if (mask === 0) continue;
      const drawn = spec.lines[Number(grid.colors[cell] ?? 0)];
      const at = spec.left + column;
      if (drawn === undefined || isCovered(spec, at, row)) continue;
      put(into, at, cellAttribute(theme.inks[drawn.role], colors, {}), glyphOf(spec.style, mask, drawn.mark));
    }
  }

  #drawAll(spec: ChartSpec): void {
    this.#fitTo(spec);
    this.ctx._canvas.clear();
    for (let index = 0; index < this.#paths.length; index += 1) this.#draw(this.#paths[index] ?? [], index);
  }

  /** The stock canvas takes its size once, when it is attached; here it follows every change. */
  #fitTo({width, height, style}: ChartSpec): void {
    const size = `${width} ${height} ${style}`;
    if (size === this.#size) return;
    this.#size = size;
    InkGrid.style = style;
    this.emit('attach');
  }

  #draw(path: Path, index: number): void {
    this.ctx.strokeStyle = index;
    this.ctx.beginPath();
    for (let place = 0; place < path.length; place += STEP) {
      const [x = 0, y = 0, isFirst] = [path[place], path[place + 1], path[place + 2] === 1];
      if (isFirst) this.ctx.moveTo(x, y);
      this.ctx.lineTo(x, y);
    }
    this.ctx.stroke();
  }

  #isChanged({width}: ChartSpec, row: number): boolean {
    const {content, colors} = this.ctx._canvas;
    const before = this.#before;
    for (let cell = row * width; cell < (row + 1) * width; cell += 1) {
      if (content[cell] !== before.content[cell]) return true;
      if (content[cell] !== 0 && colors[cell] !== before.colors[cell]) return true;
    }
    return false;
  }
}

/** A line in dots: for each point column, row, and whether a stroke begins with it. */
type Path = readonly number[];
const STEP = 3;

function pathOf({height, style}: ChartSpec): (line: ChartLine) => Path {
  const dots = height * DOTS[style][1];
  const rowAt = (share: number) => Math.min(dots - 1, Math.floor((1 - share) * dots));
  return ({strokes}) => {
    const path: number[] = [];
    for (const stroke of strokes) {
      for (let place = 0; place < stroke.length; place += 1) {
        const point = stroke[place];
        if (point === undefined) continue;
        const [mean, high, low] = [rowAt(point.mean), rowAt(point.high), rowAt(point.low)];
        path.push(point.x, mean, place === 0 ? 1 : 0);
        if (high !== low) path.push(point.x, high, 0, point.x, low, 0, point.x, mean, 0);
      }
    }
    return path;
  };
}

function isSamePath(path: Path, other: Path | undefined): boolean {
  return path.length === other?.length && path.every((number, place) => number === other[place]);
}

/** Whether only the lines' course can differ. */
function isSameFrame(one: ChartSpec, other: ChartSpec): boolean {
  return (
    one.top === other.top &&
    one.left === other.left &&
    one.width === other.width &&
    one.height === other.height &&
    one.style === other.style &&
    one.hole === other.hole &&
    one.lines.length === other.lines.length &&
    one.lines.every(({role, mark}, index) => {
      const line = other.lines[index];
      return role === line?.role && mark === line.mark;
    })
  );
}

function rowsOf(spec: ChartSpec | undefined): number[] {
  return spec === undefined ? [] : Array.from({length: spec.height}, (_, row) => spec.top + row);
}

function isCovered({hole}: ChartSpec, x: number, y: number): boolean {
  return (
    hole !== undefined &&
    x >= hole.left &&
    x < hole.left + hole.width &&
    y >= hole.top &&
    y < hole.top + hole.height
  );
}

function isSameLook(one: Look, other: Look): boolean {
  return one.theme === other.theme && one.colors === other.colors && one.capabilities === other.capabilities;
}

function isSameLine(one: Line, other: Line): boolean {
  if (one === other) return true;
  if (one.length !== other.length) return false;
  for (let place = 0; place < one.length; place += 1) if (!isSameSpan(one[place], other[place])) return false;
  return true;
}

function isSameSpan(one: Span | undefined, other: Span | undefined): boolean {
  return (
    one === other ||
    (one?.text === other?.text &&
      one?.role === other?.role &&
      one?.inverse === other?.inverse &&
      one?.bold === other?.bold &&
      one?.solid === other?.solid)
  );
}

function put(line: ScreenLine, column: number, attribute: number, character: string): void {
  const cell: Cell | undefined = line[column];
  if (cell === undefined || (cell[0] === attribute && cell[1] === character)) return;
  cell[0] = attribute;
  cell[1] = character;
  line.dirty = true;
}

import blessed, {type Cell, type Screen, type Line as ScreenLine} from 'blessed';
import CanvasWidget from 'blessed-contrib/lib/widget/canvas.js';
import type {DotGrid} from 'drawille-canvas-blessed-contrib';
import {type ChartLine, type ChartSpec, DOTS} from './chart.ts';
import {inGlyphs} from './glyphs.ts';
import {glyphOf, InkGrid} from './ink-grid.ts';
import type {Picture} from './picture.ts';
import type {Role} from './roles.ts';
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
  const rows = new RowsWidget(screen, picture, look);
  const chart = new ChartWidget(look, () => rows.chart);
  screen.append(rows);
  screen.append(chart);
}

/**
 * Rows of styled text, written straight into the screen's cells: no markup to escape, nothing from outside
 * that could be taken for a control sequence, and a row that did not change costs nothing.
 */
class RowsWidget extends blessed.Element {
  chart: ChartSpec | undefined;
  readonly #screen: Screen;
  readonly #picture: CanvasOptions['picture'];
  readonly #look: CanvasOptions['look'];

  constructor(screen: Screen, picture: CanvasOptions['picture'], look: CanvasOptions['look']) {
    super({screen, left: 0, top: 0, width: '100%', height: '100%'});
    this.#screen = screen;
    this.#picture = picture;
    this.#look = look;
  }

  override render(): undefined {
    const {lines, width, height} = this.#screen;
    const picture = this.#picture(width, height);
    const {theme, colors, capabilities} = this.#look();
    this.chart = picture.chart;
    for (const [row, screenLine] of lines.entries()) {
      let column = 0;
      for (const part of picture.lines[row] ?? []) {
        const attribute = cellAttribute(theme.inks[part.role], colors, part);
        for (const character of inGlyphs(part.text, capabilities)) {
          put(screenLine, column, attribute, character);
          column += 1;
        }
      }
      for (; column < width; column += 1) put(screenLine, column, this.#screen.dattr, ' ');
    }
    return undefined;
  }
}

/** The history chart, on blessed-contrib's canvas: its lines, drawn in dots of three kinds. */
class ChartWidget extends CanvasWidget {
  readonly #look: CanvasOptions['look'];
  readonly #spec: () => ChartSpec | undefined;
  #size = '';

  constructor(look: CanvasOptions['look'], spec: () => ChartSpec | undefined) {
    super({}, InkGrid);
    this.#look = look;
    this.#spec = spec;
  }

  /** In dots of the style, without the margin that the stock canvas leaves. */
  override calcSize(): void {
    const spec = this.#spec?.();
    const [across, down] = DOTS[spec?.style ?? 'braille'];
    this.canvasSize = {width: (spec?.width ?? 1) * across, height: (spec?.height ?? 1) * down};
  }

  override render(): undefined {
    const spec = this.#spec();
    if (spec === undefined) return undefined;
    this.#fitTo(spec);
    const grid = this.ctx._canvas;
    grid.clear();
    for (const [index, line] of spec.lines.entries()) this.#draw(spec, line, index);
    this.#blit(spec, grid);
    return undefined;
  }

  /** The stock canvas takes its size once, when it is attached; here it follows every change. */
  #fitTo({width, height, style}: ChartSpec): void {
    const size = `${width} ${height} ${style}`;
    if (size === this.#size) return;
    this.#size = size;
    InkGrid.style = style;
    this.emit('attach');
  }

  #draw({height, style}: ChartSpec, {strokes}: ChartLine, index: number): void {
    const dots = height * DOTS[style][1];
    const rowOf = (share: number) => Math.min(dots - 1, Math.floor((1 - share) * dots));
    this.ctx.strokeStyle = index;
    this.ctx.beginPath();
    for (const stroke of strokes) {
      for (const [place, point] of stroke.entries()) {
        if (place === 0) this.ctx.moveTo(point.x, rowOf(point.mean));
        this.ctx.lineTo(point.x, rowOf(point.mean));
        if (rowOf(point.high) === rowOf(point.low)) continue;
        this.ctx.lineTo(point.x, rowOf(point.high));
        this.ctx.lineTo(point.x, rowOf(point.low));
        this.ctx.lineTo(point.x, rowOf(point.mean));
      }
    }
    this.ctx.stroke();
  }

  #blit(spec: ChartSpec, grid: DotGrid): void {
    const {theme, colors} = this.#look();
    for (let row = 0; row < spec.height; row += 1) {
      const line = this.screen.lines[spec.top + row];
      if (line === undefined) continue;
      for (let column = 0; column < spec.width; column += 1) {
        const cell = row * spec.width + column;
        const mask = grid.content[cell] ?? 0;
        const drawn = spec.lines[Number(grid.colors[cell] ?? 0)];
        if (mask === 0 || drawn === undefined || isCovered(spec, spec.left + column, spec.top + row))
          continue;
        put(
          line,
          spec.left + column,
          attributeOf(theme, drawn.role, colors),
          glyphOf(spec.style, mask, drawn.mark),
        );
      }
    }
  }
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

function attributeOf(theme: Theme, role: Role, colors: ColorDepth): number {
  return cellAttribute(theme.inks[role], colors, {});
}

function put(line: ScreenLine, column: number, attribute: number, character: string): void {
  const cell: Cell | undefined = line[column];
  if (cell === undefined || (cell[0] === attribute && cell[1] === character)) return;
  cell[0] = attribute;
  cell[1] = character;
  line.dirty = true;
}

// The parts of blessed and blessed-contrib that memtop uses. Their own types are wrong or missing.

declare module 'blessed' {
  import type {EventEmitter} from 'node:events';

  /** One cell of the screen: attribute bits and one character. */
  export type Cell = [attribute: number, character: string];
  export type Line = Cell[] & {dirty: boolean};

  export interface Tput {
    colors: number;
    unicode: boolean;
    brokenACS: boolean;
    terminal: string;
  }

  export interface KeyEvent {
    /** Name with modifiers, as in `C-c`, `S-tab`. */
    readonly full: string;
    readonly name?: string;
    readonly sequence: string;
    readonly ctrl: boolean;
    readonly meta: boolean;
    readonly shift: boolean;
  }

  export interface Program extends EventEmitter {
    input: NodeJS.ReadableStream;
    output: NodeJS.WritableStream;
    cols: number;
    rows: number;
    /** Set by the sequences it writes; set back by hand after a stop and continue. */
    isAlt: boolean;
    cursorHidden: boolean;
    tput: Tput;
    flush(): void;
    write(text: string): boolean;
    _write(text: string): boolean;
    /** Writes a capability of the terminal by name. */
    put: Record<string, (...args: readonly (number | string)[]) => void>;
    hideCursor(): void;
    showCursor(): void;
    alternateBuffer(): void;
    normalBuffer(): void;
    clear(): void;
    destroy(): void;
  }

  export interface ScreenOptions {
    readonly input?: NodeJS.ReadableStream;
    readonly output?: NodeJS.WritableStream;
    readonly terminal?: string;
    readonly title?: string;
    readonly forceUnicode?: boolean;
    readonly fullUnicode?: boolean;
    readonly smartCSR?: boolean;
    readonly autoPadding?: boolean;
    readonly warnings?: boolean;
    /** Milliseconds to wait for a resize to settle. */
    readonly resizeTimeout?: number;
  }

  export interface Style {
    fg?: string | number;
    bg?: string | number;
    bold?: boolean;
    underline?: boolean;
    inverse?: boolean;
  }

  export interface ElementOptions {
    readonly parent?: Node;
    readonly screen?: Screen;
    readonly left?: number | string;
    readonly right?: number | string;
    readonly top?: number | string;
    readonly bottom?: number | string;
    readonly width?: number | string;
    readonly height?: number | string;
    readonly content?: string;
    readonly tags?: boolean;
    readonly wrap?: boolean;
    readonly hidden?: boolean;
    readonly border?: 'line' | 'bg' | {readonly type: 'line' | 'bg'; readonly ch?: string};
    readonly style?: Style;
    readonly align?: 'left' | 'center' | 'right';
    readonly valign?: 'top' | 'middle' | 'bottom';
  }

  /** Where an element was painted: cells, ends excluded. */
  export interface Coords {
    readonly xi: number;
    readonly xl: number;
    readonly yi: number;
    readonly yl: number;
  }

  export class Node extends EventEmitter {
    constructor(options?: ElementOptions);
    parent: Node | null;
    screen: Screen;
    children: Node[];
    detached: boolean;
    append(node: Node): void;
    remove(node: Node): void;
    detach(): void;
    destroy(): void;
  }

  export class Element extends Node {
    constructor(options?: ElementOptions);
    hidden: boolean;
    visible: boolean;
    content: string;
    style: Style;
    position: {
      left?: number | string;
      right?: number | string;
      top?: number | string;
      bottom?: number | string;
      width?: number | string;
      height?: number | string;
    };
    /** Absolute place and size in cells; sizes are set as options are, as in `'100%'`. */
    left: number;
    top: number;
    right: number;
    bottom: number;
    width: number;
    height: number;
    setContent(text: string, keepTags?: boolean, alreadyParsed?: boolean): void;
    getContent(): string;
    setFront(): void;
    show(): void;
    hide(): void;
    clearPos(get?: boolean, override?: boolean): void;
    render(): Coords | undefined;
    _render(): Coords | undefined;
    _getCoords(get?: boolean): Coords | undefined;
    /** Attribute bits of a style. */
    sattr(style: Style): number;
  }

  export class Box extends Element {}

  export class Screen extends Node {
    constructor(options?: ScreenOptions);
    static global: Screen | null;
    static instances: Screen[];
    static total: number;
    // The listeners that blessed puts on `process`.
    static _sigtermHandler?: () => void;
    static _sigintHandler?: () => void;
    static _sigquitHandler?: () => void;
    static _exceptionHandler?: (error: Error) => void;
    static _exitHandler?: () => void;
    program: Program;
    tput: Tput;
    options: ScreenOptions;
    destroyed: boolean;
    /** What the next `draw` will show, and what the terminal shows. */
    lines: Line[];
    olines: Line[];
    /** Default attribute: the terminal's own colours. */
    dattr: number;
    readonly cols: number;
    readonly rows: number;
    readonly width: number;
    readonly height: number;
    focused: Element | null;
    grabKeys: boolean;
    /** Makes fresh `lines` and `olines`; dirty ones are painted whole. */
    alloc(dirty?: boolean): void;
    realloc(): void;
    render(): void;
    draw(firstRow: number, lastRow: number): void;
    enter(): void;
    leave(): void;
    destroy(): void;
    clearRegion(xi: number, xl: number, yi: number, yl: number, override?: boolean): void;
    /** Text of the screen with its colours as escape sequences. */
    screenshot(xi?: number, xl?: number, yi?: number, yl?: number): string;
    key(
      keys: string | readonly string[],
      listener: (character: string | undefined, key: KeyEvent) => void,
    ): void;
    on(event: 'keypress', listener: (character: string | undefined, key: KeyEvent) => void): this;
    on(event: 'resize' | 'render' | 'prerender' | 'destroy', listener: () => void): this;
    on(event: 'warning', listener: (text: string) => void): this;
    on(event: string, listener: (...args: unknown[]) => void): this;
  }

  interface Blessed {
    readonly Node: typeof Node;
    readonly Screen: typeof Screen;
    readonly Element: typeof Element;
    readonly Box: typeof Box;
    screen(options?: ScreenOptions): Screen;
    box(options?: ElementOptions): Box;
    element(options?: ElementOptions): Element;
    readonly tput: {
      /** Folders searched for terminal descriptions. */
      readonly ipaths: (string | string[])[];
    };
    readonly colors: {
      /** The nearest of the 256 colours, −1 for the terminal's own. */
      convert(color: string | number): number;
      match(red: number | string, green?: number, blue?: number): number;
      reduce(color: number, total: number): number;
    };
  }

  // At run time only the default export is there: the package is CommonJS.
  const blessed: Blessed;
  export default blessed;
}

declare module 'drawille-canvas-blessed-contrib' {
  /** Name of one of the eight colours, index into the 256, or red, green and blue. */
  export type CanvasColor = string | number | readonly [red: number, green: number, blue: number];

  /** The grid of dots: two across and four down in each cell. */
  export interface DotGrid {
    readonly width: number;
    readonly height: number;
    readonly content: Uint8Array;
    readonly colors: (string | number | null)[];
    readonly chars: (string | null)[];
    color: CanvasColor;
    fontFg: CanvasColor;
    fontBg: CanvasColor;
    set(x: number, y: number): void;
    unset(x: number, y: number): void;
    clear(): void;
    getCoord(x: number, y: number): number;
    measureText(text: string): {readonly width: number};
    writeText(text: string, x: number, y: number): void;
    frame(delimiter?: string): string;
  }

  export type DotGridClass = new (width: number, height: number) => DotGrid;

  /** @throws {Error} when the width is odd or the height no multiple of four. */
  export class Context {
    constructor(width: number, height: number, canvasType?: DotGridClass);
    readonly canvas: DotGrid;
    readonly _canvas: DotGrid;
    lineWidth?: number;
    set fillStyle(color: CanvasColor);
    set strokeStyle(color: CanvasColor);
    clearRect(x: number, y: number, width: number, height: number): void;
    fillRect(x: number, y: number, width: number, height: number): void;
    beginPath(): void;
    moveTo(x: number, y: number): void;
    lineTo(x: number, y: number): void;
    stroke(): void;
    fillText(text: string, x: number, y: number): void;
    measureText(text: string): {readonly width: number};
  }

  export class Canvas {
    constructor(width: number, height: number, canvasType?: DotGridClass);
    getContext(): Context;
  }

  // As with blessed: the default export is the Context class, with Canvas on it.
  const context: typeof Context & {readonly Canvas: typeof Canvas};
  export default context;
}

declare module 'blessed-contrib/lib/widget/canvas.js' {
  import type {Box, ElementOptions} from 'blessed';
  import type {Canvas, Context, DotGridClass} from 'drawille-canvas-blessed-contrib';

  export interface CanvasOptions extends ElementOptions {
    readonly data?: unknown;
  }

  export interface CanvasWidget extends Box {
    options: CanvasOptions;
    /** In dots. There from the `attach` event on, as `ctx` and `_canvas` are. */
    canvasSize: {width: number; height: number};
    ctx: Context;
    _canvas: Canvas;
    /** Sets `canvasSize` from the widget's size. Override it: this one leaves six columns unused. */
    calcSize(): void;
    /** Override it: called on `attach` when there is `options.data`. */
    setData?(data: never): void;
    clear(): void;
  }

  interface CanvasWidgetClass {
    new (options?: CanvasOptions, canvasType?: DotGridClass): CanvasWidget;
    readonly prototype: CanvasWidget;
    call(self: CanvasWidget, options?: CanvasOptions, canvasType?: DotGridClass): void;
  }

  const canvas: CanvasWidgetClass;
  export default canvas;
}

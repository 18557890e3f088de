import { svg } from './dom.ts';

/** A part that is stacked, with a value for each column. */
export interface Layer {
  name: string;
  values: number[];
}

const WIDTH = 640;
const HEIGHT = 240;
const LEFT = 64;
const FOOT = 24;

/** A number with one digit, 1, 2 or 5, and noughts, that is at least `most`. */
export function ceiling(most: number): number {
  if (!(most > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 5, 10].find((digit) => digit * power >= most) ?? 10) * power;
}

/** Columns of stacked parts. The table beside it says the same to who cannot see it. */
export function stacked(
  label: string,
  columns: string[],
  layers: Layer[],
  tick: (value: number) => string,
): SVGElement {
  const sums = columns.map((_, i) => layers.reduce((sum, { values }) => sum + (values[i] ?? 0), 0));
  const top = ceiling(Math.max(...sums));
  const y = (value: number) => HEIGHT - FOOT - (value / top) * (HEIGHT - FOOT - 12);
  const slot = (WIDTH - LEFT) / columns.length;
  const lines = [0, top / 2, top].flatMap((value) => [
    svg('line', { class: 'chart-line', x1: `${LEFT}`, x2: `${WIDTH}`, y1: `${y(value)}`, y2: `${y(value)}` }),
    text(LEFT - 8, y(value) + 4, tick(value), 'end'),
  ]);
  const each = Math.ceil(columns.length / 12);
  const bars = columns.flatMap((column, i) => {
    let below = 0;
    const parts = layers.map(({ values }, layer) => {
      const value = values[i] ?? 0;
      const bar = rect(LEFT + (i + 0.15) * slot, y(below + value), 0.7 * slot, y(below) - y(below + value), layer);
      below += value;
      return bar;
    });
    return i % each === 0 ? [...parts, text(LEFT + (i + 0.5) * slot, HEIGHT - 6, column, 'middle')] : parts;
  });
  return drawing(label, HEIGHT, [...lines, ...bars]);
}

/** A bar to the right for each. */
export function bars(label: string, rows: { name: string; value: number; shown: string }[]): SVGElement {
  const most = Math.max(...rows.map(({ value }) => value));
  const drawn = rows.flatMap(({ name, value, shown }, i) => [
    text(0, i * 44 + 15, `${name}: ${shown}`, 'start'),
    rect(0, i * 44 + 21, Math.max(1, (value / most) * WIDTH), 15, 0),
  ]);
  return drawing(label, rows.length * 44, drawn);
}

/** The square of a layer, for a legend. */
export function swatch(layer: number): SVGElement {
  const square = rect(0, 0, 12, 12, layer);
  return svg('svg', { class: 'chart-swatch', viewBox: '0 0 12 12', 'aria-hidden': 'true' }, square);
}

function drawing(label: string, height: number, children: SVGElement[]): SVGElement {
  const attributes = { class: 'chart', viewBox: `0 0 ${WIDTH} ${height}`, role: 'img', 'aria-label': label };
  return svg('svg', attributes, ...children);
}

function rect(x: number, y: number, width: number, height: number, layer: number): SVGElement {
  const place = { x: x.toFixed(1), y: y.toFixed(1), width: width.toFixed(1), height: Math.max(0, height).toFixed(1) };
  return svg('rect', { class: `chart-fill chart-fill-${layer % 10}`, ...place });
}

function text(x: number, y: number, content: string, anchor: string): SVGElement {
  const node = svg('text', { class: 'chart-text', x: x.toFixed(1), y: y.toFixed(1), 'text-anchor': anchor });
  node.textContent = content;
  return node;
}

import type { FileProgress } from '../running.ts';

/** One cell of a strip: a part, or several where there are more parts than room. Shares of it, 0 to 1. */
export interface Cell {
  /** What S3 holds. */
  stored: number;
  /** What is on its way. */
  flight: number;
}

/** CSS pixels of a strip's height. */
export const HEIGHT = 10;
/** CSS pixels that a cell takes at least, the gap to the next included. */
const NARROWEST = 4;
const GAP = 1;
/** From this width on a cell fills from left to right, below it from the bottom up. CSS pixels. */
const WIDE = 12;
/** Share of a cell of one part, and of several, that something on its way takes at least; else nobody saw it. */
const SEEN = { one: 0.06, several: 0.3 };

/** The cells of a file in a strip of `width` CSS pixels. A file that is sent whole is one cell. */
export function cells({ sent, total, parts }: FileProgress, width: number): Cell[] {
  if (!parts) return [{ stored: 0, flight: total === 0 ? 0 : Math.min(1, sent / total) }];
  const { count, stored, inFlight } = parts;
  const n = Math.max(1, Math.min(count, Math.floor(width / NARROWEST)));
  const found = Array.from({ length: n }, () => ({ size: 0, stored: 0, flight: 0 }));
  for (let part = 1; part <= count; part++) {
    const cell = found[Math.min(n - 1, Math.floor(((part - 1) * n) / count))];
    if (!cell) continue;
    cell.size++;
    if (stored.has(part)) cell.stored++;
    cell.flight += Math.min(1, ((inFlight.get(part) ?? 0) * count) / total);
  }
  const seen = n === count ? SEEN.one : SEEN.several;
  return found.map(({ size, stored, flight }) => ({
    stored: stored / size,
    flight: flight > 0 ? Math.max(seen, flight / size) : 0,
  }));
}

/** The parts of which something has left; the others in flight wait for a connection. */
export function flyingParts(inFlight: ReadonlyMap<number, number>): number[] {
  return [...inFlight].filter(([, bytes]) => bytes > 0).map(([part]) => part);
}

/** What a strip is drawn with: an SVG path for each of the three states, in CSS pixels. */
export interface Drawing {
  left: string;
  stored: string;
  flight: string;
}

/** Draws cells side by side over `width` CSS pixels. */
export function draw(all: readonly Cell[], width: number): Drawing {
  const drawing = { left: '', stored: '', flight: '' };
  all.forEach((cell, i) => {
    const x = Math.round((i * width) / all.length);
    const right = Math.round(((i + 1) * width) / all.length) - (i + 1 < all.length ? GAP : 0);
    const piece = (from: number, to: number) => part(x, right - x, from, to);
    drawing.left += piece(0, 1);
    drawing.stored += piece(0, cell.stored);
    const from = Math.min(cell.stored, 1 - Math.min(1, cell.flight));
    drawing.flight += piece(from, Math.min(1, from + cell.flight));
  });
  return drawing;
}

/** The share from `from` to `to` of the cell at `x`, as a rectangle. */
function part(x: number, width: number, from: number, to: number): string {
  if (to <= from) return '';
  if (width >= WIDE)
    return `M${round(x + from * width)} 0h${round((to - from) * width)}v${HEIGHT}H${round(x + from * width)}z`;
  return `M${x} ${round((1 - to) * HEIGHT)}h${width}v${round((to - from) * HEIGHT)}h${-width}z`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

import type { FileProgress } from '../running.ts';
import { svg } from './dom.ts';
import { cells, draw, HEIGHT } from './strip.ts';

/** The drawn strip of one file. It says nothing to screen readers: the element around it does. */
export class StripView {
  readonly #left = svg('path', { class: 'strip-left' });
  readonly #stored = svg('path', { class: 'strip-stored' });
  readonly #flight = svg('path', { class: 'strip-flight' });
  readonly element = svg(
    'svg',
    { class: 'strip', 'aria-hidden': 'true', height: String(HEIGHT), preserveAspectRatio: 'none' },
    this.#left,
    this.#stored,
    this.#flight,
  );

  /** Draws how far a file is, over `width` CSS pixels. A file that is stored is one full cell. */
  show(progress: FileProgress, done: boolean, width: number): void {
    const found = done ? [{ stored: 1, flight: 0 }] : cells(progress, width);
    const { left, stored, flight } = draw(found, width);
    this.element.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
    change(this.#left, left);
    change(this.#stored, stored);
    change(this.#flight, flight);
  }
}

function change(path: SVGElement, d: string): void {
  if (path.getAttribute('d') !== d) path.setAttribute('d', d);
}

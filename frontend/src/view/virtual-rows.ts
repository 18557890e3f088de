import { el, focusNear } from './dom.ts';
import { once } from './gather.ts';

/** Rows drawn above and below what is seen, so that the Tab key and a quick thumb find the next ones. */
const SPARE = 25;
/** Rows in the page at most. */
export const MOST = 120;
/** CSS pixels of a row, before one has been measured. */
const GUESS = 46;

/** Indexes of the rows to draw of `count`, each `row` pixels high, of which the first is at `top` in a window of `height`: `first` inclusive, `end` exclusive. */
export function windowOf(count: number, row: number, top: number, height: number): { first: number; end: number } {
  if (count <= MOST) return { first: 0, end: count };
  const seen = Math.ceil(height / row) + 1;
  const spare = Math.max(0, Math.min(SPARE, Math.floor((MOST - seen - 1) / 2)));
  const first = Math.min(Math.max(0, Math.floor(-top / row) - spare), Math.max(0, count - spare));
  return { first, end: Math.min(count, first + seen + 2 * spare + 1) };
}

/** A row that is drawn. It stays the same element while its line is in the window. */
export interface RowView<Line> {
  readonly element: HTMLElement;
  show(line: Line): void;
}

/**
 * The rows of a long table, in place among what else the page has. Those that are far from what is seen are not drawn; two
 * rows as high as they would be stand for them.
 */
export class VirtualRows<Line extends { readonly id: string }> {
  readonly #above = el('tr', { class: 'rows-left-out', 'aria-hidden': 'true' });
  readonly #below = el('tr', { class: 'rows-left-out', 'aria-hidden': 'true' });
  readonly element = el('tbody', {}, this.#above, this.#below);
  readonly #views = new Map<string, RowView<Line>>();
  /** Where each of them stood. */
  #places = new Map<string, number>();
  #lines: readonly Line[] = [];
  #height = GUESS;
  readonly #schedule = once(() => this.draw(), requestAnimationFrame);
  /** Whether somebody has scrolled: else nothing further down is asked for. */
  #scrolled = false;

  /** `lost` hears that the row with the focus has left the page; `near` that the end of the lines is near what is seen; `signal` ends what it hears itself. */
  constructor(
    private readonly make: (line: Line) => RowView<Line>,
    private readonly lost: () => void,
    private readonly near: () => void,
    signal?: AbortSignal,
  ) {
    const moved = () => {
      if (this.element.isConnected) this.#schedule();
    };
    const scrolled = () => {
      this.#scrolled = true;
      moved();
    };
    // Whatever scrolls: the page, or a box that it lies in.
    document.addEventListener('scroll', scrolled, { capture: true, passive: true, ...(signal ? { signal } : {}) });
    addEventListener('resize', moved, { passive: true, ...(signal ? { signal } : {}) });
  }

  /** Shows lines. */
  show(lines: readonly Line[]): void {
    this.#lines = lines;
    this.draw();
  }

  /** Draws all rows anew: what they say has changed. */
  renew(): void {
    for (const { element } of this.#views.values()) element.remove();
    this.#views.clear();
    this.draw();
  }

  /** Draws what is in the window, as it is now. */
  draw(): void {
    this.#measure();
    const { top } = this.element.getBoundingClientRect();
    const { first, end } = windowOf(this.#lines.length, this.#height, top, innerHeight);
    const drawn = this.#lines.slice(first, end);
    this.#leave(new Set(drawn.map(({ id }) => id)));
    const focused = this.#remake(drawn, first);
    let place = this.#above.nextSibling;
    drawn.forEach((line, i) => {
      const element = this.#place(line, first + i);
      if (element === place) place = element.nextSibling;
      else this.element.insertBefore(element, place);
    });
    this.#places = new Map(drawn.map(({ id }, i) => [id, first + i]));
    if (focused) this.#focus(focused);
    this.#fill(this.#above, first);
    this.#fill(this.#below, this.#lines.length - end);
    if (this.#scrolled && this.#lines.length * this.#height + top < 3 * innerHeight) this.near();
  }

  /**
   * Makes rows anew that would be pushed along by others that came: what is seen changes at once and nothing moves under a
   * finger. Not under a dialog, which gives the focus back to one of them. Answers what had the focus.
   */
  #remake(drawn: readonly Line[], first: number): string | undefined {
    const moved = drawn.some(({ id }, i) => this.#views.has(id) && this.#places.get(id) !== first + i);
    const root = this.element.getRootNode() as Document | ShadowRoot;
    if (!moved || root.querySelector('dialog[open]')) return undefined;
    const active = focusNear(this.element);
    const focused = active instanceof HTMLElement && this.element.contains(active) ? active.dataset.focus : undefined;
    for (const { element } of this.#views.values()) element.remove();
    this.#views.clear();
    return focused;
  }

  #focus(name: string): void {
    const found = this.element.querySelector<HTMLElement>(`[data-focus="${CSS.escape(name)}"]`);
    found?.focus({ preventScroll: true });
  }

  /** Takes the height of a row from one that is there: the reader's own size of letters decides. */
  #measure(): void {
    const [view] = this.#views.values();
    const height = view?.element.getBoundingClientRect().height ?? 0;
    if (height > 0) this.#height = height;
  }

  #leave(drawn: ReadonlySet<string>): void {
    for (const [id, { element }] of this.#views) {
      if (drawn.has(id)) continue;
      const focused = element.contains(focusNear(element));
      element.remove();
      this.#views.delete(id);
      if (focused) this.lost();
    }
  }

  #place(line: Line, index: number): HTMLElement {
    const view = this.#views.get(line.id) ?? this.make(line);
    this.#views.set(line.id, view);
    view.show(line);
    // Counted from 1, behind the head of the table.
    view.element.setAttribute('aria-rowindex', String(index + 2));
    return view.element;
  }

  /** By CSSOM: the content security policy refuses style attributes in markup only. */
  #fill(row: HTMLElement, count: number): void {
    row.hidden = count === 0;
    row.style.height = `${count * this.#height}px`;
  }
}

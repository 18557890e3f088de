import { svg } from './dom.ts';
import type { Kind } from './kinds.ts';

/** Drawings of what buttons do and of what files are, in a square of 16. */
const paths = {
  menu: 'M2 4h12M2 8h12M2 12h12',
  pause: 'M5 3v10M11 3v10',
  resume: 'M5 3l8 5-8 5z',
  retry: 'M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3',
  cancel: 'M4 4l8 8M12 4l-8 8',
  folder: 'M2 4h4l1.5 2H14v7H2z',
  camera: 'M2 5h3l1-2h4l1 2h3v8H2zM8 11.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5',
  done: 'M3 8.500l3.500 3.500L13 4.500',
  open: 'M4 6l4 4 4-4',
  drop: 'M8 11V3M5 6l3-3 3 3M3 10v3h10v-3',
  previous: 'M10 3L5 8l5 5',
  next: 'M6 3l5 5-5 5',
  image: 'M2 3h12v10H2zM2 11l4-4 3 3 2-2 3 3M10.5 6h.01',
  audio: 'M6 12V4l7-1.5V11M6 12a1.8 1.6 0 1 1-3.5 0 1.8 1.6 0 1 1 3.5 0M13 11a1.8 1.6 0 1 1-3.5 0 1.8 1.6 0 1 1 3.5 0',
  video: 'M2 4h8v8H2zM10 7l4-2v6l-4-2',
  pdf: 'M4 2h5l3 3v9H4zM9 2v3h3M6 11c2-1 3-4 2.5-5-.6 1 .5 4 2 4.500-1 0-3 0-4.500.5',
  text: 'M4 2h5l3 3v9H4zM9 2v3h3M6 7h4M6 9h4M6 11h3',
  archive: 'M3 5h10v9H3zM2 2h12v3H2zM7 8h2',
  sheet: 'M2 3h12v10H2zM2 6.500h12M2 9.700h12M6 3v10',
  slides: 'M2 3h12v8H2zM8 11v3M5.500 14h5',
  document: 'M4 2h5l3 3v9H4zM9 2v3h3M6 8h4M6 10h4M6 12h4',
  file: 'M4 2h5l3 3v9H4zM9 2v3h3',
} satisfies Record<string, string> & Record<Kind, string>;

/** The name of a drawing. */
export type Icon = keyof typeof paths;

/** A drawing in the colour of the text. It says nothing to screen readers. */
export function icon(name: Icon): SVGElement {
  return svg(
    'svg',
    { class: `icon icon-${name}`, viewBox: '0 0 16 16', 'aria-hidden': 'true' },
    svg('path', { d: paths[name] }),
  );
}

/** Puts a drawing and its words on a button, where they are not there yet: a button drawn again under a screen reader is read again. */
export function mark(button: HTMLButtonElement, name: Icon, label: string): void {
  if (button.dataset.icon !== name) {
    button.dataset.icon = name;
    button.replaceChildren(icon(name));
  }
  if (button.title === label) return;
  button.title = label;
  button.setAttribute('aria-label', label);
}

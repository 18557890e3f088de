import { svg } from './dom.ts';

/** Drawings of what buttons do, in a square of 16. */
const paths = {
  menu: 'M2 4h12M2 8h12M2 12h12',
  pause: 'M5 3v10M11 3v10',
  resume: 'M5 3l8 5-8 5z',
  retry: 'M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3',
  cancel: 'M4 4l8 8M12 4l-8 8',
  folder: 'M2 4h4l1.5 2H14v7H2z',
  drop: 'M8 11V3M5 6l3-3 3 3M3 10v3h10v-3',
};

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

import base from '../view/base.css?inline';
import controls from '../view/controls.css?inline';
import dark from '../view/dark.css?inline';
import notices from '../view/notices.css?inline';
import overlays from '../view/overlays.css?inline';
import tokens from '../view/tokens.css?inline';

/** What an element lacks of a page, and has otherwise than one: its notices stand below it. */
const own = `
:host { display: block; min-width: 0; color: var(--text); font: 1rem / 1.5 var(--sans); word-break: keep-all; overflow-wrap: anywhere; }
:host([hidden]) { display: none; }
.element { container-type: inline-size; contain-intrinsic-inline-size: 46rem; }
.element:focus { outline: none; }
:where(button.place) { padding: 0; border: 0; background: none; color: inherit; font: inherit; text-align: start; cursor: pointer; }
.notices { position: static; justify-items: stretch; }
.notices > :is(.notices-notes, .notices-status, .notices-boxes, .archive):not(:empty) { margin-top: 0.5rem; }
`;

/**
 * The site's own styles as an element has them. What looks to the width of the page looks to that of the element, and whoever
 * has set a variable on the element has the last word.
 */
function hosted(css: string): string {
  return css
    .replaceAll(':root', ':host')
    .replace(/color-scheme: ?light dark;?/, '')
    .replace(/@media ?\((?:max-width: ?|width ?<= ?)([\d.]+rem\) ?\{)/g, '@container (max-width: $1');
}

function sheetOf(css: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync?.(hosted(css));
  return made;
}

/** The styles of all elements of one kind, made once; `theirs` are those of what it shows. */
export class Sheets {
  #made: { all: CSSStyleSheet; dark: CSSStyleSheet } | undefined;

  constructor(private readonly theirs: string) {}

  /** What a shadow root takes. */
  of(night: boolean): CSSStyleSheet[] {
    this.#made ??= {
      all: sheetOf(tokens + base + this.theirs + overlays + notices + controls + own),
      dark: sheetOf(dark),
    };
    return night ? [this.#made.all, this.#made.dark] : [this.#made.all];
  }
}

/** Whether what is around an element is dark: a page that says nothing of colour schemes is not, whatever the person prefers. */
export function dim(host: Element): boolean {
  const { colorScheme } = getComputedStyle(host);
  const [day, night] = [/\blight\b/.test(colorScheme), /\bdark\b/.test(colorScheme)];
  return night && (!day || Boolean(prefersDark()?.matches));
}

/** What the person prefers, whatever the page has. */
export function prefersDark(): MediaQueryList | undefined {
  return globalThis.matchMedia?.('(prefers-color-scheme: dark)');
}

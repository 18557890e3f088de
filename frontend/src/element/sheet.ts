import css from '../style.css?inline';

/** What the element lacks of a page, and has otherwise than one: its notices stand below it. */
const own = `
:host { display: block; color: var(--text); font: 1rem / 1.5 var(--sans); }
:host([hidden]) { display: none; }
.notices { position: static; justify-items: stretch; margin-top: 0.5rem; }
`;

let made: CSSStyleSheet | undefined;

/** The site's own styles, of which the element's tokens can be set from outside: --ink, --sheet, --line and the others. */
export function sheet(): CSSStyleSheet {
  if (!made) {
    made = new CSSStyleSheet();
    // Variables that a page sets on the element come before these, which apply to the host with less weight.
    made.replaceSync(css.replaceAll(':root', ':host') + own);
  }
  return made;
}

import { type I18n, type Language, languages } from '../i18n/index.ts';
import { el, replace } from './dom.ts';
import { mark } from './icons.ts';

/** What the header shows and does. */
export interface HeaderState {
  name: string;
  /** Address of its picture; default: our own. */
  logo?: string | undefined;
  /** Empty when nobody is signed in. */
  who: string;
  signOut(): void;
}

/** The page's head in one line: name, language, who is signed in. Where that is too much for the line, a menu holds all but the name. */
export function header(i18n: I18n, state: HeaderState): HTMLElement {
  const root = el('header', { class: 'header', 'data-menu': state.who !== '' });
  const menu = el('button', {
    class: 'button button-icon header-menu',
    type: 'button',
    'aria-controls': 'header-tools',
  });
  const open = (opened: boolean) => {
    root.toggleAttribute('data-open', opened);
    menu.setAttribute('aria-expanded', String(opened));
  };
  menu.addEventListener('click', () => open(!root.hasAttribute('data-open')));
  root.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || !root.hasAttribute('data-open')) return;
    open(false);
    menu.focus();
  });
  root.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !root.contains(relatedTarget)) open(false);
  });
  const outside = ({ target }: Event) => {
    // Another header has taken the place of this one.
    if (!root.isConnected) removeEventListener('pointerdown', outside);
    else if (target instanceof Node && !root.contains(target)) open(false);
  };
  addEventListener('pointerdown', outside);
  open(false);
  const draw = () => {
    const { t } = i18n;
    mark(menu, 'menu', t('menu'));
    replace(
      root,
      el('a', { class: 'skip', href: '#main', onclick: skip }, t('skip')),
      el('a', { class: 'brand', href: '/' }, seal(state.logo), el('span', { class: 'brand-name' }, state.name)),
      state.who !== '' && menu,
      el(
        'div',
        { class: 'header-tools', id: 'header-tools' },
        state.who !== '' && el('span', { class: 'who', title: t('signedInAs', { who: state.who }) }, state.who),
        languageSwitch(i18n),
        state.who !== '' &&
          el(
            'button',
            { class: 'button', type: 'button', 'data-focus': 'sign-out', onclick: () => state.signOut() },
            t('signOut'),
          ),
      ),
    );
  };
  i18n.onChange(draw);
  draw();
  return root;
}

/** Goes to the content without changing the address, which says what "my files" shows. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function languageSwitch(i18n: I18n): HTMLElement {
  const options = Object.entries(languages).map(([code, name]) =>
    el('option', { value: code, lang: code, selected: code === i18n.language }, name),
  );
  const choose = (event: Event) => {
    i18n.language = (event.target as HTMLSelectElement).value as Language;
  };
  return el(
    'select',
    { class: 'language', 'aria-label': i18n.t('language'), 'data-focus': 'language', onchange: choose },
    ...options,
  );
}

function seal(logo = '/favicon.svg'): HTMLElement {
  return el('img', { class: 'brand-seal', src: logo, alt: '', width: '32', height: '32' });
}

import type { SiteConfig } from '../config.ts';
import type { Space } from '../files.ts';
import type { I18n } from '../i18n/index.ts';
import { el, replace } from './dom.ts';
import { hashOf } from './files-address.ts';
import { personOf } from './uploaders.ts';

/** The caller's own files, where there are no spaces beside them. */
export function ownSpace({ allowedTypes, maxObjectSize, maxFiles }: SiteConfig): Space {
  return {
    ...{ space: '', name: '', owner: '', per: 'caller', several: false },
    ...{ read: true, write: true, delete: true, deleteOwn: true },
    ...{ allowedTypes, maxObjectSize, maxFiles },
  };
}

/** What a part of a space is called. */
export function spaceTitle({ t }: Pick<I18n, 't'>, { space, name }: Space): string {
  return space === '' ? t('filesTitle') : name;
}

/** With whom it is shared; empty where with nobody. */
export function sharedWith({ t }: Pick<I18n, 't'>, { space, name, per, owner, several }: Space): string {
  if (per === 'group') return t('sharedWith', { group: owner });
  if (per === 'all') return several ? t('sharedWithAll') : '';
  return space.startsWith(`${name}/`) ? t('sharedBy', { owner: personOf(owner) }) : '';
}

/** The list of spaces: at the side, and as tabs where there is no room for that. Nothing where there is one only. */
export class SpacesNav {
  readonly element = el('nav', { class: 'spaces' });

  constructor(
    private readonly i18n: I18n,
    private readonly current: () => string,
  ) {}

  show(spaces: readonly Space[]): void {
    const { t } = this.i18n;
    this.element.hidden = spaces.length < 2;
    this.element.setAttribute('aria-label', t('spaces'));
    replace(this.element, el('ul', {}, ...spaces.map((space) => el('li', {}, this.#link(space)))));
  }

  #link(space: Space): HTMLElement {
    const href = hashOf({ space: space.space, deleted: false, folder: '' });
    const current = space.space === this.current() ? 'page' : undefined;
    const with_ = sharedWith(this.i18n, space);
    return el(
      'a',
      { class: 'space', href, 'data-focus': `space ${href}`, 'aria-current': current },
      el('span', { class: 'space-name', dir: 'auto' }, spaceTitle(this.i18n, space)),
      with_ !== '' && el('span', { class: 'space-with', dir: 'auto' }, with_),
    );
  }
}

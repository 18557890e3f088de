import type { SiteConfig } from '../config.ts';
import type { I18n, Key } from '../i18n/index.ts';
import { el, replace } from './dom.ts';

/** The page of somebody who is not signed in: what this is, and the way in. */
export function welcome(
  i18n: I18n,
  { maxObjectSize, brand, spaces }: Pick<SiteConfig, 'maxObjectSize' | 'brand' | 'spaces'>,
  reason: Key | undefined,
  signIn: () => void,
): HTMLElement {
  const root = el('div', { class: 'welcome' });
  const draw = () => {
    const { t } = i18n;
    const point = (key: Key) => el('li', {}, t(key, { size: i18n.bytes(maxObjectSize) }));
    replace(
      root,
      el('h1', { class: 'welcome-title' }, t('welcomeTitle')),
      el('p', { class: 'welcome-text', dir: 'auto' }, brand?.welcome ?? t('welcomeText')),
      el(
        'ul',
        { class: 'welcome-points' },
        point('welcomePoint1'),
        point('welcomePoint2'),
        // Of spaces others see something too.
        !spaces && point('welcomePoint3'),
      ),
      reason && el('p', { class: 'welcome-reason', role: 'status' }, t(reason)),
      el(
        'button',
        { class: 'button button-main', type: 'button', 'data-focus': 'sign-in', onclick: () => signIn() },
        t('signIn'),
      ),
      el('p', { class: 'welcome-hint' }, t('welcomeSignIn')),
    );
  };
  i18n.onChange(draw);
  draw();
  return root;
}

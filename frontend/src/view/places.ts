import type { Api } from '../engine/index.ts';
import type { I18n } from '../i18n/index.ts';
import { el } from './dom.ts';
import type { EstimatePage } from './estimate.ts';

/** Where "What will it cost?" is. */
export const ESTIMATE = '#cost';

/** What the page of estimates is made of, once somebody goes there. */
export interface PlacesContext {
  i18n: I18n;
  api: Api;
  maxObjectSize: number;
}

/**
 * The workspace, and in its place at #cost the page of estimates, which is loaded when somebody first goes there. The
 * workspace stays as it is meanwhile, with uploads on their way.
 */
export function places(context: PlacesContext, workspace: HTMLElement): HTMLElement {
  const root = el('div', { class: 'places' }, workspace);
  let page: Promise<EstimatePage> | undefined;
  const go = async (followed: boolean) => {
    const there = location.hash === ESTIMATE;
    workspace.hidden = there;
    if (!there && !page) return;
    page ??= import('./estimate.ts').then(({ EstimatePage }) => new EstimatePage(context));
    const { element } = await page;
    if ((location.hash === ESTIMATE) !== there) return; // gone on meanwhile
    if (there) root.append(element);
    else element.remove();
    if (there && followed) (await page).focus();
    else if (followed) document.getElementById('main')?.focus();
  };
  const follow = () => {
    if (root.isConnected) void go(true);
  };
  addEventListener('hashchange', follow);
  void go(false);
  return root;
}

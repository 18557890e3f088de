import type { components } from '../api.d.ts';
import type { Api } from '../engine/index.ts';
import type { I18n } from '../i18n/index.ts';
import type { Notices } from '../view/notices.ts';

type Schemas = components['schemas'];

/** What a link is to be. */
export type PassWish = Schemas['PassRequest'];
/** A new link, whose address is told once. */
export type MadePass = Schemas['MadePass'];
/** A link as its maker sees it. */
export type PassInfo = Schemas['PassInfo'];

/** What the dialogs about links need of the page. */
export interface LinksContext {
  i18n: I18n;
  api: Api;
  notices: Notices;
}

/** A signal for calls that nobody ends. */
export const unending = () => new AbortController().signal;

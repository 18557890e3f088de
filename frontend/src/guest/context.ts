import type { Pass } from '../engine/index.ts';
import type { I18n } from '../i18n/index.ts';
import type { Notices } from '../view/notices.ts';
import type { GuestPass } from './pass.ts';

/** What the parts of the guests' page need. */
export interface GuestContext {
  i18n: I18n;
  notices: Notices;
  /** Base address of the API. */
  api: string;
  pass: GuestPass;
  /** How the guest calls. */
  as: Pass;
}

import type { I18n, Key } from '../i18n/index.ts';
import type { Notices } from './notices.ts';

/** Tells those who do not see the list of the start of uploads, of pauses, and of how many failed. */
export class Announcer {
  constructor(
    private readonly i18n: Pick<I18n, 't'>,
    private readonly notices: Pick<Notices, 'announce'>,
  ) {}

  begun(names: readonly string[]): void {
    this.#say('uploadBegun', 'uploadsBegun', names);
  }

  paused(names: readonly string[]): void {
    this.#say('uploadPaused', 'uploadsPaused', names);
  }

  resumed(names: readonly string[]): void {
    this.#say('uploadResumed', 'uploadsResumed', names);
  }

  /** That files are up is said to everybody, and why one failed in the notice of it. */
  failed(count: number): void {
    if (count > 1) this.notices.announce(() => this.i18n.t('uploadsFailed', { count }));
  }

  #say(one: Key, all: Key, names: readonly string[]): void {
    const [name] = names;
    if (name === undefined) return;
    this.notices.announce(() => this.i18n.t(names.length > 1 ? all : one, { name, count: names.length }));
  }
}

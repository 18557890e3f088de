import type { BrowserContext, Page } from 'playwright-core';
import type { Outcome } from '../../page/page.ts';
import { crash, openSignet, profile, runSignet } from '../rig/browser.ts';
import type { Lane } from './lane.ts';

/** Somebody who uploads one file: the profile and the tab that he has open, and how the upload in it went. */
export class Visit {
  readonly #contexts: BrowserContext[] = [];
  #page: Page | undefined;
  #outcome: Promise<Outcome> = Promise.reject(new Error('no upload was begun'));
  #ended = false;

  constructor(
    private readonly lane: Lane,
    private readonly path: string,
  ) {
    this.#outcome.catch(() => {});
  }

  /** Whether the upload in the tab that is open has ended, well or not. */
  get ended(): boolean {
    return this.#ended;
  }

  /** How the upload of the tab that is open ends. */
  get outcome(): Promise<Outcome> {
    return this.#outcome;
  }

  /** Opens a tab, in a profile that knows nothing of earlier ones or in the last one, chooses the file and begins. */
  async begin(newProfile: boolean): Promise<void> {
    const { browser, session, proxy } = this.lane;
    if (newProfile || this.#contexts.length === 0) this.#contexts.push(await profile(browser, session));
    this.#page = await openSignet(this.#contexts.at(-1) as BrowserContext, proxy.app, [this.path]);
    this.#ended = false;
    const outcome = runSignet(this.#page).then(({ outcomes }) => outcomes[0] as Outcome);
    const end = () => {
      if (this.#outcome === outcome) this.#ended = true;
    };
    this.#outcome = outcome;
    outcome.then(end, end);
  }

  /** Kills the tab. */
  async kill(): Promise<void> {
    if (this.#page) await crash(this.#page);
  }

  /** Closes all profiles. */
  async leave(): Promise<void> {
    for (const context of this.#contexts) await context.close();
  }
}

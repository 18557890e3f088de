/** Milliseconds in which what a twin has told arrives. */
const HEARING = 150;

/** What a tab tells its twins: the session in place of the one that had `old` as its refresh token. */
interface News {
  old: string;
  user: string;
}

/**
 * Tabs with one session: whoever duplicates a tab copies its session too, and a provider that changes refresh tokens with
 * each renewal takes the second tab to use one for a thief. So one renews at a time, and tells the others.
 */
export class Twins {
  readonly #channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel('signet.session') : undefined;

  /** `adopt` hears of the session that a twin has in place of this tab's; `mine` is this tab's refresh token. */
  constructor(mine: () => string | undefined, adopt: (user: string) => Promise<void> | void) {
    this.#channel?.addEventListener('message', ({ data }: MessageEvent<News>) => {
      if (data?.old !== undefined && data.old === mine()) void adopt(data.user);
    });
  }

  /** Does something while no other tab does. What those before it have told has arrived by then. */
  async alone<T>(act: () => Promise<T>): Promise<T> {
    const locks = globalThis.navigator?.locks;
    if (!locks) return act();
    return locks.request('signet.session', async () => {
      await hear();
      return act();
    }) as Promise<T>;
  }

  /** Tells the others what has come in place of the session with the refresh token `old`. */
  tell(old: string, user: string): void {
    this.#channel?.postMessage({ old, user } satisfies News);
  }
}

/** Waits until what others have told has arrived. */
function hear(): Promise<void> {
  return new Promise((heard) => setTimeout(heard, HEARING));
}

/** What the browser knows of its connection. */
export interface Network {
  /** False only when it is certain that nothing can be reached. */
  readonly online: boolean;
  /** Resolves when the connection comes back the next time; rejects with the signal's reason when it is aborted. */
  back(signal: AbortSignal): Promise<void>;
  /** Whether the host of an address answers at all, within REACH, be it in a way that a page may not read. */
  reaches?(address: string): Promise<boolean>;
  /** Milliseconds that it took to open the connection that brought the page: what a first answer of another host takes at the least. Default: 0. */
  readonly opening?: number;
  /** Whether one connection to the page's own origin carries many requests at once. Default: false. */
  readonly multiplexed?: boolean;
}

/** Milliseconds within which a host that can be reached answers. */
export const REACH = 2_000;

/** The browser's own word, where there is one. */
export const browserNetwork: Network = {
  get online() {
    return globalThis.navigator?.onLine ?? true;
  },
  get opening() {
    const page = navigation();
    return page ? page.connectEnd - page.domainLookupStart : 0;
  },
  get multiplexed() {
    const page = navigation();
    // A browser that does not tell speaks HTTP/2 to whoever does.
    return globalThis.location?.protocol === 'https:' && !page?.nextHopProtocol?.startsWith('http');
  },
  back: (signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const stop = () => {
        globalThis.removeEventListener?.('online', come);
        reject(signal.reason);
      };
      const come = () => {
        signal.removeEventListener('abort', stop);
        resolve();
      };
      signal.addEventListener('abort', stop, { once: true });
      globalThis.addEventListener?.('online', come, { once: true });
    }),
  reaches: async (address) => {
    try {
      const root = new URL('/', new URL(address, globalThis.location?.href));
      const signal = AbortSignal.timeout(REACH);
      await fetch(root, { method: 'HEAD', mode: 'no-cors', credentials: 'omit', cache: 'no-store', signal });
      return true;
    } catch {
      return false;
    }
  },
};

/** How the page came, where it is a page. */
function navigation(): PerformanceNavigationTiming | undefined {
  const [page] = globalThis.performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return page;
}

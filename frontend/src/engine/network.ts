/** What the browser knows of its connection. */
export interface Network {
  /** False only when it is certain that nothing can be reached. */
  readonly online: boolean;
  /** Resolves when the connection comes back the next time; rejects with the signal's reason when it is aborted. */
  back(signal: AbortSignal): Promise<void>;
}

/** The browser's own word, where there is one. */
export const browserNetwork: Network = {
  get online() {
    return globalThis.navigator?.onLine ?? true;
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
};

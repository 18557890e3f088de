/** The browser's store of that name; undefined where it lets the page keep nothing, as with all cookies blocked. */
export function storageOf(name: 'localStorage' | 'sessionStorage'): Storage | undefined {
  const probe = 'signet.probe';
  try {
    // To name it is enough for some browsers to throw, others do so when something is written.
    const store = globalThis[name];
    store.setItem(probe, '');
    store.removeItem(probe);
    return store;
  } catch {
    return undefined;
  }
}

/** What the page needs of a browser that its code cannot do without, by the name that one finds it under; all have had it for two years. */
const needed: Record<string, () => unknown> = {
  'AbortSignal.any': () => AbortSignal.any,
  'AbortSignal.timeout': () => AbortSignal.timeout,
  'Array.prototype.toSorted': () => Array.prototype.toSorted,
  'crypto.subtle': () => globalThis.crypto?.subtle,
  dialog: () => globalThis.HTMLDialogElement?.prototype.showModal,
  'navigator.locks': () => navigator.locks,
};

/** What this browser lacks; nothing in those that the page is made for: Chrome and Edge from 122, Firefox from 124, Safari from 17.4. */
export function lacking(): string[] {
  return Object.entries(needed).flatMap(([name, has]) => (has() ? [] : [name]));
}

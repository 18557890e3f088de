import type { Identity } from './element/base.ts';
import type { FileDetail } from './element/signet-files.ts';
import type { ElementSettings, StoredDetail } from './element/signet-upload.ts';

/** Attributes of both elements, as wrappers of frameworks take them. */
export interface Attributes {
  base?: string | undefined;
  space?: string | undefined;
  folder?: string | undefined;
  name?: string | undefined;
  /** Shows what is there and takes nothing, as within a fieldset that is disabled. */
  disabled?: boolean | undefined;
}

/** Attributes of `<signet-upload>`, what it works with, and what is called. */
export interface UploadProps extends ElementSettings, Attributes {
  required?: boolean | undefined;
  receipts?: boolean | undefined;
  onStored?: ((file: StoredDetail) => void) | undefined;
}

/** Attributes of `<signet-files>`, who calls, and what is called; where `onOpen` prevents its event, the file is not shown. */
export interface FilesProps extends Identity, Attributes {
  heading?: string | undefined;
  onOpen?: ((file: FileDetail, event: Event) => void) | undefined;
  onFolder?: ((at: { folder: string }) => void) | undefined;
  onGone?: ((files: { keys: readonly string[] }) => void) | undefined;
}

/** What wrappers need of an element: how it is loaded, which props are its settings, and which are called with which event. */
export const uploadElement = {
  load: (): Promise<unknown> => import('./element/signet-upload.ts'),
  settings: ['engine', 'token', 'renew', 'pass', 'metadata'],
  events: { onStored: 'signet-stored' },
} as const;

/** The same of `<signet-files>`. */
export const filesElement = {
  load: (): Promise<unknown> => import('./element/signet-files.ts'),
  settings: ['token', 'renew', 'pass'],
  events: { onOpen: 'signet-open', onFolder: 'signet-folder', onGone: 'signet-gone' },
} as const;

/** What of an element is there for wrappers. */
export interface Wrapped {
  load(): Promise<unknown>;
  settings: readonly string[];
  events: Readonly<Record<string, string>>;
}

/** Parts props: the element's settings, what is called by the name of its event, and attributes, as every framework writes them. */
export function parted({ settings, events }: Wrapped, props: object) {
  const given = Object.entries(props);
  const own = Object.fromEntries(given.filter(([name]) => settings.includes(name)));
  const calls = given.flatMap(([name, call]) => (name in events && call ? [[events[name] ?? '', call] as const] : []));
  const attributes = given.filter(([name]) => !settings.includes(name) && !(name in events));
  return { settings: own, calls, attributes: Object.fromEntries(attributes.map(attribute)) };
}

/** React 18 writes "false" for false. */
function attribute([name, value]: [string, unknown]): [string, unknown] {
  if (typeof value === 'boolean' && /^(disabled|required|receipts|hidden)$/.test(name))
    return [name, value ? '' : undefined];
  return [name === 'className' ? 'class' : name, value];
}

/** Calls what wants to hear of an element's events, with their detail; the answer ends that. */
export function hear(
  host: HTMLElement,
  calls: readonly (readonly [string, (...said: unknown[]) => void])[],
): () => void {
  const run = new AbortController();
  for (const [name, call] of calls) {
    host.addEventListener(name, (event) => call((event as CustomEvent).detail, event), { signal: run.signal });
  }
  return () => run.abort();
}

import type { ElementSettings, SignetUpload as Host, StoredDetail } from './element/signet-upload.ts';
import type { Uploads, UploadsSnapshot } from './uploads/index.ts';

/** A list of uploads as a store, for `$uploads`. */
export function uploadsStore(uploads: Uploads): { subscribe(run: (value: UploadsSnapshot) => void): () => void } {
  return {
    subscribe(run) {
      run(uploads.getSnapshot());
      return uploads.subscribe(() => run(uploads.getSnapshot()));
    },
  };
}

/** What the action takes: what the element works with, and what is called when a file is stored. */
export interface SignetSettings extends ElementSettings {
  onStored?: (file: StoredDetail) => void;
}

/** `<signet-upload use:signet={{ token }} base="…">`: an action that gives the element what it works with. */
export function signet(
  node: HTMLElement,
  settings: SignetSettings,
): { update(now: SignetSettings): void; destroy(): void } {
  let { onStored } = settings;
  const tell = (event: Event) => onStored?.((event as CustomEvent<StoredDetail>).detail);
  const update = ({ onStored: told, ...rest }: SignetSettings) => {
    onStored = told;
    (node as Host).settings = rest;
  };
  // The element needs a browser; actions run in one alone.
  void import('./element/signet-upload.ts');
  node.addEventListener('signet-stored', tell);
  update(settings);
  return { update, destroy: () => node.removeEventListener('signet-stored', tell) };
}

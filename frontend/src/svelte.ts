import type { Uploads, UploadsSnapshot } from './uploads/index.ts';
import { type FilesProps, filesElement, hear, parted, type UploadProps, uploadElement } from './wrapped.ts';

/** A list of uploads as a store, for `$uploads`. */
export function uploadsStore(uploads: Uploads): { subscribe(run: (value: UploadsSnapshot) => void): () => void } {
  return {
    subscribe(run) {
      run(uploads.getSnapshot());
      return uploads.subscribe(() => run(uploads.getSnapshot()));
    },
  };
}

/** What the action takes: what the element works with, and what is called; attributes stand in the markup. */
export type SignetSettings = Pick<UploadProps, 'engine' | 'token' | 'renew' | 'pass' | 'metadata' | 'onStored'> &
  Pick<FilesProps, 'onOpen' | 'onFolder' | 'onGone'>;

/** `<signet-upload use:signet={{ token }} base="…">`, and `<signet-files …>` the same: an action that gives the element what it works with. */
export function signet(
  node: HTMLElement,
  given: SignetSettings,
): { update(now: SignetSettings): void; destroy(): void } {
  const element = node.localName === 'signet-files' ? filesElement : uploadElement;
  let end = () => {};
  const update = (now: SignetSettings) => {
    const { settings, calls } = parted(element, now);
    end();
    (node as HTMLElement & { settings?: object }).settings = settings;
    end = hear(node, calls);
  };
  // The element needs a browser; actions run in one alone.
  void element.load();
  update(given);
  return { update, destroy: () => end() };
}

import { createElement, type HTMLAttributes, type ReactElement, useEffect, useRef, useSyncExternalStore } from 'react';
import type { SignetFiles as FilesHost } from './element/signet-files.ts';
import type { SignetUpload as UploadHost } from './element/signet-upload.ts';
import type { Uploads, UploadsSnapshot } from './uploads/index.ts';
import {
  type FilesProps,
  filesElement,
  hear,
  parted,
  type UploadProps,
  uploadElement,
  type Wrapped,
} from './wrapped.ts';

/** Draws the component again with every change of a list of uploads. */
export function useUploads(uploads: Uploads): UploadsSnapshot {
  return useSyncExternalStore(uploads.subscribe, uploads.getSnapshot, uploads.getSnapshot);
}

/** What every element of a page can have beside. */
type Common = Omit<HTMLAttributes<HTMLElement>, 'children'>;
export interface SignetUploadProps extends UploadProps, Common {}
export interface SignetFilesProps extends FilesProps, Common {}

/** `<signet-upload>` for React 18 and 19. */
export const SignetUpload = component<SignetUploadProps, UploadHost>('signet-upload', uploadElement);
/** `<signet-files>` for React 18 and 19. */
export const SignetFiles = component<SignetFilesProps, FilesHost>('signet-files', filesElement);

/** Elements need a browser; a server that draws the page runs no effect. */
function component<Props extends object, Host extends HTMLElement & { settings: object }>(
  tag: string,
  element: Wrapped,
) {
  // biome-ignore lint/correctness/noComponentHookFactories: called twice, when the module is loaded.
  return function Signet(props: Props): ReactElement {
    const host = useRef<Host>(null);
    const { settings, calls, attributes } = parted(element, props);
    useEffect(() => {
      void element.load();
    }, []);
    useEffect(() => {
      const { current } = host;
      if (!current) return undefined;
      current.settings = settings;
      return hear(current, calls);
    });
    return createElement(tag, { ...attributes, ref: host });
  };
}

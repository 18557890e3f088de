import { createElement, type HTMLAttributes, type ReactElement, useEffect, useRef, useSyncExternalStore } from 'react';
import type { ElementSettings, SignetUpload as Host, StoredDetail } from './element/signet-upload.ts';
import type { Uploads, UploadsSnapshot } from './uploads/index.ts';

/** Draws the component again with every change of a list of uploads. */
export function useUploads(uploads: Uploads): UploadsSnapshot {
  return useSyncExternalStore(uploads.subscribe, uploads.getSnapshot, uploads.getSnapshot);
}

/** Attributes of the element, what it works with, and what is called when a file is stored. */
export interface SignetUploadProps extends ElementSettings, Omit<HTMLAttributes<Host>, 'children'> {
  base?: string;
  space?: string;
  folder?: string;
  name?: string;
  required?: boolean;
  onStored?: (file: StoredDetail) => void;
}

/** `<signet-upload>` for React 18 and 19. */
export function SignetUpload(props: SignetUploadProps): ReactElement {
  const { engine, token, renew, pass, metadata, onStored, ...attributes } = props;
  const host = useRef<Host>(null);
  useEffect(() => {
    // The element needs a browser; a server that draws the page has none.
    void import('./element/signet-upload.ts');
  }, []);
  useEffect(() => {
    if (host.current) host.current.settings = { engine, token, renew, pass, metadata };
  }, [engine, token, renew, pass, metadata]);
  useEffect(() => {
    const { current } = host;
    const tell = (event: Event) => onStored?.((event as CustomEvent<StoredDetail>).detail);
    current?.addEventListener('signet-stored', tell);
    return () => current?.removeEventListener('signet-stored', tell);
  }, [onStored]);
  return createElement('signet-upload', { ...attributes, ref: host });
}

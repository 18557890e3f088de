import { el } from './dom.ts';
import { type Catch, walk } from './drop-walk.ts';

/** The two ways to a file dialog, and what they lead to. */
export interface Chooser {
  /** Hidden inputs; they have to be on the page. */
  element: HTMLElement;
  files(): void;
  folder(): void;
  /** Takes other media types and patterns from now on. */
  accept(types: readonly string[]): void;
}

/** Makes the inputs behind "choose files" and "choose a folder". */
export function chooser(add: (caught: Catch) => void): Chooser {
  const input = (kind: string, folder: boolean) => {
    const node = el('input', { class: `upload-input-${kind}`, type: 'file', hidden: true, multiple: true });
    node.webkitdirectory = folder;
    node.addEventListener('change', () => {
      const files = [...(node.files ?? [])].map((file) => ({ file, path: file.webkitRelativePath }));
      // A browser tells nothing of a folder without files, not even its name.
      add({ files, empty: folder && files.length === 0 ? [''] : [], unreadable: [] });
      // The same file may be chosen again.
      node.value = '';
    });
    return node;
  };
  const files = input('files', false);
  const folder = input('folder', true);
  return {
    element: el('div', {}, files, folder),
    files: () => files.click(),
    folder: () => folder.click(),
    accept: (types) => {
      const accept = types.includes('*/*') ? '' : types.join(',');
      for (const node of [files, folder]) node.accept = accept;
    },
  };
}

/**
 * Takes files that are dropped anywhere on the page or pasted, while `surface` is on it: a browser opens a file that falls
 * beside the target, and the page would be gone. An element among others on somebody's page takes what falls `on` it alone.
 * `surface` has the class `upload-over` while files hang above.
 */
export function catchFiles(
  surface: HTMLElement,
  add: (caught: Catch) => void,
  on: HTMLElement | Window = window,
): void {
  const here = (data: DataTransfer | null): data is DataTransfer =>
    surface.isConnected && Boolean(data?.types.includes('Files'));
  const listen = <K extends 'dragenter' | 'dragover' | 'dragleave' | 'drop' | 'paste'>(
    name: K,
    listener: (event: HTMLElementEventMap[K]) => void,
  ) => on.addEventListener(name, listener as EventListener);
  const over = (event: DragEvent) => {
    if (!here(event.dataTransfer)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    surface.classList.add('upload-over');
  };
  const inside = (to: EventTarget | null) => to !== null && (on === window || (on as HTMLElement).contains(to as Node));
  listen('dragenter', over);
  listen('dragover', over);
  listen('dragleave', (event) => {
    if (!inside(event.relatedTarget)) surface.classList.remove('upload-over');
  });
  listen('drop', (event) => {
    surface.classList.remove('upload-over');
    if (!here(event.dataTransfer)) return;
    event.preventDefault();
    void walk(event.dataTransfer.items).then(add);
  });
  listen('paste', (event) => {
    if (!here(event.clipboardData)) return;
    add({ files: [...event.clipboardData.files].map((file) => ({ file, path: '' })), empty: [], unreadable: [] });
  });
}

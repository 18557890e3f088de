import { el } from './dom.ts';
import { type Catch, walk } from './drop-walk.ts';

/** The two ways to a file dialog, and what they lead to. */
export interface Chooser {
  /** Hidden inputs; they have to be on the page. */
  element: HTMLElement;
  files(): void;
  folder(): void;
}

/** Makes the inputs behind "choose files" and "choose a folder". `types` are media types and patterns. */
export function chooser(types: readonly string[], add: (caught: Catch) => void): Chooser {
  const accept = types.includes('*/*') ? undefined : types.join(',');
  const input = (kind: string, folder: boolean) => {
    const node = el('input', { class: `upload-input-${kind}`, type: 'file', hidden: true, multiple: true, accept });
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
  return { element: el('div', {}, files, folder), files: () => files.click(), folder: () => folder.click() };
}

/**
 * Takes files that are dropped anywhere on the page or pasted, while `surface` is on it: a browser opens a file that falls
 * beside the target, and the page would be gone. `surface` has the class `upload-over` while files hang above the page.
 */
export function catchFiles(surface: HTMLElement, add: (caught: Catch) => void): void {
  const here = (data: DataTransfer | null): data is DataTransfer =>
    surface.isConnected && Boolean(data?.types.includes('Files'));
  const over = (event: DragEvent) => {
    if (!here(event.dataTransfer)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    surface.classList.add('upload-over');
  };
  const out = (event: DragEvent) => {
    if (event.relatedTarget === null) surface.classList.remove('upload-over');
  };
  addEventListener('dragenter', over);
  addEventListener('dragover', over);
  addEventListener('dragleave', out);
  addEventListener('drop', (event) => {
    surface.classList.remove('upload-over');
    if (!here(event.dataTransfer)) return;
    event.preventDefault();
    void walk(event.dataTransfer.items).then(add);
  });
  addEventListener('paste', (event) => {
    if (!here(event.clipboardData)) return;
    add({ files: [...event.clipboardData.files].map((file) => ({ file, path: '' })), empty: [], unreadable: [] });
  });
}

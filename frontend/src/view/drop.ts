import type { I18n } from '../i18n/index.ts';
import { el } from './dom.ts';
import { type Catch, walk } from './drop-walk.ts';
import { photo, photoTypes } from './photo.ts';

/** The ways to a file dialog and to the camera, and what they lead to. */
export interface Chooser {
  /** Hidden inputs; they have to be on the page. */
  element: HTMLElement;
  files(): void;
  folder(): void;
  camera(): void;
  /** Whether a photo may be uploaded. */
  readonly photos: boolean;
  /** Takes other media types and patterns from now on. */
  accept(types: readonly string[]): void;
}

/** Makes the inputs behind "choose files", "choose a folder" and "take a photo". */
export function chooser({ t }: Pick<I18n, 't'>, add: (caught: Catch) => void): Chooser {
  const input = (kind: 'files' | 'folder' | 'camera') => {
    const node = el('input', { class: `upload-input-${kind}`, type: 'file', hidden: true });
    const folder = kind === 'folder';
    node.webkitdirectory = folder;
    node.multiple = kind !== 'camera';
    // The camera on the back; where there is none a page gets a file dialog.
    if (kind === 'camera') node.setAttribute('capture', 'environment');
    node.addEventListener('change', () => {
      const chosen = [...(node.files ?? [])];
      const files = chosen.map((file) => ({
        file: kind === 'camera' ? photo(file, (time) => t('photoName', { time })) : file,
        path: file.webkitRelativePath ?? '',
      }));
      // A browser tells nothing of a folder without files, not even its name.
      add({ files, empty: folder && files.length === 0 ? [''] : [], unreadable: [] });
      // The same file may be chosen again.
      node.value = '';
    });
    return node;
  };
  const [files, folder, camera] = [input('files'), input('folder'), input('camera')];
  return {
    element: el('div', {}, files, folder, camera),
    files: () => files.click(),
    folder: () => folder.click(),
    camera: () => camera.click(),
    get photos() {
      return camera.accept !== '';
    },
    accept: (types) => {
      const accept = types.includes('*/*') ? '' : types.join(',');
      for (const node of [files, folder]) node.accept = accept;
      camera.accept = photoTypes(types);
    },
  };
}

/**
 * Takes files that are dropped anywhere on the page or pasted, while `surface` is on it: a browser opens a file that falls
 * beside the target, and the page would be gone. An element among others on somebody's page takes what falls `on` it alone.
 * Nothing is taken while it is inert or hidden, or while a dialog that it is not in asks something. `surface` has the class
 * `upload-over` while files hang above.
 */
export function catchFiles(
  surface: HTMLElement,
  add: (caught: Catch) => void,
  on: HTMLElement | Window = window,
): void {
  const files = (data: DataTransfer | null): data is DataTransfer =>
    surface.isConnected && Boolean(data?.types.includes('Files'));
  const here = () => !surface.closest('[inert], [hidden]') && !behindDialog(surface);
  const listen = <K extends 'dragenter' | 'dragover' | 'dragleave' | 'drop' | 'paste'>(
    name: K,
    listener: (event: HTMLElementEventMap[K]) => void,
  ) => on.addEventListener(name, listener as EventListener);
  // A drag that is given up may tell of it by nothing but that the pointer moves again.
  const end = () => surface.classList.remove('upload-over');
  const over = (event: DragEvent) => {
    if (!files(event.dataTransfer)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = here() ? 'copy' : 'none';
    surface.classList.toggle('upload-over', here());
    window.addEventListener('pointermove', end, { once: true });
  };
  const inside = (to: EventTarget | null) => to !== null && (on === window || (on as HTMLElement).contains(to as Node));
  listen('dragenter', over);
  listen('dragover', over);
  listen('dragleave', (event) => {
    if (!inside(event.relatedTarget)) end();
  });
  listen('drop', (event) => {
    end();
    if (!files(event.dataTransfer)) return;
    event.preventDefault();
    if (here()) void walk(event.dataTransfer.items).then(add);
  });
  listen('paste', (event) => {
    if (!files(event.clipboardData) || !here() || isWriting(event)) return;
    add({ files: [...event.clipboardData.files].map((file) => ({ file, path: '' })), empty: [], unreadable: [] });
  });
}

/** Whether a modal dialog lies above: of the page, or of the element that the surface is in. */
function behindDialog(surface: HTMLElement): boolean {
  const root = surface.getRootNode();
  const above = (place: ParentNode, within: Node) =>
    [...place.querySelectorAll('dialog:modal')].some((dialog) => !dialog.contains(within));
  return (
    above(document, root instanceof ShadowRoot ? root.host : surface) ||
    (root instanceof ShadowRoot && above(root, surface))
  );
}

/** Whether somebody pastes text where text is written: spreadsheets and word processors put a picture of it beside it. */
function isWriting(event: ClipboardEvent): boolean {
  const [target] = event.composedPath();
  const field = target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea'));
  return field && Boolean(event.clipboardData?.types.includes('text/plain'));
}

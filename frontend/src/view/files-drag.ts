import type { Entry } from './files-entry.ts';

/** What is dragged within "my files"; browsers show its name to other pages, not what it holds. */
const TYPE = 'application/x-signet-files';

/** Lets lines be dragged onto folders of the list, and of the way to it. */
export class RowDrag {
  #dragged: readonly Entry[] = [];

  /** `drop` hears of lines that were let go over a folder. */
  constructor(
    area: HTMLElement,
    private readonly drop: (entries: readonly Entry[], folder: string) => void,
  ) {
    const target = (event: DragEvent) => {
      if (this.#dragged.length === 0 || !event.dataTransfer?.types.includes(TYPE)) return undefined;
      return (event.target as Element).closest<HTMLElement>('[data-folder]') ?? undefined;
    };
    const mark = (folder: Element | undefined) => {
      for (const other of area.querySelectorAll('.drop-here'))
        if (other !== folder) other.classList.remove('drop-here');
      folder?.classList.add('drop-here');
    };
    area.addEventListener('dragover', (event) => {
      const folder = target(event);
      mark(folder);
      if (!folder || !event.dataTransfer) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'move';
    });
    area.addEventListener('dragleave', () => mark(undefined));
    area.addEventListener('dragend', () => {
      mark(undefined);
      this.#dragged = [];
    });
    area.addEventListener('drop', (event) => {
      const folder = target(event);
      mark(undefined);
      if (!folder) return;
      event.preventDefault();
      const entries = this.#dragged;
      this.#dragged = [];
      this.drop(entries, folder.dataset.folder ?? '');
    });
  }

  /** Begins to drag lines. */
  begin({ dataTransfer }: DragEvent, entries: readonly Entry[]): void {
    if (!dataTransfer) return;
    this.#dragged = entries;
    dataTransfer.effectAllowed = 'move';
    dataTransfer.setData(TYPE, String(entries.length));
  }
}

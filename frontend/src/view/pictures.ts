/** CSS pixels of a small picture, and how many of the screen's own there may be to one. */
const SIDE = 32;
const DENSE = 2;
/** Bytes of a file from which a picture is drawn at most: one decoded takes many times that. */
const LARGEST = 30 * 1024 * 1024;
/** Pictures that are kept: each is some thousand bytes. */
const KEPT = 500;

/** Small pictures, drawn from files while this page sends them: nothing is fetched for them. By file of the upload list, and by key once it is stored. */
export class Pictures {
  readonly #known = new Map<string, string>();
  readonly #asked = new Set<string>();
  #drawing: Promise<void> = Promise.resolve();

  /** `changed` hears of a picture that has come. */
  constructor(private readonly changed: () => void) {}

  /** The address of the picture of a file. */
  of(id: string): string | undefined {
    return this.#known.get(id);
  }

  /** Draws the picture of a file, unless it has been asked for before. One after the other, for each takes memory. */
  want(id: string, file: Blob): void {
    if (this.#asked.has(id) || this.#asked.size >= KEPT) return;
    if (!/^image\/(png|jpeg|gif|webp|avif|bmp)$/.test(file.type) || file.size > LARGEST) return;
    this.#asked.add(id);
    this.#drawing = this.#drawing.then(async () => {
      const picture = await small(file).catch(() => undefined);
      if (!picture) return;
      this.#known.set(id, URL.createObjectURL(picture));
      this.changed();
    });
  }

  /** The file has been stored under a key. */
  stored(id: string, key: string): void {
    void this.#drawing.then(() => {
      const picture = this.#known.get(id);
      if (picture === undefined || this.#known.has(key)) return;
      this.#known.set(key, picture);
      this.changed();
    });
  }
}

/** Draws a picture into a square, cut to fill it. */
async function small(file: Blob): Promise<Blob> {
  const side = SIDE * DENSE;
  const bitmap = await createImageBitmap(file);
  try {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = side;
    const scale = side / Math.min(bitmap.width, bitmap.height);
    const [width, height] = [bitmap.width * scale, bitmap.height * scale];
    canvas.getContext('2d')?.drawImage(bitmap, (side - width) / 2, (side - height) / 2, width, height);
    return await new Promise((resolve, reject) => {
      const made = (blob: Blob | null) => (blob ? resolve(blob) : reject(new Error('got no picture, want one')));
      canvas.toBlob(made, 'image/webp', 0.8);
    });
  } finally {
    bitmap.close();
  }
}

/**
 * Writes a file of the origin's private file system for a page whose browser lets workers alone do that, as Safari before 26:
 * `name` in `folder` first, then its pieces in their order, and nothing at its end. Each is answered.
 */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<{ open?: [folder: string, name: string]; piece?: Uint8Array }>) => void;
  postMessage(message: { error?: string }): void;
};

/** What TypeScript knows of workers alone. */
interface Access {
  write(bytes: Uint8Array, options: { at: number }): number;
  flush(): void;
  close(): void;
}

let access: Access | undefined;
let at = 0;

async function open([folder, name]: [string, string]): Promise<void> {
  const root = await navigator.storage.getDirectory();
  const handle = await (await root.getDirectoryHandle(folder)).getFileHandle(name);
  access = await (handle as unknown as { createSyncAccessHandle(): Promise<Access> }).createSyncAccessHandle();
}

function write(piece: Uint8Array): void {
  for (let from = 0; from < piece.length; ) {
    const written = access?.write(piece.subarray(from), { at }) ?? 0;
    if (written === 0)
      throw new Error('got no room for the archive, want some: free some, or download the files one by one');
    from += written;
    at += written;
  }
}

scope.onmessage = async ({ data: { open: place, piece } }) => {
  try {
    if (place) await open(place);
    else if (piece) write(piece);
    else {
      access?.flush();
      access?.close();
    }
    scope.postMessage({});
  } catch (error) {
    scope.postMessage({ error: (error as Error).message });
  }
};

import { makeZip } from 'client-zip';
import { explain } from '../explain.ts';
import type { StoredFile } from '../files.ts';
import type { FilesContext } from '../view/files-context.ts';
import { type Entry, filesOf, foldersOf, nameOf } from '../view/files-entry.ts';
import { Buffers, bytesOf } from './bytes.ts';
import { type Member, members } from './list.ts';
import { ArchiveProgress } from './progress.ts';
import { type Room, roomFor } from './room.ts';

/** Addresses that are signed before their files' turn. */
const AHEAD = 6;
/** Bytes that a member costs beside its content, about. */
const OVERHEAD = 400;

/** Downloads one file as it is, several or a folder as one ZIP that is made while it streams. */
export async function downloadArchive(context: FilesContext, root: string, entries: readonly Entry[]): Promise<void> {
  const { files, save, notices, i18n } = context;
  const { t } = i18n;
  const rows = filesOf(entries).filter(({ deleted }) => !deleted);
  const folders = foldersOf(entries).map(({ folder }) => folder);
  const [only] = rows;
  const name = only && entries.length === 1 ? only.name : archiveName(root, entries, t('archiveName'));
  const id = `downloadFailed ${name}`;
  try {
    if (only && entries.length === 1) await save(await files.url(only.key));
    else await archive(context, name, root, rows, folders);
    notices.settle(id);
  } catch (error) {
    notices.fail({ what: 'downloadFailed', id, name, explain: () => explain(error, t) });
  }
}

function archiveName(root: string, entries: readonly Entry[], fallback: string): string {
  const [first] = entries;
  const named = entries.length === 1 && first ? nameOf(first) : root.split('/').pop();
  return `${named || fallback}.zip`;
}

async function archive(
  context: FilesContext,
  name: string,
  root: string,
  rows: readonly StoredFile[],
  folders: readonly string[],
): Promise<void> {
  const { files, notices, i18n } = context;
  const all: Member[] = [];
  // All names first: how large it gets decides where there is room for it.
  for await (const member of members(files, root, rows, folders)) all.push(member);
  const size = all.reduce((sum, { file }) => sum + file.size + OVERHEAD, 0);
  const room = await roomFor(name, size);
  if (!room) return;
  const run = new AbortController();
  const progress = new ArchiveProgress(i18n, name, size, () => run.abort());
  const gone = notices.attach(progress.element);
  try {
    await write(context, all, room, run.signal, (bytes) => progress.moved(bytes));
    await room.hand();
    notices.say(() => i18n.t('archiveDone', { name, count: all.length }));
  } catch (error) {
    await room.drop();
    if (!run.signal.aborted) throw error;
  } finally {
    gone();
  }
}

async function write(
  { files }: FilesContext,
  all: readonly Member[],
  room: Room,
  signal: AbortSignal,
  moved: (bytes: number) => void,
): Promise<void> {
  const addresses = new Map<number, Promise<string>>();
  const buffers = new Buffers();
  const sign = (i: number) => {
    const member = all[i];
    if (!member || addresses.has(i)) return;
    const url = files.url(member.file.key);
    url.catch(() => {}); // whoever waits for it hears of it
    addresses.set(i, url);
  };
  async function* inputs() {
    for (const [i, { file, path }] of all.entries()) {
      for (let n = i; n < i + AHEAD; n++) sign(n);
      let ahead = addresses.get(i);
      addresses.delete(i);
      const url = () => {
        const first = ahead ?? files.url(file.key);
        ahead = undefined;
        return first;
      };
      const input = counted(bytesOf({ size: file.size, url, signal, buffers }), moved);
      yield { name: path, lastModified: new Date(file.modified), size: file.size, input };
    }
  }
  const zip = makeZip(inputs(), { buffersAreUTF8: true }).getReader();
  const out = room.stream.getWriter();
  try {
    for (let next = await zip.read(); !next.done; next = await zip.read()) {
      signal.throwIfAborted();
      await out.write(next.value);
      buffers.give(next.value);
    }
    await out.close();
  } catch (error) {
    await zip.cancel().catch(() => {});
    throw error;
  } finally {
    out.releaseLock();
  }
}

async function* counted(bytes: AsyncIterable<Uint8Array>, moved: (count: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    moved(chunk.length);
    yield chunk;
  }
}

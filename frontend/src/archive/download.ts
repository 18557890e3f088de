import { type Explanation, explain } from '../explain.ts';
import type { StoredFile } from '../files.ts';
import type { I18n } from '../i18n/index.ts';
import type { FilesContext } from '../view/files-context.ts';
import { type Entry, filesOf, foldersOf, nameOf } from '../view/files-entry.ts';
import { staying } from '../view/stay.ts';
import { type Member, members } from './list.ts';
import { ArchiveProgress } from './progress.ts';
import { NoRoom, roomFor } from './room.ts';
import { MemberError, writeZip } from './zip.ts';

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
    const [what, why] = error instanceof MemberError ? [error.path, error.cause] : [name, error];
    notices.fail({ what: 'downloadFailed', id, name: what, explain: () => told(why, i18n) });
  }
}

/** Why it could not be downloaded. */
function told(error: unknown, i18n: I18n): Explanation {
  const { t } = i18n;
  if (!(error instanceof NoRoom)) return explain(error, t);
  return { detail: t('archiveNoRoom', { size: i18n.bytes(error.size) }), advice: t('archiveNoRoomAdvice'), code: '' };
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
  const moved = (bytes: number) => progress.moved(bytes);
  const source = { members: all, url: (key: string) => files.url(key), signal: run.signal, moved };
  try {
    await staying(() => writeZip(source, room.stream).then(() => room.hand()));
    notices.say(() => i18n.t('archiveDone', { name, count: all.length }));
  } catch (error) {
    await room.drop();
    if (!run.signal.aborted) throw error;
  } finally {
    gone();
  }
}

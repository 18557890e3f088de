import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What is done when our process ends, however it does but by kill -9. One listener does it all: Node warns of more than ten. */
const chores = new Set<() => void>();

process.once('exit', () => {
  for (const chore of chores) chore();
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

/** Has something done at the end; the answer takes that back. */
export function atExit(chore: () => void): () => void {
  chores.add(chore);
  return () => chores.delete(chore);
}

/** Makes a folder that goes at the end. */
export function temporaryFolder(prefix: string): string {
  const path = mkdtempSync(join(tmpdir(), prefix));
  atExit(() => rmSync(path, { recursive: true, force: true, maxRetries: 3 }));
  return path;
}

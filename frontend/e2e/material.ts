import { createHash, randomFillSync } from 'node:crypto';
import { mkdir, open, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

const MiB = 1024 * 1024;

/** Writes `size` bytes that look random but cost little; answers their SHA-256. */
export async function writeBytes(path: string, size: number): Promise<string> {
  const block = Buffer.alloc(Math.min(size, MiB));
  randomFillSync(block);
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  for (let written = 0; written < size; written += block.length) {
    // Every block differs, so that two parts in each other's place are noticed.
    if (block.length >= 8) block.writeBigUInt64LE(BigInt(written));
    const piece = block.subarray(0, Math.min(block.length, size - written));
    hash.update(piece);
    await file.write(piece);
  }
  await file.close();
  return hash.digest('hex');
}

/** A folder of `count` small files, in two levels. */
export async function writeFolder(root: string, count: number): Promise<void> {
  await mkdir(join(root, 'inner'), { recursive: true });
  for (let i = 0; i < count; i++) {
    const folder = i % 2 === 0 ? root : join(root, 'inner');
    await writeFile(join(folder, `small-${String(i).padStart(3, '0')}.txt`), `file number ${i}\n`.repeat(40));
  }
}

/** Five folders with the same page and notes of their own, as a site has them. All look alike: names, sizes, times. Answers the paths. */
export async function writeSite(root: string): Promise<string[]> {
  const name = basename(root);
  const paths: string[] = [];
  for (const folder of ['a', 'b', 'c', 'd', 'e']) {
    await mkdir(join(root, folder), { recursive: true });
    await write(join(root, folder, 'index.html'), '<p>hello</p>\n');
    await write(join(root, folder, 'notes.txt'), `of ${folder}\n`);
    paths.push(`${name}/${folder}/index.html`, `${name}/${folder}/notes.txt`);
  }
  return paths.sort();
}

/** The time that files have which look alike. */
const time = new Date('2026-03-04T05:06:07Z');

/** Writes a file of that time. */
export async function write(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path, content);
  await utimes(path, time, time);
}

import { createHash } from 'node:crypto';
import { open, stat, utimes } from 'node:fs/promises';
import { bytes } from './random.ts';

export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;

/** A file to upload. */
export interface Material {
  path: string;
  size: number;
  /** SHA-256 of its content, in hex. */
  sha256: string;
}

/** Writes a file that looks random, the same for the same seed: a block drawn from the seed, stamped with its place. */
export async function write(path: string, size: number, seed: number): Promise<Material> {
  const block = bytes(seed, Math.min(size, MiB));
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
  return { path, size, sha256: hash.digest('hex') };
}

/**
 * Ways in which a file changes between two attempts to upload it. `edited`: some bytes, saved now. `grown`: bytes at its
 * end. `quiet`: some bytes in its middle, with size and time of modification kept, as a careless tool leaves it.
 */
export const changes = ['edited', 'grown', 'quiet'] as const;
export type Change = (typeof changes)[number];

/** Changes a file on disk; answers what it is now. */
export async function change(material: Material, how: Change): Promise<Material> {
  const { path, size } = material;
  const before = await stat(path);
  const file = await open(path, 'r+');
  // In the first part, which S3 has by then, and in no sample of the file's id: those are at its ends and its middle.
  const at = how === 'grown' ? size : Math.min(3 * MiB, Math.floor(size / 3));
  // No two changes of a file write the same: the second would be none.
  await file.write(Buffer.from(`changed: ${how}, it was ${material.sha256}`), 0, undefined, at);
  await file.close();
  // File systems keep time finer than browsers tell it: a quick change could pass as none.
  const modified = how === 'quiet' ? before.mtime : new Date(before.mtimeMs + 10_000);
  await utimes(path, before.atime, modified);
  return { path, size: (await stat(path)).size, sha256: await sha256(path) };
}

/** SHA-256 of a file, in hex. */
export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path);
  for await (const chunk of file.createReadStream()) hash.update(chunk);
  return hash.digest('hex');
}

import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeZip, type ZipSource } from '../src/archive/zip.ts';

const GiB = 1024 ** 3;
const MiB = 1024 ** 2;
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'signet-zip-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** A storage whose files are zeros, but for their first and last bytes, which count from 1. */
function storage(sizes: readonly number[]): ZipSource {
  const members = sizes.map((size, i) => {
    const name = `${i} 한글.bin`;
    return { path: name, file: { key: String(i), name, folder: '', size, modified: '2026-11-27T22:05:00Z' } };
  });
  const get = async (url: unknown) => {
    const i = Number(url);
    const size = sizes[i] ?? 0;
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= size) return controller.close();
        const piece = new Uint8Array(Math.min(MiB, size - at));
        if (at === 0) piece[0] = i + 1;
        at += piece.length;
        if (at === size) piece[piece.length - 1] = i + 1;
        controller.enqueue(piece);
      },
    });
    return new Response(body, { headers: { etag: String(i) } });
  };
  const { signal } = new AbortController();
  return { members, url: async (key) => key, signal, moved: () => {}, fetch: get as typeof fetch };
}

/** Somewhere to write to that leaves out long runs of zeros, so that an archive of gigabytes takes no room on the disk. */
async function sparse(path: string): Promise<WritableStream<Uint8Array>> {
  const file = await open(path, 'w');
  const zeros = Buffer.alloc(MiB);
  const kept: Uint8Array[] = [];
  let [at, waiting] = [0, 0];
  const flush = async () => {
    const some = Buffer.concat(kept.splice(0));
    await file.write(some, 0, some.length, at);
    at += some.length;
    waiting = 0;
  };
  return new WritableStream({
    async write(piece) {
      if (piece.length === MiB && zeros.equals(piece)) {
        await flush();
        at += piece.length;
        return;
      }
      kept.push(piece.slice());
      waiting += piece.length;
      if (waiting > MiB) await flush();
    },
    async close() {
      await flush();
      await file.truncate(at);
      await file.close();
    },
  });
}

/** A file of an archive: its size, its first and last bytes, and where in the archive it begins. */
interface Row {
  name: string;
  size: number;
  first: number;
  last: number;
  offset: number;
}

/** What Python's zipfile, a reader of another make, finds in an archive once it has compared all checksums. */
async function read(path: string): Promise<Row[]> {
  const script = `
import json, sys, zipfile
rows = []
with zipfile.ZipFile(sys.argv[1]) as archive:
    for info in archive.infolist():
        with archive.open(info) as file:
            first = last = file.read(1)
            while some := file.read(1 << 20):
                last = some[-1:]
        rows.append(dict(name=info.filename, size=info.file_size, first=first[0], last=last[0], offset=info.header_offset))
print(json.dumps(rows))`;
  const { stdout } = await promisify(execFile)('python3', ['-c', script, path]);
  return JSON.parse(stdout);
}

it('a file beyond 4 GiB, and one that begins beyond it, are whole to another program', {
  timeout: 300_000,
}, async () => {
  const path = join(dir, 'huge.zip');
  const sizes = [7, 4 * GiB + 3, MiB + 1];
  await writeZip(storage(sizes), await sparse(path));
  const rows = await read(path);
  expect(rows.map(({ offset, ...row }) => row)).toEqual(
    sizes.map((size, i) => ({ name: `${i} 한글.bin`, size, first: i + 1, last: i + 1 })),
  );
  expect(rows[2]?.offset).toBeGreaterThan(4 * GiB);
});

it('more than 65,535 files are all there', { timeout: 300_000 }, async () => {
  const path = join(dir, 'many.zip');
  const sizes = Array.from({ length: 65_537 }, () => 0);
  await writeZip(storage(sizes), await sparse(path));
  const script = 'import sys, zipfile; print(len(zipfile.ZipFile(sys.argv[1]).namelist()))';
  const { stdout } = await promisify(execFile)('python3', ['-c', script, path]);
  expect(Number(stdout)).toBe(65_537);
});

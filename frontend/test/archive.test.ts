import { describe, expect, it } from 'vitest';
import { Buffers, bytesOf } from '../src/archive/bytes.ts';
import { members, Paths } from '../src/archive/list.ts';

const file = (folder: string, name: string) => ({ key: `${folder}/${name}`, name, folder, size: 1, modified: '' });

describe('paths of an archive', () => {
  it("are each one's own, in whatever case", () => {
    const paths = new Paths();
    const all = ['a.txt', 'a.txt', 'A.TXT', 'a (2).txt', '.env', '.env'].map((name) => paths.of('x', name));
    expect(all).toEqual(['x/a.txt', 'x/a (2).txt', 'x/A (3).TXT', 'x/a (2) (2).txt', 'x/.env', 'x/.env (2)']);
  });

  it('begin at the folder that is shown', async () => {
    const below = async function* () {
      yield [file('a/b', '1'), file('a/b/c', '2')];
    };
    const found = [];
    for await (const { path } of members({ below }, 'a', [file('a', '0')], ['a/b'])) found.push(path);
    expect(found).toEqual(['0', 'b/1', 'b/c/2']);
  });
});

describe('bytes of a stored file', () => {
  const content = new TextEncoder().encode('0123456789');
  /** A storage that breaks off after some bytes of each answer; undefined: it does not. */
  function storage(cuts: (number | undefined)[], etag = () => 'one') {
    const ranges: (string | null)[] = [];
    const get = async (_: unknown, init?: RequestInit): Promise<Response> => {
      const range = new Headers(init?.headers).get('range');
      ranges.push(range);
      const from = Number(/\d+/.exec(range ?? '0')?.[0]);
      const cut = cuts.shift();
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(content.slice(from, cut === undefined ? undefined : from + cut));
          if (cut === undefined) controller.close();
        },
        pull(controller) {
          controller.error(new Error('cut'));
        },
      });
      return new Response(body, { status: range ? 206 : 200, headers: { etag: etag() } });
    };
    return { get: get as typeof fetch, ranges };
  }
  async function read(get: typeof fetch, size = content.length): Promise<string> {
    const { signal } = new AbortController();
    const chunks: Uint8Array[] = [];
    const origin = {
      size,
      url: async () => 'https://s3/x',
      signal,
      fetch: get,
      pause: async () => {},
      buffers: new Buffers(),
    };
    for await (const chunk of bytesOf(origin)) chunks.push(chunk);
    return new TextDecoder().decode(Buffer.concat(chunks));
  }

  it('are whole, however often the line breaks off', async () => {
    const { get, ranges } = storage([3, 4, undefined]);
    expect(await read(get)).toBe('0123456789');
    expect(ranges).toEqual([null, 'bytes=3-', 'bytes=7-']);
  });

  it('are none of another file that has taken its place', async () => {
    const tags = ['one', 'two'];
    await expect(read(storage([3, undefined], () => tags.shift() ?? '').get)).rejects.toThrow('has changed');
  });

  it('are neither fewer nor more than the list says', async () => {
    await expect(read(storage([]).get, 11)).rejects.toThrow();
    await expect(read(storage([]).get, 9)).rejects.toThrow('has changed');
  });

  it('fail where nothing comes, and at once where the storage says no', async () => {
    await expect(read(storage([0, 0, 0, 0, 0, 0, 0]).get)).rejects.toThrow('cut');
    let calls = 0;
    const refused = async () => {
      calls++;
      return new Response('', { status: 404 });
    };
    await expect(read(refused as typeof fetch)).rejects.toMatchObject({ code: 'NoSuchKey' });
    expect(calls).toBe(1);
  });

  it('may be none', async () => {
    const get = async () => new Response(null, { status: 200 });
    expect(await read(get as typeof fetch, 0)).toBe('');
  });
});

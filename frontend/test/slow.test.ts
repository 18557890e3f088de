import { beforeEach, describe, expect, it } from 'vitest';
import type { Upload } from '../src/engine/engine.ts';
import type { Progress } from '../src/engine/flow.ts';
import { HOLD } from '../src/engine/front.ts';
import { GRACE } from '../src/engine/landing.ts';
import { FakeService, MiB, partOf, source } from './fake.ts';
import { blind, Line } from './line.ts';

let service: FakeService;
let news: Progress | undefined;
beforeEach(() => {
  service = new FakeService();
  news = undefined;
});

/** Begins to send a file of `size` bytes over `line`, and waits for the first byte to leave. */
async function begin(line: Line, size: number): Promise<{ upload: Upload }> {
  service.s3 = line.carry;
  const engine = service.engine({ clock: line, reader: blind });
  const upload = engine.upload(source('film.mov', size), (progress) => {
    news = progress;
  });
  // Reading samples of the file takes time of its own, not the line's.
  while (line.busy === 0) await line.pass(0);
  return { upload };
}

const sent = () => news?.sent ?? 0;

/** Bytes of the parts that S3 holds. */
function held(): number {
  const [parts] = service.uploads.values();
  return [...(parts?.values() ?? [])].reduce((sum, bytes) => sum + bytes, 0);
}

describe('a slow line', () => {
  it.each([
    [40, 0.5],
    [40, 2],
    [300, 8],
    [300, 4],
  ])('%d MiB at %d MiB/s, paused in the middle: what was shown is stored', async (size, rate) => {
    const line = new Line(rate * MiB);
    const { upload } = await begin(line, size * MiB);
    await line.pass(1e9, () => sent() >= (size / 2) * MiB);
    const shown = sent();
    expect(news?.stored).toBe(held());
    upload.pause();
    await line.pass(GRACE + 100);
    expect(line.busy).toBe(0);
    expect(held() / shown).toBeGreaterThan(0.8);
    expect(sent()).toBe(held());
    expect(news?.stored).toBe(held());

    const before = service.sent.length;
    upload.resume();
    await line.pass(1e9, () => service.objects.size > 0);
    await upload.done;
    expect(service.sent.length).toBeGreaterThan(before);
  });

  it('is filled front to back, and nothing of a part is sent twice but the first second', async () => {
    const line = new Line(2 * MiB);
    const { upload } = await begin(line, 40 * MiB);
    const began = line.now();
    await line.pass(1e9, () => service.objects.size > 0);
    await upload.done;
    const order = [...(service.sent.map(({ url }) => partOf(new URL(url))) ?? [])];
    expect(order.slice(-4)).toEqual([2, 3, 4, 5]);
    expect(line.now() - began).toBeLessThan(22_500);
  });

  it('that becomes fast gets as many at once as before', async () => {
    const line = new Line(MiB);
    const { upload } = await begin(line, 300 * MiB);
    await line.pass(20_000);
    expect(line.busy).toBe(1);
    line.rate = 50 * MiB;
    await line.pass(3_000);
    expect(line.busy).toBe(6);
    await line.pass(1e9, () => service.objects.size > 0);
    await upload.done;
  });

  it('that limits each connection gets them all again, for longer each time', async () => {
    const line = new Line(100 * MiB, 0.5 * MiB);
    const { upload } = await begin(line, 300 * MiB);
    await line.pass(3_000);
    expect(line.busy).toBeLessThan(6);
    await line.pass(7_000);
    expect(line.busy).toBe(6);
    await line.pass(HOLD / 2);
    expect(line.busy).toBe(6);
    await upload.cancel().catch(() => {});
    await expect(upload.done).rejects.toThrow();
  });

  it.each([
    ['that was fast', 30, 2],
    ['that is only somewhat slow', 7, 7],
  ])('%s has nothing sent again', async (_, first, then) => {
    const line = new Line(first * MiB);
    const { upload } = await begin(line, 200 * MiB);
    await line.pass(1e9, () => sent() > 50 * MiB);
    line.rate = then * MiB;
    await line.pass(1e9, () => service.objects.size > 0);
    await upload.done;
    expect(service.sent).toHaveLength(25);
  });

  it('of which parts are far from their end is cut at once', async () => {
    const line = new Line(0.1 * MiB);
    const { upload } = await begin(line, 40 * MiB);
    await line.pass(10_000);
    upload.pause();
    await line.pass(50);
    expect(line.busy).toBe(0);
    expect(sent()).toBe(0);
    void upload.cancel();
    await expect(upload.done).rejects.toThrow();
  });
});

it.each([10, 24, 100])('a line of %d MiB/s has six parts on it all the time', async (rate) => {
  const line = new Line(rate * MiB);
  const { upload } = await begin(line, 400 * MiB);
  let least = 6;
  await line.pass(1e9, () => {
    if (sent() > 0 && sent() < 350 * MiB) least = Math.min(least, line.busy);
    return service.objects.size > 0;
  });
  await upload.done;
  expect(least).toBe(6);
  expect(service.sent).toHaveLength(50);
});

describe('a file below 16 MiB', () => {
  it.each([
    ['that the line cannot carry in a minute goes in parts, under a hint', 15, 0.125, 'p'],
    ['that it can goes whole', 15, 0.3, 'h'],
    ['of one part goes whole on any line', 8, 0.05, 'h'],
  ])('%s', async (_, size, rate, kind) => {
    const line = new Line(rate * MiB);
    const { upload } = await begin(line, size * MiB);
    await line.pass(1e9, () => service.objects.size > 0);
    const { key } = await upload.done;
    expect(key?.[0]).toBe(kind);
    expect(service.objects.size).toBe(1);
    // What was sent before that was known: as much as the line carries in some seconds.
    expect(line.carried).toBeLessThan((size + 8 * rate) * MiB);
  });

  it('that went over to parts goes on with them after a pause', async () => {
    const line = new Line(0.2 * MiB);
    const { upload } = await begin(line, 15 * MiB);
    await line.pass(1e9, () => held() > 0);
    upload.pause();
    await line.pass(GRACE + 100);
    const asked = service.callsTo('POST', '/presign').length;
    upload.resume();
    await line.pass(1e9, () => service.objects.size > 0);
    await upload.done;
    expect(service.callsTo('POST', '/presign')).toHaveLength(asked);
    expect(line.carried).toBeLessThan(20 * MiB);
  });
});

import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { slow, unslow, Visitor } from './browser.ts';
import { writeBytes } from './material.ts';
import { setStage } from './stage.ts';

const MiB = 1024 * 1024;
const { site } = inject('cloud');
const stage = setStage();

/** Roles whose content is read aloud as it comes. */
const LIVE = new Set(['status', 'log', 'alert']);

/** A node of the accessibility tree, as far as it is looked at here. */
interface Node {
  nodeId: string;
  parentId?: string;
  backendDOMNodeId?: number;
  ignored: boolean;
  role?: { value?: unknown };
  name?: { value?: unknown };
}

/** What a screen reader has been told since it began to listen, by the browser's own accessibility tree. */
class Reader {
  readonly heard: string[] = [];
  /** What each node said when it was looked at last. */
  #known = new Map<number, string>();
  #watching = Promise.resolve();
  #on = true;

  static async listen({ context, page }: Visitor): Promise<Reader> {
    const devtools = await context.newCDPSession(page);
    await devtools.send('Accessibility.enable');
    const reader = new Reader();
    const look = async () => reader.#note((await devtools.send('Accessibility.getFullAXTree')).nodes);
    await look();
    reader.#watching = (async () => {
      while (reader.#on) {
        await look();
        await page.waitForTimeout(50);
      }
      await look();
      await devtools.detach();
    })();
    return reader;
  }

  async stop(): Promise<void> {
    this.#on = false;
    await this.#watching;
  }

  /** How often it was told something that contains `text`. */
  times(text: string): number {
    return this.heard.filter((said) => said.includes(text)).length;
  }

  /** Texts that came, or changed, within a live region: each is read aloud. */
  #note(nodes: Node[]): void {
    const byId = new Map(nodes.map((node) => [node.nodeId, node]));
    const regionOf = (node: Node | undefined): Node | undefined =>
      !node || LIVE.has(String(node.role?.value)) ? node : regionOf(byId.get(node.parentId ?? ''));
    const now = new Map<number, string>();
    for (const node of nodes) {
      if (node.ignored || node.role?.value !== 'StaticText' || !regionOf(node)) continue;
      const { backendDOMNodeId: id = 0, name } = node;
      const text = String(name?.value ?? '');
      now.set(id, text);
      if (this.#known.get(id) !== text) this.heard.push(text);
    }
    this.#known = now;
  }
}

it('a screen reader is told of the start, the pause, the resumption and the end of an upload, each once', async () => {
  const file = join(stage.dir, 'told.bin');
  await writeBytes(file, 24 * MiB);
  const visitor = await Visitor.enter(stage.browser, site);
  await visitor.signIn('alice');
  const reader = await Reader.listen(visitor);
  await slow(visitor, 2 * MiB);
  await visitor.choose([file]);
  const row = visitor.sending('told.bin');
  const press = async (button: string, said: string) => {
    await row.getByRole('button', { name: button }).click();
    await expect.poll(() => reader.times(said)).toBe(1);
  };
  await expect.poll(() => reader.times('told.bin is being uploaded')).toBe(1);
  await press('Pause told.bin', 'told.bin is paused');
  await press('Resume told.bin', 'told.bin goes on');
  await unslow(visitor);
  await visitor.uploaded();
  await expect.poll(() => reader.times('told.bin is uploaded')).toBe(1);
  await reader.stop();
  expect(reader.heard).toEqual([
    'told.bin is being uploaded',
    'told.bin is paused',
    'told.bin goes on',
    'told.bin is uploaded',
  ]);
  await visitor.leave();
});

it('a cause that thirty files fail for is told once, and how many they are once', async () => {
  const files = Array.from({ length: 30 }, (_, i) => join(stage.dir, `untold ${i}.txt`));
  for (const [i, file] of files.entries()) await writeBytes(file, 100 + i);
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('alice');
  const reader = await Reader.listen(visitor);
  const problem = '{"code":"TypeForbidden","detail":"got a type that is not allowed"}';
  await page.route('**/api/presign', (route) =>
    route.fulfill({ status: 400, contentType: 'application/problem+json', body: problem }),
  );
  await visitor.choose(files);
  await page.locator('.upload-body[data-state="failed"]').waitFor();
  await expect.poll(() => reader.times('30 files were not uploaded')).toBe(1);
  await page.waitForTimeout(500);
  await reader.stop();
  expect(reader.heard).toHaveLength(3);
  expect(reader.heard[0]).toBe('30 files are being uploaded');
  expect(reader.times('got a type that is not allowed')).toBe(1);
  await visitor.leave();
});

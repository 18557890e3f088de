import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { slow, Visitor } from './browser.ts';
import { writeBytes } from './material.ts';
import { setStage } from './stage.ts';

const MiB = 1024 * 1024;
const stage = setStage();
const picture = 'screenshot.png';
const listed = [
  ['2026 annual report.pdf', 3.4 * MiB],
  ['회의록 11월.docx', 0.8 * MiB],
  ['drone survey raw.tar', 41 * MiB],
] as const;

it(`writes ${picture}`, async () => {
  const visitor = await Visitor.enter(stage.browser, inject('cloud').site, { viewport: { width: 1100, height: 860 } });
  const { page } = visitor;
  await visitor.signIn('alice');
  const path = (name: string) => join(stage.dir, name);
  for (const [name, size] of listed) await writeBytes(path(name), Math.round(size));
  await visitor.choose(listed.map(([name]) => path(name)));
  await visitor.uploaded();
  await visitor.done();
  await page.locator('.notice-good').waitFor({ state: 'detached' });

  await paint(visitor, path('harbour.png'), 'linear-gradient(#f7b267, #f4845f 45%, #274c77 46%, #1b2f4b)');
  await paint(visitor, path('meadow.png'), 'linear-gradient(#a9d6e5, #e9f5db 50%, #718355 51%, #31572c)');
  await writeBytes(path('interview final cut.mov'), 180 * MiB);
  await slow(visitor, 24 * MiB);
  await visitor.choose(['harbour.png', 'meadow.png', 'interview final cut.mov'].map(path));
  await expect.poll(() => page.locator('.upload-progress').textContent()).toMatch(/ s left$/);
  await page.screenshot({ path: picture });
  await page.locator('.uppy-StatusBar-actionCircleBtn').last().click();
  await visitor.context.close();
  expect((await stat(picture)).size).toBeLessThan(200 * 1024);
});

/** Writes a small picture of a gradient, for the thumbnails. */
async function paint({ context }: Visitor, path: string, gradient: string): Promise<void> {
  const page = await context.newPage();
  await page.setViewportSize({ width: 640, height: 480 });
  await page.setContent(`<body style="margin:0;background:${gradient}">`);
  await page.screenshot({ path });
  await page.close();
}

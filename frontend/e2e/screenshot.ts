import { open, stat } from 'node:fs/promises';
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

const large = [
  ['interview final cut.mov', 180 * MiB],
  ['glacier survey 2026.tar', 1500 * MiB],
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

  await writeBytes(path('harbour at night.jpg'), 5 * MiB);
  for (const [name, size] of large) await truncate(path(name), size);
  await slow(visitor, 40 * MiB);
  await visitor.choose(['harbour at night.jpg', ...large.map(([name]) => name)].map(path));
  const share = (name: string) => async () =>
    Number(await visitor.sending(name).getByRole('progressbar').getAttribute('aria-valuenow'));
  await expect.poll(share(large[0][0])).toBeGreaterThan(60);
  await visitor
    .sending(large[0][0])
    .getByRole('button', { name: /^Pause/ })
    .click();
  await expect.poll(share(large[1][0]), { timeout: 60_000 }).toBeGreaterThan(15);
  await expect.poll(() => page.locator('.upload-totals').textContent()).toMatch(/ left$/);
  await page.mouse.move(0, 0);
  await page.screenshot({ path: picture });
  await visitor.context.close();
  expect((await stat(picture)).size).toBeLessThan(150 * 1024);
});

/** Makes a file of `size` zeros that takes no room. */
async function truncate(path: string, size: number): Promise<void> {
  const file = await open(path, 'w');
  await file.truncate(size);
  await file.close();
}

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sha256, Visitor } from './browser.ts';
import { writeBytes } from './material.ts';
import { setCloud } from './stage.ts';

const stage = setCloud({ settings: { overwrite: true } });

it('where files may be overwritten, versions are listed, downloaded and restored', async () => {
  const file = join(stage.dir, 'versions.bin');
  const hash = await writeBytes(file, 4321);
  const visitor = await Visitor.enter(stage.browser, stage.cloud.site);
  const { page } = visitor;
  await visitor.signIn('alice');
  for (let n = 0; n < 2; n++) {
    await visitor.choose([file]);
    await visitor.uploaded();
    await visitor.done();
  }
  const row = visitor.row('versions.bin');
  await row.getByRole('button', { name: /^Delete/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await row.getByRole('button', { name: /^Undo/ }).click();
  await row.getByRole('button', { name: /^Versions/ }).click();

  const dialog = page.getByRole('dialog', { name: 'Versions of versions.bin' });
  const items = dialog.getByRole('listitem');
  await items.first().waitFor();
  const before = await items.count();
  expect(before).toBeGreaterThanOrEqual(2);
  expect(await items.first().textContent()).toContain('Current');
  expect(await items.last().textContent()).not.toContain('Current');

  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    items
      .last()
      .getByRole('button', { name: /^Download/ })
      .click(),
  ]);
  expect(saved.suggestedFilename()).toBe('versions.bin');
  expect(await sha256(await saved.path())).toBe(hash);
  await items
    .last()
    .getByRole('button', { name: /^Restore/ })
    .click();
  await dialog.waitFor({ state: 'detached' });
  await visitor.hears('versions.bin is restored');
  await row.getByRole('button', { name: /^Versions/ }).click();
  await expect.poll(() => items.count()).toBe(before + 1);
  await page.keyboard.press('Escape');
  expect((await visitor.download('versions.bin')).sha256).toBe(hash);
  await visitor.leave();
});

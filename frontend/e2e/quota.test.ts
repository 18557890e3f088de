import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Visitor, violations } from './browser.ts';
import { writeBytes } from './material.ts';
import { setCloud } from './stage.ts';

const MiB = 1024 * 1024;
const stage = setCloud({ settings: { quota: { bytes: `${10 * MiB}`, files: 5 } } });

it('the page tells how much is taken of what may be, and how much of it goes by itself', async () => {
  const visitor = await Visitor.enter(stage.browser, stage.cloud.site);
  const { page } = visitor;
  await visitor.signIn('alice');
  const said = page.locator('.quota-text');
  await said.getByText('0 B of 10 MiB used · 0 of 5 files').waitFor();
  for (const name of ['four.bin', 'three.bin'])
    await writeBytes(join(stage.dir, name), (name === 'four.bin' ? 4 : 3) * MiB);
  await visitor.choose(['four.bin', 'three.bin'].map((name) => join(stage.dir, name)));
  await visitor.uploaded();
  await said.getByText('7 MiB of 10 MiB used · 2 of 5 files').waitFor();
  await visitor.delete('four.bin');
  await said.getByText('4 MiB of it is deleted and goes by itself within').waitFor();
  expect(await violations(page)).toEqual([]);

  await writeBytes(join(stage.dir, 'over.bin'), 4 * MiB);
  await visitor.choose([join(stage.dir, 'over.bin')]);
  await page.locator('.notice-bad').waitFor();
  await page.getByRole('combobox', { name: 'Language' }).selectOption('ko');
  await said.getByText('그중 4 MiB는 삭제된 파일이며').waitFor();
  await visitor.leave();
});

// The main job: sign-in, a small file and one in parts, the list, a search, a rename, a preview, a ZIP, sign-out.
import { readFile } from 'node:fs/promises';
import { stored, written } from '../page.mjs';

export async function main({ page, cloud, dir }) {
  await page.signIn(cloud.site, 'alice');
  const small = await written(dir, 'small.txt', 5);
  const large = await written(dir, 'large.bin', 40 << 20);
  await page.send(small, large);
  await page.shows(['small.txt', 'large.bin']);
  for (const path of [small, large]) {
    const { body } = await stored(cloud, path.split('/').pop());
    if (!body.equals(await readFile(path))) throw new Error(`got other bytes than those of ${path}`);
  }

  await page.click('.files-search');
  await page.browser.type('lar');
  await page.shows(['large.bin'], true);
  await page.browser.press('Escape');
  await page.click('[aria-label="Rename small.txt"]');
  await page.sees('dialog .field');
  await page.browser.type('renamed');
  await page.browser.press('Enter');
  await page.shows(['renamed.txt']);

  await page.click('a.file-open', 'renamed.txt');
  await page.sees('dialog pre');
  await page.browser.press('Escape');
  await page.click('thead .select');
  await page.click('.files-chosen button', 'Download');
  // Made in the origin's private files, or in memory where the engine has none, as this build of Safari's.
  await page.sees('.notice-good', 'with 2 files is ready');
  await page.browser.goto(cloud.site);
  await page.shows(['renamed.txt', 'large.bin']);
  await page.click('[data-focus="sign-out"]');
  await page.sees('main button', 'Sign in');
}

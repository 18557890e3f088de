import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { launch, Visitor } from './browser.ts';
import { writeBytes } from './material.ts';

const MiB = 1024 * 1024;

/** A setting of whoever runs this. */
function given(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`got no ${name}, want it in the environment`);
  return value;
}

it('somebody signs in at managed login, sends files, and has the same back', async () => {
  const site = given('SIGNET_SITE');
  const files = [
    { name: 'small.txt', size: 17 },
    { name: 'parts.bin', size: 20 * MiB },
  ];
  const hashes = new Map<string, string>();
  const dir = await mkdtemp(join(tmpdir(), 'signet-deployed-'));
  for (const { name, size } of files) hashes.set(name, await writeBytes(join(dir, name), size));

  const browser = await launch([], given('SIGNET_PROXY'));
  try {
    const visitor = await Visitor.enter(browser, site, { ignoreHTTPSErrors: true });
    const { page } = visitor;
    await page.getByRole('main').getByRole('button').click();
    await page.locator('input[name="username"]').fill(given('SIGNET_USER'));
    await page.locator('input[name="password"]').fill(given('SIGNET_PASSWORD'));
    await page.locator('input[name="password"]').press('Enter');
    await page.locator('.upload-body').waitFor();
    expect(new URL(page.url()).origin).toBe(site);

    await visitor.choose(files.map(({ name }) => join(dir, name)));
    await visitor.uploaded();
    for (const [name, sha256] of hashes)
      expect({ name, sha256: (await visitor.download(name)).sha256 }).toEqual({ name, sha256 });
    for (const { name } of files) await visitor.delete(name);
    await visitor.leave();
  } finally {
    await browser.close();
    await rm(dir, { recursive: true });
  }
});

import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { Visitor } from './browser.ts';
import { binary, startCloud, stopCloud } from './cloud.ts';
import { setStage } from './stage.ts';

const stage = setStage();
const COUNT = 10_000;

it('beside 10,000 files of one folder, what was just stored stands on top at once, and after a reading too', {
  timeout: 300_000,
}, async () => {
  const { cloud, process: dev } = await startCloud(stage.dir);
  try {
    const folder = join(stage.dir, 'many');
    await mkdir(folder);
    for (let i = 0; i < COUNT; i++) await writeFile(join(folder, `old-${i}.txt`), `${i}`);
    const env = { ...process.env, SIGNET_API: cloud.api, SIGNET_TOKEN: cloud.token };
    await promisify(execFile)(binary, ['put', '-r', '-q', folder], { env, maxBuffer: 1 << 25 });

    const visitor = await Visitor.enter(stage.browser, cloud.site);
    const { page } = visitor;
    await visitor.signIn('alice');
    await page.goto(`${cloud.site}#files/many`);
    const rows = page.locator('tr.row');
    await expect.poll(() => rows.count()).toBe(100);
    const names = ['new-1.txt', 'new-2.txt', 'new-3.txt', 'new-4.txt', 'new-5.txt'];
    const files = names.map((name) => join(stage.dir, name));
    for (const file of files) await writeFile(file, file);
    let lists = 0;
    page.on('request', (request) => {
      if (request.url().includes('/api/files?')) lists++;
    });
    const top = async () => (await rows.getByRole('rowheader').allTextContents()).slice(0, names.length).sort();
    await visitor.choose(files);
    await visitor.uploaded();
    await expect.poll(top).toEqual(names);
    expect(lists).toBe(0);
    const answered = page.waitForResponse((response) => response.url().includes('/api/files?'));
    await page.getByRole('button', { name: 'Refresh' }).click();
    await answered;
    await expect.poll(top).toEqual(names);
    await page.reload();
    await expect.poll(top).toEqual(names);
    await visitor.leave();
  } finally {
    await stopCloud(dev);
  }
});

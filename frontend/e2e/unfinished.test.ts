import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import { slow, unslow, Visitor, violations } from './browser.ts';
import { writeBytes } from './material.ts';
import { setStage } from './stage.ts';

const { site } = inject('cloud');
const stage = setStage();
const MiB = 1024 * 1024;

/** Uploads some of a file, and leaves. */
async function leaveOff(visitor: Visitor, file: string, name: string): Promise<void> {
  const { page } = visitor;
  await slow(visitor, 16 * MiB);
  await visitor.choose([file]);
  await expect.poll(() => visitor.sending(name).locator('.strip-stored').getAttribute('d')).not.toBe('');
  page.once('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await unslow(visitor);
  await page.locator('.upload-body').waitFor();
}

const left = (page: Page, name: string) => page.locator('.unfinished-row').filter({ hasText: name });

it('what was begun and not finished is told on opening, goes on when it is chosen again, or is discarded', async () => {
  const film = join(stage.dir, 'film.mov');
  await writeBytes(film, 100 * MiB);
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('bob');
  await leaveOff(visitor, film, 'film.mov');
  const row = left(page, 'film.mov');
  await row.getByText(/^\d.* of 100 MiB stored: choose it again to go on$/).waitFor();
  expect(await page.locator('.upload-body').getAttribute('data-state')).toBe('empty');
  expect(await violations(page)).toEqual([]);

  // Another file of that name is not taken for it.
  const other = join(stage.dir, 'other.mov');
  await writeFile(other, 'other');
  await row.getByRole('button', { name: 'Choose again: film.mov' }).click();
  await page.locator('.upload-input-again').setInputFiles([other]);
  await page.getByText('Not among the unfinished uploads, and not sent: other.mov').waitFor();
  const parts: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'PUT') parts.push(request.url());
  });
  const choosing = page.waitForEvent('filechooser');
  await row.getByRole('button', { name: 'Choose again: film.mov' }).click();
  await (await choosing).setFiles([film]);
  await visitor.uploaded();
  await visitor.row('film.mov').waitFor();
  // Of 13 parts some were there.
  expect(parts.length).toBeLessThan(13);
  await visitor.done();
  await expect.poll(() => row.count()).toBe(0);

  await writeBytes(film, 90 * MiB);
  await leaveOff(visitor, film, 'film.mov');
  await row.getByRole('button', { name: 'Discard film.mov' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
  await visitor.hears('What was stored of film.mov is deleted');
  // Other tests may have left something.
  const { uploads } = await visitor.call<{ uploads: { name: string }[] }>('GET', '/uploads');
  expect(uploads.filter(({ name }) => name === 'film.mov')).toEqual([]);
  await visitor.leave();
});

it('whoever agrees goes on with one click', async () => {
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  // A file of the origin's private file system in place of one that a picker gives.
  await page.addInitScript(() => {
    const root = navigator.storage.getDirectory();
    const handle = root.then((folder) => folder.getFileHandle('kept.bin', { create: true }));
    Object.assign(window, { showOpenFilePicker: async () => [await handle] });
  });
  await visitor.signIn('bob');
  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const out = await (await root.getFileHandle('kept.bin', { create: true })).createWritable();
    for (let i = 0; i < 64; i++) await out.write(crypto.getRandomValues(new Uint8Array(65_536)));
    await out.truncate(128 * 1024 * 1024); // long enough to be left in the middle
    await out.close();
    localStorage.setItem('signet.remember', 'yes');
  });
  await page.reload();
  await page.locator('.upload-body').waitFor();
  await slow(visitor, 8 * MiB);
  await page.getByRole('button', { name: 'Choose files' }).click();
  await expect.poll(() => visitor.sending('kept.bin').locator('.strip-stored').getAttribute('d')).not.toBe('');
  page.once('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await unslow(visitor);
  await left(page, 'kept.bin').getByRole('button', { name: 'Go on with kept.bin' }).click();
  await visitor.uploaded();
  await visitor.row('kept.bin').waitFor();
  // Whoever signs out leaves nothing of it behind.
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).waitFor();
  const kept = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  expect(kept).not.toContain('signet-sending');
  await visitor.leave();
});

it('an upload that is cancelled while it is put together is told of, and is in the list', async () => {
  const file = join(stage.dir, 'late.bin');
  await writeFile(file, 'x');
  await truncate(file, 20 * MiB);
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('bob');
  await page.route('**/api/uploads/complete', async (route) => {
    const answer = await route.fetch();
    await new Promise((done) => setTimeout(done, 4000));
    await route.fulfill({ response: answer }).catch(() => {});
  });
  const completing = page.waitForRequest('**/api/uploads/complete');
  await visitor.choose([file]);
  await completing;
  await page.waitForTimeout(1500);
  await page.getByRole('button', { name: 'Cancel all' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the upload' }).click();
  await page.getByText('late.bin was finished before it could be cancelled').waitFor();
  await visitor.row('late.bin').waitFor();
  expect(await page.locator('.notice-bad').count()).toBe(0);
  await visitor.leave();
});

it('an upload that ended elsewhere is taken off the list when it is discarded, and is no failure', async () => {
  const file = join(stage.dir, 'elsewhere.bin');
  await writeBytes(file, 90 * MiB);
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('bob');
  await leaveOff(visitor, file, 'elsewhere.bin');
  const row = left(page, 'elsewhere.bin');
  await row.waitFor();
  // What can be done stays in one line, however narrow that is.
  await page.setViewportSize({ width: 320, height: 780 });
  const places = row.getByRole('button').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().bottom));
  expect(new Set(await places).size).toBe(1);
  // What chooses other files is whole above the list, be it as long as it gets.
  await page.locator('.unfinished').evaluate((list) => {
    list.style.height = '100%';
  });
  const edge = (await page.locator('.unfinished').boundingBox())?.y ?? 0;
  for (const button of await page.locator('.drop-buttons button').all()) {
    const box = await button.boundingBox();
    if (box) expect(box.y + box.height).toBeLessThanOrEqual(edge);
  }
  await page.route('**/api/uploads?*', async (route) => {
    // In between another tab is faster.
    if (route.request().method() === 'DELETE') await route.fetch();
    return route.continue();
  });
  await row.getByRole('button', { name: 'Discard elsewhere.bin' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
  await page.getByText('elsewhere.bin was finished or discarded elsewhere').waitFor();
  expect(await row.count()).toBe(0);
  expect(await page.locator('.notice-bad').count()).toBe(0);
  await visitor.leave();
});

it('a file that is chosen and cannot be read is named, and those beside it go up', async () => {
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await page.addInitScript(() => {
    const gone = async () => Promise.reject(new DOMException('it is not there any more', 'NotFoundError'));
    const there = async () => new File(['there'], 'there.txt', { type: 'text/plain' });
    const picked = [
      { name: 'gone.txt', getFile: gone },
      { name: 'there.txt', getFile: there },
    ];
    Object.assign(window, { showOpenFilePicker: async () => picked });
    localStorage.setItem('signet.remember', 'yes');
  });
  await page.reload();
  await visitor.signIn('bob');
  await page.getByRole('button', { name: 'Choose files' }).click();
  await page.locator('.notice-bad').getByText('gone.txt could not be read').waitFor();
  await visitor.uploaded();
  await visitor.row('there.txt').waitFor();
  await visitor.leave();
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { Visitor } from './browser.ts';
import { setCloud } from './stage.ts';

/** What people do that nobody has asked for: each of a kind that was reported of other upload pages. */
const people = ['kim', 'lee', 'park', 'choi', 'jung', 'kang', 'yoon', 'jang', 'han', 'shin', 'seo', 'kwon', 'ahn'];
const stage = setCloud({ flags: people.flatMap((name) => ['--person', `${name}=design`]) });

/** Somebody who has nothing yet, at the page. */
async function enter(hash = ''): Promise<Visitor> {
  const visitor = await Visitor.enter(stage.browser, stage.cloud.site + hash);
  await visitor.signIn(people.pop() ?? '');
  return visitor;
}

/** Uploads small files of these names into the folder that is shown. */
async function give(visitor: Visitor, files: Record<string, string | Buffer>): Promise<void> {
  const { page } = visitor;
  const chosen = Object.entries(files).map(([name, content]) => {
    return { name, mimeType: 'text/plain', buffer: Buffer.from(content) };
  });
  await page.locator('.upload-input-files').setInputFiles(chosen);
  await visitor.uploaded();
  await visitor.done();
  for (const name of Object.keys(files)) await visitor.row(name).waitFor();
}

const names = (page: Page) => page.locator('tr.row th').allTextContents();
const stored = (visitor: Visitor) => visitor.paths('').then((all) => all.map((path) => path.replace(/^\//, '')).sort());

async function rename(visitor: Visitor, name: string, to: string): Promise<void> {
  const { page } = visitor;
  await visitor.row(name).locator('.row-rename').click();
  await page.getByRole('dialog').getByRole('textbox').fill(to);
  await page.keyboard.press('Enter');
}

it('a new name is shown as it is kept: composed, cut where it is too long, without what no name may hold', async () => {
  const visitor = await enter();
  await give(visitor, { 'a.txt': 'a' });
  let name = 'a.txt';
  for (const to of ['한글.txt'.normalize('NFD'), `${'가'.repeat(100)}.txt`, 'invoice\u202Egnp.exe']) {
    await rename(visitor, name, to);
    await expect.poll(() => stored(visitor)).not.toEqual([name]);
    [name = ''] = await stored(visitor);
    await visitor.row(name).waitFor();
    expect(await names(visitor.page)).toEqual([name]);
  }
  await visitor.leave();
});

it('what is done with a file that was found is done with it in its folder too, and shown where it was found', async () => {
  const visitor = await enter();
  const { page } = visitor;
  await give(visitor, { 'find 1.txt': '1', 'find 2.txt': '2', 'find 3.txt': '3' });
  const search = page.locator('.files-search');
  await search.fill('find');
  await search.press('Enter');
  await expect.poll(async () => (await names(page)).length).toBe(3);
  await rename(visitor, 'find 1.txt', 'other.txt');
  await visitor.row('other.txt').waitFor();
  await visitor.delete('find 2.txt');
  await visitor.row('find 3.txt').getByRole('checkbox').check();
  await page.locator('.files-chosen').getByRole('button', { name: 'Move' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'New folder' }).click();
  await dialog.getByRole('textbox').fill('box');
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: /box/ }).click();
  await page.locator('tr.row .cell-folder', { hasText: 'box' }).waitFor();
  await search.press('Escape');
  // The folder, without asking the service again.
  await page.locator('tr.folder', { hasText: 'box' }).waitFor();
  await visitor.row('find 2.txt').getByRole('button', { name: /^Undo/ }).waitFor();
  expect(await visitor.row('find 1.txt').count()).toBe(0);
  expect(await visitor.row('find 3.txt').count()).toBe(0);
  expect(await stored(visitor)).toEqual(['box/find 3.txt', 'other.txt']);
  await visitor.leave();
});

it('what is pasted where somebody writes is text, though a picture of it comes with it', async () => {
  const visitor = await enter();
  const { page } = visitor;
  await page.locator('.files-search').evaluate(paste);
  await give(visitor, { 'a.txt': 'a' });
  expect(await stored(visitor)).toEqual(['a.txt']);
  await visitor.leave();
});

/** Pastes cells, as a spreadsheet has them on the clipboard. */
function paste(node: Element): void {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', 'a\tb');
  clipboardData.items.add(new File(['picture'], 'image.png', { type: 'image/png' }));
  node.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, composed: true }));
}

it('while a dialog asks nothing is dropped or pasted below it, and the page stays', async () => {
  const visitor = await enter();
  const { page } = visitor;
  const file = join(stage.dir, 'dropped.txt');
  await writeFile(file, 'dropped');
  await give(visitor, { 'a.txt': 'a' });
  await visitor
    .row('a.txt')
    .getByRole('button', { name: /^Delete/ })
    .click();
  await visitor.drop([file]);
  await page.getByRole('dialog').evaluate(paste);
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await give(visitor, { 'b.txt': 'b' });
  expect(await stored(visitor)).toEqual(['a.txt', 'b.txt']);
  await visitor.leave();
});

it('a drag that is given up leaves nothing lit', async () => {
  const visitor = await enter();
  const { page } = visitor;
  const devtools = await visitor.context.newCDPSession(page);
  const data = { items: [], files: [join(stage.dir, 'dropped.txt')], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'dragCancel'] as const)
    await devtools.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
  await page.mouse.move(310, 310);
  await expect.poll(() => page.locator('.upload-over').count()).toBe(0);
  await visitor.leave();
});

it('a link into a folder is gone to after signing in', async () => {
  const visitor = await enter('/#files/photos/2026');
  expect(await visitor.page.evaluate(() => location.hash)).toBe('#files/photos/2026');
  await visitor.page.locator('.files-trail', { hasText: '2026' }).waitFor();
  await visitor.leave();
});

it('a text is read in what it is written in, and an empty file is no broken one', async () => {
  const visitor = await enter();
  const { page } = visitor;
  const windows = Buffer.from([0x8c, 0x63, 0xb9, 0xe6]);
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('héllo 한글', 'utf16le')]);
  await give(visitor, { 'windows.txt': windows, 'utf16.csv': utf16, 'empty.png': '' });
  await page.locator('.header').getByRole('combobox').selectOption('ko');
  const shown = async (name: string, place: string) => {
    await visitor.row(name).locator('.file-open').click();
    const text = await page.locator(place).textContent();
    await page.keyboard.press('Escape');
    return text;
  };
  expect(await shown('windows.txt', '.preview-text')).toBe('똠방');
  expect(await shown('utf16.csv', '.preview-text')).toBe('héllo 한글');
  expect(await shown('empty.png', '.preview-none')).toContain('빈 파일');
  await visitor.leave();
});

it('"Back" leaves a dialog, and so does the end of a session, which leaves no name of a file', async () => {
  const visitor = await enter();
  const { page } = visitor;
  await page.goto(`${stage.cloud.site}/#files/in`);
  await give(visitor, { 'secret plan.txt': 'TOP SECRET' });
  const open = async () => {
    await visitor.row('secret plan.txt').locator('.file-open').dblclick();
    await page.locator('.preview-text').waitFor();
    // Whoever opens it as on a desktop opens it once.
    expect(await page.locator('dialog').count()).toBe(1);
  };
  await open();
  await page.goBack();
  await expect.poll(() => page.locator('dialog').count()).toBe(0);
  await page.goForward();
  await open();
  const gone = { status: 401, contentType: 'application/problem+json', body: '{"code":"Unauthorized","status":401}' };
  await page.route('**/api/**', (route) => route.fulfill(gone));
  await page.route('**/token', (route) => route.fulfill({ status: 400, json: { error: 'invalid_grant' } }));
  await page.locator('.preview-actions').getByRole('button', { name: 'Download' }).click();
  await page.getByText('Your session has ended.').waitFor();
  await expect.poll(() => page.locator('dialog').count()).toBe(0);
  await expect.poll(() => page.locator('body').textContent()).not.toMatch(/secret/i);
  await visitor.leave();
});

it('whoever leaves while many files are moved is asked, and sees how far it is', async () => {
  const visitor = await enter();
  const { page } = visitor;
  await page.goto(`${stage.cloud.site}/#files/from`);
  await give(visitor, Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`m${i}.txt`, `${i}`])));
  let go = () => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  await page.route('**/api/files/move', async (route) => {
    await held;
    await route.continue();
  });
  await page.locator('thead .select').check();
  await page.locator('.files-chosen').getByRole('button', { name: 'Move' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'My files' }).click();
  await dialog.getByRole('button', { name: /^Move to/ }).click();
  await page.locator('.notice', { hasText: 'Moving: 0 of 12' }).waitFor();
  const asked = page.waitForEvent('dialog');
  await page.evaluate(() => setTimeout(() => location.reload()));
  await (await asked).dismiss();
  go();
  await expect.poll(() => stored(visitor).then((all) => all.filter((path) => !path.includes('/')).length)).toBe(12);
  await expect.poll(() => page.locator('.notice', { hasText: 'Moving' }).count()).toBe(0);
  await visitor.leave();
});

it('of a file that another tab has deleted it is said that it is gone: of one that is opened, downloaded, or put into a ZIP', async () => {
  const visitor = await enter();
  const { page } = visitor;
  await give(visitor, { 'a.txt': 'a', 'b.png': 'b', 'c.txt': 'c' });
  const { files } = await visitor.call<{ files: { key: string; name: string }[] }>('GET', '/files?limit=100');
  await visitor.call('POST', '/files/delete', {
    keys: files.filter(({ name }) => name !== 'c.txt').map(({ key }) => key),
  });
  for (const name of ['a.txt', 'b.png']) {
    await visitor.row(name).locator('.file-open').click();
    await page.locator('.preview-none', { hasText: 'It may have been deleted meanwhile' }).waitFor();
    await page.keyboard.press('Escape');
  }
  await visitor
    .row('a.txt')
    .getByRole('button', { name: /^Download/ })
    .click();
  const notice = page.locator('.notice-bad', { hasText: 'a.txt' });
  await notice.filter({ hasText: 'It is not there any more' }).waitFor();
  expect(await notice.textContent()).not.toContain('uploads/');
  await notice.getByRole('button', { name: 'Dismiss' }).click();
  await visitor.row('b.png').getByRole('checkbox').check();
  await visitor.row('c.txt').getByRole('checkbox').check();
  await page.locator('.files-chosen').getByRole('button', { name: 'Download' }).click();
  await page.locator('.notice-bad', { hasText: 'b.png could not be downloaded' }).waitFor();
  await visitor.leave();
});

it('without a connection whoever deletes is told that it waits, and it is done when the line is back', async () => {
  const visitor = await enter();
  const { page } = visitor;
  await give(visitor, { 'a.txt': 'a' });
  await visitor.context.setOffline(true);
  await visitor
    .row('a.txt')
    .getByRole('button', { name: /^Delete/ })
    .click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await visitor.hears('No connection. Goes on by itself when it is back.');
  expect(await visitor.row('a.txt').getByRole('button', { name: /^Undo/ }).count()).toBe(0);
  await visitor.context.setOffline(false);
  await visitor.row('a.txt').getByRole('button', { name: /^Undo/ }).waitFor();
  await visitor.leave();
});

it('all that are chosen are all, those too that are yet to be read', async () => {
  const visitor = await enter();
  const { page } = visitor;
  const all = Array.from({ length: 130 }, (_, i) => `n${i}.txt`);
  await page
    .locator('.upload-input-files')
    .setInputFiles(all.map((name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(name) })));
  await visitor.uploaded();
  // As though there were thousands: the service answers with fewer at once.
  await page.route('**/api/files?*', (route) =>
    route.continue({
      url: route
        .request()
        .url()
        .replace(/limit=\d+/, 'limit=50'),
    }),
  );
  await page.reload();
  await page.locator('.files-count', { hasText: '50' }).waitFor();
  await page.locator('thead .select').check();
  await page.locator('.files-chosen-count', { hasText: '130' }).waitFor();
  await visitor.leave();
});

it('where the system forces its colours, how far uploads are and what is shown can still be told', async () => {
  const visitor = await enter();
  const { page } = visitor;
  await page.emulateMedia({ forcedColors: 'active' });
  await give(visitor, { 'a.txt': 'a' });
  const colour = (css: string, pseudo?: string) =>
    page.evaluate(
      ([css, pseudo]) => getComputedStyle(document.querySelector(css ?? '') as Element, pseudo).backgroundColor,
      [css, pseudo] as const,
    );
  const legend = await Promise.all(['stored', 'flight', 'left'].map((kind) => colour(`.legend-${kind}`, '::before')));
  expect(new Set([...legend, await colour('body')]).size).toBe(4);
  for (const css of ['.view[aria-current]', '.order[aria-pressed="true"]'])
    expect(
      await page
        .locator(css)
        .first()
        .evaluate((node) => getComputedStyle(node).textDecorationLine),
    ).toBe('underline');
  await visitor.leave();
});

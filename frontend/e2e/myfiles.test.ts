import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import { Visitor, violations } from './browser.ts';
import { setStage } from './stage.ts';

const { site } = inject('cloud');
const stage = setStage();

/** Signs in as alice, puts small files into a folder of the test's own, and shows it. Paths have folders in them. */
async function withFolder(test: string, paths: string[]): Promise<Visitor> {
  for (const path of paths) {
    const file = join(stage.dir, test, path);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, `${test} ${path}`);
  }
  const visitor = await Visitor.enter(stage.browser, site);
  await visitor.signIn('alice');
  await visitor.chooseFolder(join(stage.dir, test));
  await visitor.uploaded();
  await visitor.page.goto(`${site}#files/${test}`);
  await expect.poll(() => visitor.page.locator('tr.row, tr.folder').count()).toBeGreaterThan(0);
  return visitor;
}

const names = (page: Page) => page.locator('tr.row').getByRole('rowheader').allTextContents();
const box = (page: Page, name: string) => page.getByRole('checkbox', { name: `Select ${name}`, exact: true });
const chosen = (page: Page) => page.locator('.files-chosen-count');
const action = (page: Page, name: string) =>
  page.getByRole('group', { name: 'What is selected' }).getByRole('button', { name, exact: true });

it('files come newest first or by name, and what is typed is searched: beginnings at once, anywhere with Enter', async () => {
  const visitor = await withFolder('search', ['report 10.txt', 'report 9.txt', 'Album.txt', 'in/my REPORT.txt']);
  const { page } = visitor;
  await page.getByRole('button', { name: 'By name' }).click();
  await expect.poll(() => names(page)).toEqual(['Album.txt', 'report 9.txt', 'report 10.txt']);

  const search = page.getByRole('searchbox', { name: 'Search by name' });
  await search.pressSequentially('REP');
  await expect.poll(() => names(page)).toEqual(['report 9.txt', 'report 10.txt']);
  expect(await search.inputValue()).toBe('REP');
  await search.press('Enter');
  await expect.poll(async () => (await names(page)).sort()).toEqual(['my REPORT.txt', 'report 10.txt', 'report 9.txt']);
  // Where it lies is said.
  expect(await visitor.row('my REPORT.txt').locator('.cell-folder').textContent()).toBe('search/in');
  await search.fill('nothing like it');
  await page.getByText('Nothing found for “nothing like it”').waitFor();
  await search.press('Escape');
  await expect.poll(() => names(page)).toHaveLength(3);
  await visitor.leave();
});

it('files are chosen by boxes, with Shift and with Ctrl+A, and deleted and restored together', async () => {
  const visitor = await withFolder('choose', ['a.txt', 'b.txt', 'c.txt', 'd.txt', 'e.txt']);
  const { page } = visitor;
  await page.getByRole('button', { name: 'By name' }).click();
  await expect.poll(() => names(page)).toEqual(['a.txt', 'b.txt', 'c.txt', 'd.txt', 'e.txt']);
  await box(page, 'b.txt').click();
  await box(page, 'd.txt').click({ modifiers: ['Shift'] });
  expect(await chosen(page).textContent()).toBe('3 selected');
  await box(page, 'c.txt').click();
  expect(await chosen(page).textContent()).toBe('2 selected');
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Control+a');
  expect(await chosen(page).textContent()).toBe('5 selected');
  expect(await page.getByRole('checkbox', { name: 'Select all' }).isChecked()).toBe(true);
  await box(page, 'a.txt').click();

  await action(page, 'Delete').click();
  await page.getByRole('dialog', { name: 'Delete 4 files?' }).getByRole('button', { name: 'Delete' }).click();
  await visitor.hears('4 files are deleted');
  expect(await visitor.paths('choose')).toEqual(['choose/a.txt']);
  // They stay where they were, so that it can be taken back.
  await visitor.row('c.txt').getByRole('button', { name: /^Undo/ }).waitFor();

  await visitor.showDeleted();
  for (const name of ['b.txt', 'e.txt']) await box(page, name).first().click();
  await action(page, 'Restore').click();
  await visitor.hears('2 files are restored');
  expect(await visitor.paths('choose')).toEqual(['choose/a.txt', 'choose/b.txt', 'choose/e.txt']);
  await visitor.leave();
});

it('files and folders are moved by a dialog and by dragging, and renamed', async () => {
  const visitor = await withFolder('move', ['a.txt', 'b.txt', 'c.txt', 'in/d.txt', 'deep/er/e.txt', 'deep/f.txt']);
  const { page } = visitor;
  const row = visitor.row('a.txt');
  await row.getByRole('button', { name: 'Rename a.txt' }).click();
  const field = page.getByRole('dialog', { name: 'Rename a.txt' }).getByRole('textbox', { name: 'Name' });
  expect(await field.evaluate((input: HTMLInputElement) => input.value.slice(0, input.selectionEnd ?? 0))).toBe('a');
  await field.fill('first.txt');
  await field.press('Enter');
  await visitor.hears('It is called first.txt now');
  await visitor.row('first.txt').waitFor();
  expect(await row.count()).toBe(0);

  await visitor.row('b.txt').dragTo(page.locator('tr.folder', { hasText: 'in' }));
  await visitor.hears('1 moved to move/in');
  await expect.poll(() => visitor.row('b.txt').count()).toBe(0);

  await box(page, 'c.txt').click();
  await box(page, 'deep').click();
  await action(page, 'Move…').click();
  const dialog = page.getByRole('dialog', { name: 'Move to which folder?' });
  await dialog.getByRole('button', { name: 'in', exact: true }).waitFor();
  // A folder does not go into itself.
  expect(await dialog.getByRole('button', { name: 'deep', exact: true }).count()).toBe(0);
  await dialog.getByRole('button', { name: 'New folder' }).click();
  await page.getByRole('dialog', { name: 'New folder' }).getByRole('textbox').fill('new');
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Move to new' }).click();
  await visitor.hears('3 moved to move/new');
  const paths = ['move/first.txt', 'move/in/b.txt', 'move/in/d.txt', 'move/new/c.txt'];
  expect(await visitor.paths('move')).toEqual([...paths, 'move/new/deep/er/e.txt', 'move/new/deep/f.txt']);
  await page.getByRole('link', { name: 'new', exact: true }).waitFor();
  await expect.poll(() => page.getByRole('link', { name: 'deep', exact: true }).count()).toBe(0);
  await visitor.leave();
});

it('what could not be done is told of each file, and done with the others', async () => {
  const visitor = await withFolder('partly', ['a.txt', 'b.txt', 'c.txt']);
  const { page } = visitor;
  await page.route('**/api/files/delete', async (route) => {
    const { keys } = route.request().postDataJSON() as { keys: string[] };
    const [first = '', ...rest] = keys;
    const error = {
      type: 'about:blank',
      title: 'Forbidden',
      status: 403,
      code: 'AccessDenied',
      detail: 'got no key, want one',
    };
    const answer = await route.fetch({ postData: JSON.stringify({ keys: rest }) });
    const { files } = (await answer.json()) as { files: object[] };
    await route.fulfill({ json: { files: [{ key: first, error }, ...files] } });
  });
  await page.getByRole('checkbox', { name: 'Select all' }).click();
  await action(page, 'Delete').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await visitor.hears('2 files are deleted');
  await page.locator('.notice-bad').getByText('could not be deleted').waitFor();
  expect(await visitor.paths('partly')).toHaveLength(1);
  await visitor.leave();
});

it('all of it works with the keyboard alone', async () => {
  const visitor = await withFolder('keys', ['one.txt', 'two.txt']);
  const { page } = visitor;
  await box(page, 'one.txt').focus();
  await page.keyboard.press('Space');
  expect(await chosen(page).textContent()).toBe('1 selected');
  await action(page, 'Delete').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  // The list is drawn again under the dialog, and the button that opened it is still there.
  const read = page.waitForResponse((answer) => answer.url().includes('/files?'));
  await page.getByText('Refresh').evaluate((node) => (node as HTMLElement).click());
  await read;
  await page.keyboard.press('Escape');
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-focus'));
  await expect.poll(focused).toBe('chosen delete');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await visitor.hears('1 files are deleted');
  expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY');
  await page.getByRole('link', { name: 'two.txt', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'two.txt' }).getByText('keys two.txt').waitFor();
  await page.keyboard.press('Escape');
  await visitor.leave();
});

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, inject, it } from 'vitest';
import { Visitor, violations } from './browser.ts';
import { writeBytes } from './material.ts';
import { setStage } from './stage.ts';

const { site } = inject('cloud');
const stage = setStage();

function enter(locale: string, colorScheme: 'light' | 'dark', width: number): Promise<Visitor> {
  const viewport = { width, height: 900 };
  return Visitor.enter(stage.browser, site, { locale, colorScheme, viewport, reducedMotion: 'reduce' });
}

describe.each([
  ['en-US', 'light', 1100],
  ['en-US', 'dark', 390],
  ['ko-KR', 'light', 390],
  ['ko-KR', 'dark', 1100],
] as const)('axe finds nothing: %s, %s, %d pixels wide', (locale, colorScheme, width) => {
  it('signed out, signed in, uploading, uploaded, failed, in dialogs', async () => {
    const name = `${locale}-${colorScheme}.txt`;
    await writeBytes(join(stage.dir, name), 777);
    const visitor = await enter(locale, colorScheme, width);
    const { page } = visitor;
    await page.getByRole('main').getByRole('button').waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(locale.slice(0, 2));
    expect({ at: 'signed out', found: await violations(page) }).toEqual({ at: 'signed out', found: [] });

    await visitor.signIn('alice');
    expect({ at: 'signed in', found: await violations(page) }).toEqual({ at: 'signed in', found: [] });

    await page.route('**/api/presign', async (route) => {
      await held;
      await route.continue();
    });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await visitor.choose([join(stage.dir, name)]);
    await page.locator('.upload-body[data-state="uploading"]').waitFor();
    expect({ at: 'uploading', found: await violations(page) }).toEqual({ at: 'uploading', found: [] });
    release();
    await visitor.uploaded();
    await visitor.row(name).waitFor();
    expect({ at: 'uploaded', found: await violations(page) }).toEqual({ at: 'uploaded', found: [] });

    const buttons = visitor.row(name).getByRole('button');
    await buttons.nth(1).click();
    await page.getByRole('dialog').waitFor();
    expect({ at: 'versions', found: await violations(page) }).toEqual({ at: 'versions', found: [] });
    await page.keyboard.press('Escape');
    await buttons.nth(2).click();
    await page.getByRole('dialog').waitFor();
    expect({ at: 'delete', found: await violations(page) }).toEqual({ at: 'delete', found: [] });
    await page.getByRole('dialog').getByRole('button').nth(1).click();
    await page.locator('.row-deleted').waitFor();
    expect({ at: 'deleted', found: await violations(page) }).toEqual({ at: 'deleted', found: [] });

    await visitor.showDeleted();
    await visitor.row(name).waitFor();
    expect({ at: 'deleted ones', found: await violations(page) }).toEqual({ at: 'deleted ones', found: [] });
    await visitor.row(name).getByRole('button').click();
    await visitor.row(name).getByRole('button').nth(2).waitFor();
    expect({ at: 'restored', found: await violations(page) }).toEqual({ at: 'restored', found: [] });

    await page.unrouteAll();
    await page.route('**/api/presign', (route) =>
      route.fulfill({
        status: 400,
        contentType: 'application/problem+json',
        body: '{"code":"TypeForbidden","detail":"no"}',
      }),
    );
    await visitor.done();
    await visitor.choose([join(stage.dir, name)]);
    await page.locator('.notice-bad').waitFor();
    expect({ at: 'failed', found: await violations(page) }).toEqual({ at: 'failed', found: [] });
    await visitor.leave();
  });

  it('in a folder where a file has an older one of its name, after a word about an empty folder', async () => {
    const visitor = await enter(locale, colorScheme, width);
    const { page } = visitor;
    await visitor.signIn('alice');
    const folder = `${locale}-${colorScheme}`;
    await page.goto(`${site}#files/${folder}/inner`);
    await mkdir(join(stage.dir, folder));
    for (const size of [11, 12]) {
      await writeBytes(join(stage.dir, folder, 'old.txt'), size);
      await visitor.choose([join(stage.dir, folder, 'old.txt')]);
      await visitor.uploaded();
      if (size === 11) await visitor.done();
    }
    await page.locator('.upload-offer:visible').waitFor();
    await mkdir(join(stage.dir, folder, 'hollow'));
    await visitor.drop([join(stage.dir, folder, 'hollow')]);
    await page.locator('.notice-text').waitFor();
    await page.locator('.crumbs').waitFor();
    expect({ at: 'in a folder', found: await violations(page) }).toEqual({ at: 'in a folder', found: [] });
    await page.locator('.crumbs a').first().click();
    await page.locator('tr.folder').first().waitFor();
    expect({ at: 'folders', found: await violations(page) }).toEqual({ at: 'folders', found: [] });
    await visitor.leave();
  });
});

it('the language can be switched in mid-upload without losing anything', async () => {
  await writeBytes(join(stage.dir, 'switch.txt'), 99);
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('alice');
  await visitor.choose([join(stage.dir, 'switch.txt')]);
  await visitor.uploaded();
  await page.getByRole('combobox').selectOption('ko');
  await page.getByRole('heading', { name: '내 파일' }).waitFor();
  await page.getByRole('button', { name: '목록 비우기' }).waitFor();
  await page.locator('.upload-row', { hasText: '업로드됨' }).waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('ko');
  await page.reload();
  await page.getByRole('heading', { name: '내 파일' }).waitFor();
  await visitor.leave();
});

it('everything can be done with the keyboard alone', async () => {
  await writeBytes(join(stage.dir, 'keyboard.txt'), 42);
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await page.getByRole('main').getByRole('button').waitFor();
  await tabTo(page, 'Sign in');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'alice' }).waitFor();
  await tabTo(page, (await page.getByRole('button', { name: 'alice' }).textContent())?.trim() ?? '');
  await page.keyboard.press('Enter');
  await page.locator('.upload-body').waitFor();
  await page.locator('.files-count:not(:empty)').waitFor();

  // Asked for well before the key: the browser is told of it in the background.
  const choosing = page.waitForEvent('filechooser');
  await tabTo(page, 'Choose files');
  await page.keyboard.press('Enter');
  const chooser = await choosing;
  await chooser.setFiles([join(stage.dir, 'keyboard.txt')]);
  await visitor.uploaded();
  await visitor.row('keyboard.txt').waitFor();

  await tabTo(page, 'Delete keyboard.txt');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  expect(await focused(page)).toBe('Cancel');
  await page.keyboard.press('Escape');
  expect(await focused(page)).toBe('Delete keyboard.txt');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Delete');
  await page.keyboard.press('Enter');
  await visitor.row('keyboard.txt').getByRole('button', { name: 'Undo' }).waitFor();
  expect(await focused(page)).toBe('Undo deleting keyboard.txt');

  await page.reload();
  await page.locator('.files-count:not(:empty)').waitFor();
  await tabTo(page, 'Deleted');
  await page.keyboard.press('Enter');
  await visitor.row('keyboard.txt').waitFor();
  expect(await focused(page)).toBe('Deleted');
  await tabTo(page, 'Restore keyboard.txt');
  await page.keyboard.press('Enter');
  await visitor.row('keyboard.txt').getByText('Restored').waitFor();
  expect(await focused(page)).toBe('Delete keyboard.txt');
  await visitor.leave();
});

/** The accessible name of what has the focus, near enough. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const active = document.activeElement;
    return active?.getAttribute('aria-label') ?? active?.textContent?.trim() ?? '';
  });
}

/** Presses Tab until what has the focus is called `name`. */
async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    if (at.toLowerCase() === name.toLowerCase()) return;
    passed.push(at);
  }
  throw new Error(`got to ${passed.join(', ')} with Tab, want ${name}`);
}

import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import { slow, Visitor } from './browser.ts';
import { writeBytes } from './material.ts';
import { setStage } from './stage.ts';

const { site } = inject('cloud');
const stage = setStage();

/** What can be seen and leaves the page at a side, or is smaller than a finger: a page cannot be scrolled to what leaves it on the left. */
function misfits(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const targets = 'button, select, a:not(.skip)';
    const seen = [...document.querySelectorAll('.header *, .main *, .notices *')].filter(
      (node) => node.checkVisibility({ visibilityProperty: true }) && !node.closest('.skip, .unseen, thead, svg'),
    );
    const under = [...document.querySelectorAll('.upload-row')].flatMap((row) => {
      const name = row.querySelector('.upload-name')?.getBoundingClientRect();
      const over = [...row.querySelectorAll('.button')].map((button) => button.getBoundingClientRect());
      return over
        .filter(({ width, left, right }) => name && width > 0 && left < name.right - 1 && right > name.left + 1)
        .map(({ left }) => `a button at ${left} lies over ${row.textContent}`);
    });
    const out = seen.flatMap((node) => {
      const { left, right, width, height } = node.getBoundingClientRect();
      const box = `${node.tagName} .${node.className} ${node.textContent?.slice(0, 20)}: ${left} to ${right}, ${height} high`;
      // What is in the frame of the uploads is not to leave it either.
      const frame = node.closest('.upload-surface')?.getBoundingClientRect().right;
      const small = node.matches(targets) && (Math.round(width) < 44 || Math.round(height) < 44);
      return left < 0 || right > (frame ?? document.documentElement.clientWidth) || small ? [box] : [];
    });
    return [...under, ...out];
  });
}

it.each([
  [320, 'en-US'],
  [390, 'ko-KR'],
] as const)('all is on the page, and as large as a finger, %d pixels wide (%s)', async (width, locale) => {
  const options = { viewport: { width, height: 780 }, hasTouch: true, locale };
  const visitor = await Visitor.enter(stage.browser, site, options);
  const { page } = visitor;
  expect(await misfits(page)).toEqual([]);
  await visitor.signIn('alice');
  expect(await misfits(page)).toEqual([]);
  expect((await page.locator('.header').boundingBox())?.height).toBeLessThan(80);

  const signOut = page.locator('.header [data-focus="sign-out"]');
  expect(await signOut.isVisible()).toBe(false);
  await page.locator('.header-menu').click();
  await signOut.waitFor();
  expect((await page.locator('.who').boundingBox())?.width).toBeGreaterThan(20);
  expect(await misfits(page)).toEqual([]);
  await page.keyboard.press('Escape');
  expect(await signOut.isVisible()).toBe(false);
  expect(await page.evaluate(() => document.activeElement?.className)).toContain('header-menu');

  await writeBytes(join(stage.dir, `${locale}.txt`), 99);
  await writeBytes(join(stage.dir, `refused ${locale}.txt`), 98);
  await visitor.choose([join(stage.dir, `${locale}.txt`)]);
  await visitor.row(`${locale}.txt`).waitFor();
  const body = '{"code":"TypeForbidden","detail":"no"}';
  await page.route('**/api/presign', (route) =>
    route.fulfill({ status: 400, contentType: 'application/problem+json', body }),
  );
  await visitor.choose([join(stage.dir, `refused ${locale}.txt`)]);
  await page.locator('.notice-bad').waitFor();
  await page.locator('.upload-why:visible').waitFor();
  expect(await misfits(page)).toEqual([]);

  await page.setViewportSize({ width: 1280, height: 780 });
  await signOut.waitFor();
  expect(await page.locator('.header-menu').isVisible()).toBe(false);
  await visitor.leave();
});

it('on a phone the camera stands beside "Choose files", and what is up folds below what moves', async () => {
  const options = { viewport: { width: 320, height: 700 }, hasTouch: true, isMobile: true };
  const visitor = await Visitor.enter(stage.browser, site, options);
  const { page } = visitor;
  await visitor.signIn('bob');
  const choices = page.locator('.drop-buttons').getByRole('button');
  expect(await choices.allTextContents()).toEqual(['Choose files', 'Take a photo', 'Choose a folder']);
  for (const choice of await choices.all()) expect(await choice.isVisible()).toBe(true);

  const take = async () => {
    const [dialog] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.locator('.upload-camera:visible').click(),
    ]);
    // What some phones call every photo.
    const buffer = Buffer.from(`light ${Math.random()}`);
    await dialog.setFiles({ name: 'image.jpg', mimeType: 'image/jpeg', buffer });
    expect(dialog.isMultiple()).toBe(false);
    await visitor.uploaded();
  };
  const camera = page.locator('.upload-input-camera');
  expect([await camera.getAttribute('capture'), await camera.getAttribute('accept')]).toEqual([
    'environment',
    'image/*',
  ]);
  await take();
  const photos = page.locator('.upload-row').getByText(/^Photo \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.jpg$/);
  expect(await photos.count()).toBe(1);
  await page.waitForTimeout(1100);
  await take();
  const fold = page.getByRole('button', { name: '2 files uploaded' });
  await fold.waitFor();
  expect(await misfits(page)).toEqual([]);

  await slow(visitor, 100_000);
  await writeBytes(join(stage.dir, 'moves.bin'), 20 * 1024 * 1024);
  await visitor.choose([join(stage.dir, 'moves.bin')]);
  await visitor.sending('moves.bin').waitFor();
  const rows = page.locator('.upload-row');
  await expect.poll(() => rows.count()).toBe(2);
  expect(await rows.first().textContent()).toContain('moves.bin');
  expect(await misfits(page)).toEqual([]);
  await fold.tap();
  await expect.poll(() => photos.count()).toBe(2);
  expect(await fold.getAttribute('aria-expanded')).toBe('true');
  await page.getByRole('button', { name: 'Take what is uploaded off the list' }).tap();
  await expect.poll(() => rows.count()).toBe(1);
  await visitor.context.close();
});

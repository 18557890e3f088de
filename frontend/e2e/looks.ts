import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { slow, Visitor } from './browser.ts';
import { writeBytes } from './material.ts';
import { setCloud } from './stage.ts';

/** Where they are put, to be looked at by people. */
const DIR = process.env.SIGNET_LOOKS ?? '../build/looks';
const MiB = 1024 * 1024;

/** Widths, languages and schemes, each with each other; somebody of his own looks at each, to whom nothing has happened yet. */
const crossing = [320, 390, 768, 1280].flatMap((width) =>
  (['en', 'ko'] as const).flatMap((language) =>
    (['light', 'dark'] as const).map((scheme) => [width, language, scheme]),
  ),
) as [number, 'en' | 'ko', 'light' | 'dark'][];
const personOf = (i: number) => `kim${String.fromCharCode(97 + i)}`;

const settings = {
  passes: true,
  quota: { bytes: '10 GiB', files: 5000 },
  spaces: { team: { per: 'group' }, avatars: { allowedTypes: ['image/*'], maxObjectSize: '2 MiB' } },
};
const flags = crossing.flatMap((_, i) => ['--person', `${personOf(i)}=design`]);
const stage = setCloud({ settings, flags });

beforeAll(async () => {
  await mkdir(DIR, { recursive: true });
  for (const [name, size] of Object.entries(files)) await writeBytes(join(stage.dir, name), size);
  await writeFile(join(stage.dir, 'notes.txt'), 'What was said, line by line.\n'.repeat(60));
});

const long =
  '아주 긴 이름을 가진 파일은 줄 끝에서 잘려야 하고 화면을 벗어나지 않아야 합니다 - quarterly report with a long name.xlsx';
const files = {
  '2026 annual report.pdf': 3 * MiB,
  '회의록 11월.docx': MiB / 2,
  'holiday.mp4': 6 * MiB,
  [long]: 70_000,
  'moves.mov': 60 * MiB,
  'paused.tar': 40 * MiB,
  'wrong.exe': 100,
};
const path = (name: string) => join(stage.dir, name);

it.each(crossing.map((looks, i) => [...looks, personOf(i)] as const))(
  '%d pixels, %s, %s: %s',
  { timeout: 180_000 },
  async (width, language, scheme, person) => {
    const phone = width < 500;
    const visitor = await Visitor.enter(stage.browser, stage.cloud.site, {
      viewport: { width, height: phone ? 780 : 900 },
      locale: language === 'ko' ? 'ko-KR' : 'en-US',
      colorScheme: scheme,
      hasTouch: phone,
      isMobile: phone,
    });
    const { page } = visitor;
    const shoot = async (state: string, fullPage = false) => {
      await page.mouse.move(0, 0);
      expect(await sideways(page)).toBe(0);
      await page.screenshot({ path: join(DIR, `${state}-${width}-${language}-${scheme}.png`), fullPage });
    };
    await shoot('1-welcome');
    await visitor.signIn(person);
    await page.locator('.quota-text').waitFor();
    await shoot('2-empty');
    await visitor.choose(['2026 annual report.pdf', '회의록 11월.docx', 'holiday.mp4', 'notes.txt', long].map(path));
    await visitor.uploaded();
    await shoot('3-done', true);
    await page.locator('.notice-good').waitFor({ state: 'detached' });
    await slow(visitor, MiB);
    await visitor.choose(['moves.mov', 'paused.tar'].map(path));
    await visitor.sending('paused.tar').locator('.button-icon').first().click();
    await page.route('**/api/presign', (route) =>
      route.fulfill({
        status: 400,
        contentType: 'application/problem+json',
        body: '{"code":"TypeForbidden","detail":"got application/x-msdownload, want another type: choose another file"}',
      }),
    );
    await visitor.choose([path('wrong.exe')]);
    await page.locator('.notice-bad').waitFor();
    await page.waitForTimeout(2500);
    await shoot('4-moving', true);
    await page.locator('.notice-bad .button').click();
    await menu(page, phone, () => shoot('5-menu'));
    await page.locator('tbody .select-area').nth(0).click();
    await page.locator('tbody .select-area').nth(1).click();
    await page.locator('.files-bar').scrollIntoViewIfNeeded();
    await shoot('6-chosen');
    await page.keyboard.press('Escape');
    await page.locator('tr.row', { hasText: 'notes.txt' }).locator('.file-open').click();
    await page.locator('.preview-text').waitFor();
    await shoot('7-preview');
    await page.keyboard.press('Escape');
    await page.locator('tr.row', { hasText: 'notes.txt' }).locator('[data-focus^="row "]').click();
    await page.locator('dialog').waitFor();
    await shoot('8-dialog');
    await page.keyboard.press('Escape');
    page.on('dialog', (dialog) => dialog.accept());
    await page.unrouteAll();
    await page.reload();
    await page.locator('.unfinished:not([hidden]) .unfinished-row').first().waitFor();
    await shoot('9-unfinished');
    await page.goto(`${stage.cloud.site}#files@team%2Fdesign`);
    await page.locator('.files-count:not(:empty)').waitFor();
    await shoot('a-team');
    await page.goto(`${stage.cloud.site}#deleted`);
    await page.locator('.files-count:not(:empty)').waitFor();
    await shoot('b-deleted');
    await visitor.context.close();
  },
);

/** CSS pixels by which the page can be moved sideways. */
function sideways(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

async function menu(page: Page, phone: boolean, look: () => Promise<void>): Promise<void> {
  if (!phone) return;
  await page.evaluate(() => scrollTo(0, 0));
  await page.locator('.header-menu').click();
  await look();
  await page.keyboard.press('Escape');
}

// Has the page do its main job in another engine than the tests' own: Firefox, by WebDriver BiDi. Sign-in, a small file and one in
// parts, the list, a search, a rename, a preview, a ZIP, and sign-out. Fails with what did not happen, or what the console complained of.
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { withDev } from '../dev.mjs';

const MiB = 1024 * 1024;

await withDev('engines', async ({ site }, dir) => {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: { 'browser.download.folderList': 2, 'browser.download.dir': dir },
  });
  try {
    await job(await browser.newPage(), site, dir);
    console.log(`${await browser.version()}: all of it works`);
  } finally {
    await browser.close();
  }
});

/** Does the main job. */
async function job(page, site, dir) {
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.setViewport({ width: 1280, height: 900 });
  await page.goto(site);
  await (await page.waitForSelector('main button')).click();
  await (await page.waitForSelector('button::-p-text(alice)')).click();
  await page.waitForSelector('.upload-body[data-state="empty"]');
  await page.waitForSelector('.files-count:not(:empty)');

  const small = await written(dir, 'small.txt', 5);
  const large = await written(dir, 'large.bin', 40 * MiB);
  await (await page.waitForSelector('.upload-input-files')).uploadFile(small, large);
  await page.waitForSelector('.upload-body[data-state="done"]', { timeout: 120_000 });
  await shows(page, 'small.txt', 'large.bin');

  await page.type('.files-search', 'lar');
  await shown(page, ['large.bin']);
  await page.keyboard.press('Escape');
  await (await page.waitForSelector('[aria-label="Rename small.txt"]')).click();
  await page.waitForSelector('dialog .field');
  await page.keyboard.type('renamed');
  await page.keyboard.press('Enter');
  await shows(page, 'renamed.txt');

  await (await page.waitForSelector('a.file-open::-p-text(renamed.txt)')).click();
  await page.waitForSelector('dialog pre');
  await page.keyboard.press('Escape');
  await (await page.waitForSelector('thead .select')).click();
  await (await page.waitForSelector('.files-chosen button::-p-text(Download)')).click();
  await page.waitForSelector('.notice-good::-p-text(with 2 files is ready)', { timeout: 60_000 });
  await page.reload();
  await shows(page, 'renamed.txt', 'large.bin');
  await (await page.waitForSelector('[data-focus="sign-out"]')).click();
  await page.waitForSelector('main button::-p-text(Sign in)');
  if (complaints.length > 0) throw new Error(`the console complains: ${complaints.join('; ')}`);
}

async function written(dir, name, size) {
  await mkdir(join(dir, 'files'), { recursive: true });
  const path = join(dir, 'files', name);
  await writeFile(path, 'begin');
  await truncate(path, size);
  return path;
}

/** Waits until the list shows these files. */
async function shows(page, ...names) {
  for (const name of names) await page.waitForSelector(`tr.row th[title="${name}"]`, { timeout: 30_000 });
}

/** Waits until the list shows these files and no others. */
async function shown(page, names) {
  const all = JSON.stringify(names);
  await page.waitForFunction(
    (want) => JSON.stringify([...document.querySelectorAll('tr.row th')].map((cell) => cell.title)) === want,
    { timeout: 30_000 },
    all,
  );
}

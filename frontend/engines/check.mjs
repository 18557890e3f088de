// Has the page do its main job in another engine than the tests' own: Firefox, by WebDriver BiDi. Sign-in, a small file and one in
// parts, a folder, the list, a search, a rename, a preview, a ZIP, and sign-out. Fails with what did not happen, or what the console complained of.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';

const MiB = 1024 * 1024;
const here = dirname(fileURLToPath(import.meta.url));
const binary = process.env.SIGNET_BIN ?? resolve(here, '../../bin/signet');

const dir = await mkdtemp(join(tmpdir(), 'signet-engines-'));
const args = ['dev', '--json', '--port', '0', '--dir', join(dir, 'data')];
const dev = spawn(binary, args, { stdio: ['ignore', 'pipe', 'inherit'] });
const ended = new Promise((done) => dev.once('exit', done));
let browser;
try {
  const { site } = await ready(dev);
  browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: { 'browser.download.folderList': 2, 'browser.download.dir': dir },
  });
  await job(await browser.newPage(), site);
  console.log(`${await browser.version()}: all of it works`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await browser?.close();
  dev.kill('SIGINT');
  await ended;
  await rm(dir, { recursive: true, force: true });
}

/** The line that `signet dev` prints when it is ready. */
function ready(child) {
  return new Promise((line, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => fail(new Error(`signet dev ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout }).once('line', (text) => line(JSON.parse(text)));
  });
}

/** Does the main job. */
async function job(page, site) {
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

  const small = await written('small.txt', 5);
  const large = await written('large.bin', 40 * MiB);
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

async function written(name, size) {
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

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import { Visitor, violations } from './browser.ts';
import { setStage } from './stage.ts';

const { site } = inject('cloud');
const stage = setStage();

/** A picture of one colour, `side` pixels wide and high. */
function png(side: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    crc.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, crc]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const line = Buffer.concat([Buffer.from([0]), Buffer.alloc(3 * side, 0x7f)]);
  const lines = Buffer.concat(Array.from({ length: side }, () => line));
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** A tenth of a second of silence. */
function wav(): Buffer {
  const data = Buffer.alloc(800, 0x80);
  const head = Buffer.from(
    '524946460000000057415645666d74201000000001000100401f0000401f000001000800646174610000000000',
    'hex',
  ).subarray(0, 44);
  head.writeUInt32LE(36 + data.length, 4);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

const pdf =
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n';
/** Would say so if it ran anywhere. */
const script = '<script>top.postMessage("ran", "*"); document.title = "ran"</script>';

const files: Record<string, string | Buffer> = {
  '1 picture.png': png(300),
  '2 sound.wav': wav(),
  '3 page.pdf': pdf,
  '4 words.txt': `${script} 안녕`,
  '5 site.html': `<h1>${script}</h1>`,
  '6 drawing.svg': `<svg xmlns="http://www.w3.org/2000/svg">${script}</svg>`,
  '7 table.xlsx': 'PK',
};

const dialog = (page: Page) => page.getByRole('dialog');
/** The name of the open dialog's file. */
const shown = (page: Page) => dialog(page).getByRole('heading').textContent();

it('a file is seen in place: picture, sound, PDF, text; what could run does not; and one goes on to the next', async () => {
  const folder = join(stage.dir, 'see');
  await mkdir(folder);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('alice');
  await page.evaluate(() => {
    addEventListener('message', ({ data }) => Object.assign(window, { said: data }));
  });
  await visitor.chooseFolder(folder);
  await visitor.uploaded();
  await page.goto(`${site}#files/see`);
  await page.getByRole('button', { name: 'By name' }).click();
  await visitor.row('1 picture.png').getByRole('link', { name: '1 picture.png', exact: true }).click();

  const image = dialog(page).getByRole('img', { name: '1 picture.png' });
  await expect.poll(() => image.evaluate((node: HTMLImageElement) => node.naturalWidth)).toBe(300);
  expect(new URL((await image.getAttribute('src')) ?? '').origin).not.toBe(new URL(site).origin);
  expect(await violations(page)).toEqual([]);
  expect(await dialog(page).getByRole('button', { name: 'Previous' }).isDisabled()).toBe(true);

  await page.keyboard.press('ArrowRight');
  expect(await shown(page)).toBe('2 sound.wav');
  const sound = dialog(page).locator('audio');
  await expect.poll(() => sound.evaluate((node: HTMLAudioElement) => node.duration)).toBeGreaterThan(0.05);

  const next = dialog(page).getByRole('button', { name: 'Next' });
  await next.click();
  expect(await shown(page)).toBe('3 page.pdf');
  const frame = dialog(page).locator('iframe');
  expect(await frame.getAttribute('src')).toContain('response-content-type=application%2Fpdf');
  expect(await frame.getAttribute('credentialless')).toBe('');

  await next.click();
  await dialog(page).locator('pre').getByText('안녕').waitFor();
  expect(await dialog(page).locator('pre').textContent()).toBe(files['4 words.txt']);
  await next.click();
  await expect.poll(() => dialog(page).locator('pre').textContent()).toBe(files['5 site.html']);
  for (const name of ['6 drawing.svg', '7 table.xlsx']) {
    await next.click();
    expect(await shown(page)).toBe(name);
    await dialog(page).getByText('cannot be shown here').waitFor();
  }
  expect(await dialog(page).locator('.preview-count').textContent()).toBe('7 of 7');
  expect(await next.isDisabled()).toBe(true);
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    dialog(page).getByRole('button', { name: 'Download' }).click(),
  ]);
  expect(saved.suggestedFilename()).toBe('7 table.xlsx');
  await page.keyboard.press('Escape');
  // The focus is where it was.
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('1 picture.png');
  expect(await page.evaluate(() => (window as { said?: string }).said)).toBeUndefined();
  expect(await page.title()).not.toBe('ran');
  await visitor.leave();
});

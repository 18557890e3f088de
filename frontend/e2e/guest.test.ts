import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { launchProfile, slow, Visitor } from './browser.ts';
import { type StartedCloud, startCloud } from './cloud.ts';
import { writeBytes } from './material.ts';
import { setStage } from './stage.ts';

const MiB = 1024 * 1024;
const stage = setStage();

/** A cloud with passes. */
async function sharing(): Promise<StartedCloud> {
  const cloud = await startCloud({ settings: { passes: true } });
  onTestFinished(() => cloud.stop());
  return cloud;
}

const filesOf = async (cloud: StartedCloud, folder: string) =>
  (await cloud.call<{ files: { name: string; size: number }[] }>('GET', `/files?folder=${folder}`)).files;

it('a guest uploads 200 MiB by a link, is killed, and goes on in another profile', { timeout: 240_000 }, async () => {
  const cloud = await sharing();
  const { url, token } = await cloud.pass({ do: 'upload', folder: 'inbox', files: 1, title: 'Your film' });
  const file = join(stage.dir, 'film.mov');
  await writeBytes(file, 200 * MiB);

  const asked: string[] = [];
  const first = await launchProfile(join(stage.dir, 'profile-1'));
  const visitor = await Visitor.within(first, url);
  visitor.page.on('request', (request) => asked.push(`${request.url()} ${request.headers().referer ?? ''}`));
  await visitor.page.getByRole('heading', { name: 'Your film' }).waitFor();
  // The token is not in the address any more, so that no history has it.
  expect(visitor.page.url()).toBe(`${cloud.site}/p`);
  await slow(visitor, 24 * MiB);
  await visitor.choose([file]);
  const headers = { 'signet-pass': token };
  const stored = async () => {
    const { uploads } = await (await fetch(`${cloud.api}/pass/uploads`, { headers })).json();
    if (!uploads?.[0]) return 0;
    const query = new URLSearchParams({ key: uploads[0].key, uploadId: uploads[0].uploadId });
    return (await (await fetch(`${cloud.api}/pass/uploads/parts?${query}`, { headers })).json()).parts.length as number;
  };
  await expect.poll(stored, { timeout: 60_000 }).toBeGreaterThan(2);
  await first.close();
  expect(asked.filter((line) => line.includes(token.slice(23, 40)))).toEqual([]);

  // The page has kept nothing of it. What the browser itself writes of an address that somebody opens is not ours to keep.
  const own = [
    'Local Storage',
    'Session Storage',
    'IndexedDB',
    'Cache',
    'Code Cache',
    'Service Worker',
    'Network',
    'blob_storage',
  ];
  const kept = await readdir(join(stage.dir, 'profile-1'), { recursive: true, withFileTypes: true });
  const holding: string[] = [];
  for (const entry of kept.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    if (bytes.includes(token.slice(23))) holding.push(path.slice(stage.dir.length));
  }
  expect(holding.filter((path) => own.some((name) => path.includes(`/${name}/`)))).toEqual([]);

  const before = await stored();
  const second = await Visitor.enter(stage.browser, url);
  let parts = 0;
  second.page.on('request', (request) => {
    if (request.method() === 'PUT' && request.url().includes('partNumber')) parts++;
  });
  await second.choose([file]);
  await expect.poll(async () => (await filesOf(cloud, 'inbox')).length, { timeout: 120_000 }).toBe(1);
  expect(parts).toBeLessThanOrEqual(24 - before);
  expect((await filesOf(cloud, 'inbox'))[0]).toMatchObject({ name: 'film.mov', size: 200 * MiB });
  expect(second.complaints).toEqual([]);
  expect(visitor.complaints).toEqual([]);
});

it('a guest is asked for a password, and told what is wrong, in either language', async () => {
  const cloud = await sharing();
  const { url } = await cloud.pass({ do: 'upload', folder: 'inbox', password: '비밀번호', show: true });
  const visitor = await Visitor.enter(stage.browser, url, { locale: 'ko-KR', viewport: { width: 390, height: 780 } });
  const { page } = visitor;
  const field = page.getByLabel('비밀번호');
  await field.fill('틀린 것');
  await page.getByRole('button', { name: '열기' }).click();
  await page.getByRole('alert').filter({ hasText: '맞지 않습니다' }).waitFor();
  await field.fill('비밀번호');
  await page.getByRole('button', { name: '열기' }).click();
  await page.getByRole('heading', { name: '파일 보내기' }).waitFor();
  const file = join(stage.dir, '사진.txt');
  await writeBytes(file, 1000);
  await visitor.choose([file]);
  await page.locator('.guest-files').getByText('사진.txt').waitFor();
  expect(await filesOf(cloud, 'inbox')).toHaveLength(1);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  // Reloaded, the page has no key any more.
  await page.reload();
  await page.getByRole('heading', { name: '받은 링크를 열어 주세요' }).waitFor();
});

it('somebody to whom files were given shows and downloads them, one or all as ZIP', async () => {
  const cloud = await sharing();
  const content = new Map([
    ['a.txt', 'first'],
    ['b.txt', 'second'],
  ]);
  const keys: string[] = [];
  for (const [name, text] of content) {
    const wish = { name, type: 'text/plain', size: text.length };
    const signed = await cloud.call<{ url: string; key: string; headers: Record<string, string> }>(
      'POST',
      '/presign',
      wish,
    );
    await fetch(signed.url, { method: 'PUT', headers: signed.headers, body: text });
    keys.push(signed.key);
  }
  const { url, id } = await cloud.pass({ do: 'read', keys, title: 'For you' });
  const visitor = await Visitor.enter(stage.browser, url, { acceptDownloads: true });
  const { page } = visitor;
  await page.getByRole('heading', { name: 'For you' }).waitFor();
  await page.getByText('b.txt', { exact: true }).waitFor();
  const [one] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download a.txt' }).click(),
  ]);
  expect(await readFile(await one.path(), 'utf8')).toBe('first');
  const [zip] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download all as ZIP' }).click(),
  ]);
  expect((await readFile(await zip.path())).subarray(0, 2).toString()).toBe('PK');
  await page.getByRole('button', { name: 'Show b.txt' }).click();
  await page.getByRole('dialog').getByText('second').waitFor();
  expect(visitor.complaints).toEqual([]);

  await fetch(`${cloud.api}/passes?id=${id}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${cloud.token}` },
  });
  const late = await Visitor.enter(stage.browser, url);
  await late.page.getByRole('heading', { name: 'This link does not hold any more' }).waitFor();
  expect(await late.page.content()).not.toContain('a.txt');
});

it('somebody who is signed in asks for files, shares one, and stops a link', { timeout: 120_000 }, async () => {
  const cloud = await sharing();
  const visitor = await Visitor.enter(stage.browser, cloud.site);
  const { page } = visitor;
  await visitor.signIn('alice');
  await page.getByRole('button', { name: 'Ask for files…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('No mail is sent').waitFor();
  await dialog.getByLabel('What the guest reads').fill('Your photos');
  await dialog.getByLabel('Files at most').fill('2');
  await dialog.getByRole('button', { name: 'Make the link' }).click();
  const link = await dialog.getByLabel('The link', { exact: true }).inputValue();
  expect(link).toMatch(new RegExp(`^${cloud.site}/p#`));
  await dialog.getByRole('button', { name: 'Close' }).click();

  const guest = await Visitor.enter(stage.browser, link);
  await guest.page.getByRole('heading', { name: 'Your photos' }).waitFor();
  await guest.page.getByText('2 more files fit').waitFor();
  const file = join(stage.dir, 'photo.txt');
  await writeBytes(file, 500);
  await guest.choose([file]);
  await expect.poll(async () => (await filesOf(cloud, '')).length).toBe(1);

  await page.getByRole('button', { name: 'Links…' }).click();
  await dialog.getByText('1 of 2 files have come').waitFor();
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await dialog.getByText('The link holds no more').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  expect(await cloud.call<{ passes: unknown[] }>('GET', '/passes')).toEqual({ passes: [] });
  expect(visitor.complaints).toEqual([]);
  expect(guest.complaints).toEqual([]);
});

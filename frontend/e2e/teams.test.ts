import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Visitor } from './browser.ts';
import { type StartedCloud, startCloud } from './cloud.ts';
import { writeBytes } from './material.ts';
import { setStage } from './stage.ts';

const stage = setStage();
const settings = {
  spaces: { team: { per: 'group' }, shown: { read: ['public'] }, forms: { per: 'all', confirm: '1d' } },
};
let cloud: StartedCloud;
/** Starts the cloud where it was, or for the first time. */
const start = async (flags: string[] = []) => {
  await cloud?.stop();
  cloud = await startCloud({ dir: join(stage.dir, 'cloud'), settings, flags });
};

beforeAll(() => start());

afterAll(() => cloud?.stop());

async function enter(who: string, space: string): Promise<Visitor> {
  const visitor = await Visitor.enter(stage.browser, cloud.site);
  await visitor.signIn(who);
  await visitor.page.goto(`${cloud.site}#files@${encodeURIComponent(space)}`);
  await visitor.page.locator('.files-count:not(:empty)').waitFor();
  return visitor;
}

/** Keys of the files of a name, as whoever is signed in sees them. */
async function keys(visitor: Visitor, space: string, name: string): Promise<string[]> {
  const { files } = await visitor.call<{ files: { key: string; name: string }[] }>(
    'GET',
    `/files?space=${encodeURIComponent(space)}&limit=1000`,
  );
  return files.filter((file) => file.name === name).map((file) => file.key);
}

it.each([
  ['small', 20_000],
  ['in parts', 20 * 1024 * 1024],
])('two members who upload the same file have two, and nobody is told that it is there: %s', async (kind, size) => {
  const name = `same ${kind}.bin`;
  await writeBytes(join(stage.dir, name), size);
  const alice = await enter('alice', 'team/design');
  await alice.choose([join(stage.dir, name)]);
  await alice.uploaded();
  const bob = await enter('bob', 'team/design');
  await bob.choose([join(stage.dir, name)]);
  await bob.uploaded();
  const row = bob.page.locator('.upload-row').filter({ has: bob.page.getByText(name, { exact: true }) });
  expect(await row.textContent()).not.toMatch(/already/i);
  const both = await keys(bob, 'team/design', name);
  expect(both).toHaveLength(2);
  expect(await keys(alice, 'team/design', name)).toEqual(both);
  // The same file of the same person is there already, and is one still.
  await bob.page.reload();
  await bob.page.locator('.upload-body').waitFor();
  await bob.choose([join(stage.dir, name)]);
  await bob.uploaded();
  expect(await keys(bob, 'team/design', name)).toEqual(both);
  await alice.leave();
  await bob.leave();
});

it('a public page runs neither in the site’s origin nor in its own', async () => {
  const script = '<script>alert(document.domain)</script>';
  for (const name of ['page.html', 'page.txt', 'page.png', 'page.svg', 'page.xhtml']) {
    await writeFile(
      join(stage.dir, name),
      name.endsWith('svg') ? `<svg xmlns="http://www.w3.org/2000/svg">${script}</svg>` : script,
    );
  }
  const visitor = await enter('alice', 'shown');
  const { page, context } = visitor;
  const said: string[] = [];
  context.on('dialog', async (dialog) => {
    said.push(dialog.message());
    await dialog.dismiss();
  });
  await visitor.choose(
    ['page.html', 'page.txt', 'page.png', 'page.svg', 'page.xhtml'].map((name) => join(stage.dir, name)),
  );
  await visitor.uploaded();
  const origin = cloud.ready.public ?? '';
  expect(new URL(origin).origin).not.toBe(new URL(cloud.site).origin);
  for (const name of ['page.html', 'page.txt', 'page.png', 'page.svg', 'page.xhtml']) {
    const [key] = await keys(visitor, 'shown', name);
    const info = await visitor.call<{ public: string }>('GET', `/files/info?key=${encodeURIComponent(key ?? '')}`);
    expect(info.public).toBe(`${origin}/${key}`);
    const tab = await context.newPage();
    // What is saved and not shown ends the navigation.
    await tab
      .goto(info.public)
      .catch((error: Error) => expect(error.message).toMatch(/Download is starting|ERR_ABORTED/));
    // Neither does it run in a page of somebody else's.
    const frame = await context.newPage();
    const framed = `<iframe src="${info.public}"></iframe><object data="${info.public}"></object>`;
    await frame.setContent(framed, { waitUntil: 'commit' });
    await frame.waitForTimeout(300);
    await frame.close();
    // Under the site's own address there is the site, and no file of anybody's.
    const here = await tab.request.get(`${cloud.site}/${key}`);
    expect(await here.text()).not.toContain('document.domain');
    await tab.close();
  }
  expect(said).toEqual([]);
  await page.close();
  await context.close();
});

it('what waits for its confirmation is uploaded by the page as everything is: whole, and in parts', async () => {
  const visitor = await enter('alice', 'forms');
  const sizes = { 'form.bin': 20_000, 'scan.bin': 2 * 1024 * 1024, 'parts.bin': 20 * 1024 * 1024 };
  for (const [name, size] of Object.entries(sizes)) await writeBytes(join(stage.dir, name), size);
  await visitor.choose(Object.keys(sizes).map((name) => join(stage.dir, name)));
  await visitor.uploaded();
  const info = async (key: string) =>
    visitor.call<{ unconfirmed?: boolean; uploader: string }>('GET', `/files/info?key=${encodeURIComponent(key)}`);
  for (const name of Object.keys(sizes)) {
    const [key = ''] = await keys(visitor, 'forms', name);
    expect(await info(key)).toMatchObject({ unconfirmed: true, uploader: 'alice' });
    expect(await visitor.call('POST', '/files/confirm', { keys: [key] })).toEqual({ files: [{ key }] });
    expect((await info(key)).unconfirmed).toBeUndefined();
  }
  await visitor.leave();
});

it('who has left a group sees nothing of it after signing in anew', async () => {
  await writeFile(join(stage.dir, 'secret.txt'), 'of design');
  const bob = await enter('bob', 'team/design');
  await bob.choose([join(stage.dir, 'secret.txt')]);
  await bob.uploaded();
  const [key] = await keys(bob, 'team/design', 'secret.txt');
  await bob.leave();
  await start(['--person', 'bob=']);
  const again = await Visitor.enter(stage.browser, cloud.site);
  await again.signIn('bob');
  expect(await again.page.getByRole('link', { name: /team/ }).count()).toBe(0);
  for (const path of [
    `/files?space=${encodeURIComponent('team/design')}`,
    `/files/url?key=${encodeURIComponent(key ?? '')}`,
  ]) {
    expect(await again.call<{ status: number }>('GET', path)).toMatchObject({ status: 404 });
  }
  await again.leave();
});

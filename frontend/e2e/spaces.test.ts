import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Visitor, violations } from './browser.ts';
import { writeBytes } from './material.ts';
import { setCloud } from './stage.ts';

const MiB = 1024 * 1024;
const spaces = {
  team: { per: 'group' },
  board: { per: 'all', write: ['group:admins'] },
  avatars: { allowedTypes: ['image/png', 'image/jpeg'], maxObjectSize: 2 * MiB },
};
/** What an issuer such as Cognito calls somebody. */
const number = '5e1f0a52-9d07-4c9b-8d6e-1f2a3b4c5d6e';
const stage = setCloud({ settings: { spaces }, flags: ['--person', 'carol=', '--person', `${number}=design`] });

async function enter(who: string): Promise<Visitor> {
  const visitor = await Visitor.enter(stage.browser, stage.cloud.site);
  await visitor.signIn(who);
  return visitor;
}

it('two people of a team see what each other uploads and whose it is, a third does not see the team', async () => {
  const file = join(stage.dir, 'plan.txt');
  await writeFile(file, 'of alice');
  const alice = await enter('alice');
  const spaces = alice.page.getByRole('navigation', { name: 'Spaces' });
  await spaces.getByRole('link', { name: 'team shared with design' }).click();
  await alice.page.getByRole('heading', { name: 'Upload to team' }).waitFor();
  await alice.page.locator('.files-count:not(:empty)').waitFor();
  await alice.choose([file]);
  await alice.uploaded();
  await alice.row('plan.txt').waitFor();
  expect(new URL(alice.page.url()).hash).toBe('#files@team%2Fdesign');
  await alice.page.reload();
  await alice.row('plan.txt').locator('.badge-own').waitFor();
  expect(await violations(alice.page)).toEqual([]);

  const bob = await enter('bob');
  await bob.page.getByRole('link', { name: 'team shared with design' }).click();
  await bob.row('plan.txt').waitFor();
  expect(await bob.row('plan.txt').locator('.badge-own').count()).toBe(0);
  // Whose it is is asked of the service once it is seen.
  await bob.row('plan.txt').locator('.badge-by').getByText('alice').waitFor();
  await bob.page.getByRole('link', { name: 'plan.txt', description: 'Uploaded by alice' }).waitFor();
  expect(await violations(bob.page)).toEqual([]);
  expect((await bob.download('plan.txt')).suggested).toBe('plan.txt');
  // His own files are others.
  await bob.page.getByRole('link', { name: 'My files' }).click();
  await bob.page.getByText('No files yet').waitFor();

  const carol = await enter('carol');
  expect(await carol.page.getByRole('link', { name: 'team shared with design' }).count()).toBe(0);
  await carol.page.goto(`${stage.cloud.site}#files@team%2Fdesign`);
  await carol.page.getByText('No files yet').waitFor();
  for (const visitor of [alice, bob, carol]) await visitor.leave();
});

it('who is only a number is told by its beginning, and whole to whoever asks', async () => {
  const file = join(stage.dir, 'numbered.txt');
  await writeFile(file, 'of somebody');
  const somebody = await enter(number);
  await somebody.page.getByRole('link', { name: 'team shared with design' }).click();
  await somebody.page.getByRole('heading', { name: 'Upload to team' }).waitFor();
  await somebody.choose([file]);
  await somebody.uploaded();
  const bob = await enter('bob');
  await bob.page.getByRole('link', { name: 'team shared with design' }).click();
  const badge = bob.row('numbered.txt').locator('.badge-by');
  await badge.getByText('5e1f0a52…', { exact: true }).waitFor();
  expect(await badge.getAttribute('title')).toBe(number);
  await bob.page.getByRole('link', { name: 'numbered.txt', description: `Uploaded by ${number}` }).waitFor();
  for (const visitor of [somebody, bob]) await visitor.leave();
});

it('a space refuses what is too large or of another type before anything is sent, and takes the rest', async () => {
  const visitor = await enter('alice');
  const { page } = visitor;
  await page.getByRole('link', { name: 'avatars' }).click();
  await page.getByText('Up to 2 MiB a file').waitFor();
  expect(await page.locator('.upload-input-files').getAttribute('accept')).toBe('image/png,image/jpeg');
  const sent: string[] = [];
  page.on('request', (request) => {
    if (/presign|uploads/.test(request.url())) sent.push(request.url());
  });
  await writeBytes(join(stage.dir, 'large.png'), 3 * MiB);
  await writeFile(join(stage.dir, 'drawing.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await visitor.choose([join(stage.dir, 'large.png')]);
  await page.locator('.notice-bad').getByText('at most 2 MiB are allowed').waitFor();
  await visitor.choose([join(stage.dir, 'drawing.svg')]);
  await page.locator('.notice-bad').getByText('image/svg+xml').waitFor();
  expect(sent).toEqual([]);
  await writeBytes(join(stage.dir, 'small.png'), 1000);
  await visitor.choose([join(stage.dir, 'small.png')]);
  await visitor.uploaded();
  await visitor.row('small.png').waitFor();
  await visitor.leave();
});

it('who may only read has nowhere to drop files, and nothing to delete', async () => {
  const file = join(stage.dir, 'news.txt');
  await writeFile(file, 'news');
  const alice = await enter('alice');
  await alice.page.getByRole('link', { name: 'board' }).click();
  await alice.page.getByRole('heading', { name: 'Upload to board' }).waitFor();
  await alice.choose([file]);
  await alice.uploaded();
  await alice
    .row('news.txt')
    .getByRole('button', { name: /^Delete/ })
    .waitFor();

  const bob = await enter('bob');
  await bob.page.getByRole('link', { name: 'board' }).click();
  await bob.row('news.txt').waitFor();
  expect(await bob.page.locator('.upload-surface').isVisible()).toBe(false);
  expect(await bob.row('news.txt').getByRole('button').allTextContents()).toEqual(['Download', 'Versions']);
  await bob.page.getByRole('checkbox', { name: 'Select news.txt' }).click();
  const actions = bob.page.getByRole('group', { name: 'What is selected' }).getByRole('button');
  expect(await actions.allTextContents()).toEqual(['Download', 'Select all', 'Select none']);
  await alice.leave();
  await bob.leave();
});

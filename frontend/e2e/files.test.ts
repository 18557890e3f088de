import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import { Visitor } from './browser.ts';
import { writeBytes } from './material.ts';
import { setStage } from './stage.ts';

const { site } = inject('cloud');
const stage = setStage();

/** Signs in and uploads a small file. */
async function withFile(who: string, name: string): Promise<{ visitor: Visitor; hash: string }> {
  const hash = await writeBytes(join(stage.dir, name), 1234);
  const visitor = await Visitor.enter(stage.browser, site);
  await visitor.signIn(who);
  await visitor.choose([join(stage.dir, name)]);
  await visitor.uploaded();
  await visitor.row(name).waitFor();
  return { visitor, hash };
}

it('a file has the same size in the upload surface as in the list', async () => {
  const { visitor } = await withFile('alice', 'size.bin');
  const texts = ['.upload-text', 'tr:has(th[title="size.bin"]) .cell-size'].map((part) =>
    // biome-ignore lint/performance/useDomNodeTextContent: as it is seen; a style sheet can turn it into capitals.
    visitor.page.locator(part).innerText(),
  );
  expect(await Promise.all(texts)).toEqual(['1.21 KiB · uploaded', '1.21 KiB']);
  await visitor.leave();
});

it('deleting asks, takes the file off the list, and can be undone', async () => {
  const { visitor, hash } = await withFile('alice', 'undo.bin');
  const { page } = visitor;
  const row = visitor.row('undo.bin');

  await row.getByRole('button', { name: /^Delete/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  expect(await row.getByRole('button', { name: /^Download/ }).count()).toBe(1);

  await visitor.delete('undo.bin');
  await visitor.hears('undo.bin is deleted');
  expect(await row.getByRole('button', { name: /^Download/ }).count()).toBe(0);

  await row.getByRole('button', { name: /^Undo/ }).click();
  await row.getByRole('button', { name: /^Download/ }).waitFor();
  expect((await visitor.download('undo.bin')).sha256).toBe(hash);
  await visitor.leave();
});

it('a deleted file is gone after a reload', async () => {
  const { visitor } = await withFile('alice', 'gone.bin');
  const { page } = visitor;
  await visitor.delete('gone.bin');
  await page.reload();
  await page.locator('.files-count:not(:empty)').waitFor();
  expect(await visitor.row('gone.bin').count()).toBe(0);
  await visitor.leave();
});

it('a deleted file can be uploaded again', async () => {
  const { visitor, hash } = await withFile('alice', 'again.bin');
  const row = visitor.row('again.bin');
  await visitor.delete('again.bin');
  // S3 takes a delete marker for no object: If-None-Match does not stand in the way.
  await visitor.choose([join(stage.dir, 'again.bin')]);
  await row.getByRole('button', { name: /^Download/ }).waitFor();
  expect((await visitor.download('again.bin')).sha256).toBe(hash);
  await visitor.leave();
});

it('a deleted file can be brought back later, from among the deleted ones', async () => {
  const { visitor, hash } = await withFile('alice', 'later.bin');
  const { page } = visitor;
  const row = visitor.row('later.bin');
  const restore = row.getByRole('button', { name: 'Restore later.bin' });
  await visitor.delete('later.bin');
  await page.reload();
  await visitor.showDeleted();
  await restore.waitFor();

  // The view survives a reload, and "back" leaves it.
  await page.reload();
  await restore.waitFor();
  expect(await page.getByRole('link', { name: 'Deleted' }).getAttribute('aria-current')).toBe('true');
  await restore.click();
  await row.getByText('Restored').waitFor();
  await visitor.hears('later.bin is restored');
  expect((await visitor.download('later.bin')).sha256).toBe(hash);
  await page.goBack();
  await row.locator('time').waitFor();
  expect((await visitor.download('later.bin')).sha256).toBe(hash);
  await visitor.showDeleted();
  await expect.poll(() => row.count()).toBe(0);
  await visitor.leave();
});

it('nothing moves when the deleted files are shown, not even while they are being read', async () => {
  const { visitor } = await withFile('alice', 'still.bin');
  const { page } = visitor;
  await page.setViewportSize({ width: 1100, height: 500 });
  await page.locator('.views').evaluate((views) => views.scrollIntoView());
  const places = async () => ({
    scrolled: await page.evaluate(() => scrollY),
    boxes: await Promise.all(
      ['.files .section-title', '.views', '.views a:last-child', '[data-focus="refresh"]'].map((part) =>
        page.locator(part).boundingBox(),
      ),
    ),
  });
  const before = await places();
  expect(before.scrolled).toBeGreaterThan(0);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/api/files?*deleted=true*', async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole('link', { name: 'Deleted' }).click();
  await page.locator('.files-blank').waitFor();
  expect(await places()).toEqual(before);
  // They have one order: nothing stands where others are chosen.
  expect(await page.locator('.orders').isVisible()).toBe(false);
  release();
  await page.locator('.files-count:not(:empty)').waitFor();
  expect((await places()).boxes.map((box) => box?.x)).toEqual(before.boxes.map((box) => box?.x));
  await visitor.leave();
});

it('a list that is drawn again does not scroll back to what has the focus', async () => {
  const { visitor } = await withFile('alice', 'scroll.bin');
  const { page } = visitor;
  await page.setViewportSize({ width: 1100, height: 300 });
  const refresh = page.getByRole('button', { name: 'Refresh' });
  await refresh.focus();
  await page.evaluate(() => scrollTo(0, 0));
  const drawn = await page.locator('.files-count').elementHandle();
  // A click by script, for a real one would scroll the button into view by itself.
  await refresh.dispatchEvent('click');
  await page.waitForFunction((count) => !count?.isConnected, drawn);
  expect(await page.evaluate(() => [scrollY, document.activeElement?.textContent])).toEqual([0, 'Refresh']);
  await visitor.leave();
});

it('alice and bob see nothing of each other', async () => {
  const { visitor: alice } = await withFile('alice', 'of-alice.bin');
  const key = await alice.row('of-alice.bin').getAttribute('data-key');
  expect(key).toMatch(/\/alice\/of-alice~h[a-z2-7]{26}\.bin$/);

  const { visitor: bob } = await withFile('bob', 'of-bob.bin');
  expect(await bob.row('of-alice.bin').count()).toBe(0);
  expect(await alice.row('of-bob.bin').count()).toBe(0);

  // Bob knows alice's key and asks for it with his own token.
  const answers = await bob.page.evaluate(async (stolen) => {
    const stored = Object.entries(sessionStorage).find(([name]) => name.startsWith('oidc.user:'))?.[1] ?? '{}';
    const headers = { authorization: `Bearer ${JSON.parse(stored).access_token}` };
    const query = new URLSearchParams({ key: stolen ?? '' });
    const read = await fetch(`/api/files/url?${query}`, { headers });
    const remove = await fetch(`/api/files?${query}`, { headers, method: 'DELETE' });
    const versions = await fetch(`/api/files/versions?${query}`, { headers });
    return [read.status, remove.status, versions.status];
  }, key);
  expect(answers).toEqual([404, 404, 404]);
  await alice.page.reload();
  await alice.row('of-alice.bin').waitFor();
  await alice.leave();
  await bob.leave();
});

it('signing out forgets the tokens', async () => {
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('alice');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).waitFor();
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain('access_token');
  await visitor.leave();
});

it('signing out ends the refresh token, though the provider is never left to', async () => {
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('alice');
  const copied = String((await changeUser(page, {})).refresh_token);
  // Where the provider's own way of signing out is not reached, only the revocation is left.
  await page.route('**/oidc/logout?*', (route) => route.abort());
  const revoked = page.waitForResponse('**/oidc/revoke');
  await page.getByRole('button', { name: 'Sign out' }).click();
  expect((await revoked).status()).toBe(200);
  const renewal = await fetch(`${site}/oidc/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'signet', refresh_token: copied }),
  });
  expect(renewal.status).toBe(400);
  await visitor.leave();
});

it('an expired token is renewed without asking', async () => {
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('alice');
  const before = await changeUser(page, { expires_at: 1 });
  await page.reload();
  await page.locator('.files-count:not(:empty)').waitFor();
  expect((await changeUser(page, {})).access_token).not.toBe(before.access_token);
  await visitor.leave();
});

it('a session that cannot be renewed ends with a word about it', async () => {
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('alice');
  await changeUser(page, { access_token: 'no-token', refresh_token: 'no-refresh-token' });
  await page.reload();
  await page.getByText('Your session has ended.').waitFor();
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).waitFor();
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain('access_token');
  await visitor.leave();
});

/** Changes what the tab keeps of its user; answers what it was. */
function changeUser(page: Page, change: Record<string, unknown>): Promise<Record<string, unknown>> {
  return page.evaluate((patch) => {
    const [name = '', stored = '{}'] =
      Object.entries(sessionStorage).find(([key]) => key.startsWith('oidc.user:')) ?? [];
    const user = JSON.parse(stored);
    sessionStorage.setItem(name, JSON.stringify({ ...user, ...patch }));
    return user;
  }, change);
}

it('an error of the service says what happened and what to do', async () => {
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('alice');
  const detail = 'got a broken disk, want a whole one: replace it';
  await page.route('**/api/files?*', (route) =>
    route.fulfill({
      status: 400,
      contentType: 'application/problem+json',
      body: JSON.stringify({ type: 'about:blank', title: 'Bad Request', status: 400, code: 'InvalidRequest', detail }),
    }),
  );
  await page.getByRole('button', { name: 'Refresh' }).click();
  const notice = page.locator('.notices-boxes > .notice-bad').filter({ hasText: detail });
  await notice.waitFor();
  expect(await notice.textContent()).toContain('Code: InvalidRequest');
  expect(await page.getByRole('alert').textContent()).toContain(detail);
  await visitor.leave();
});

import type { Page, Route } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import { Visitor } from './browser.ts';
import { setStage } from './stage.ts';

const { site } = inject('cloud');
const stage = setStage();

const html = '<!doctype html><title>Sign in to the network</title>';
const troubles: Record<string, (route: Route) => Promise<void>> = {
  'no line': (route) => route.abort(),
  'a guest network': (route) => route.fulfill({ status: 200, contentType: 'text/html', body: html }),
  'a service that is down': (route) => route.fulfill({ status: 503, contentType: 'text/html', body: html }),
};
const cases = ['', 'p.html#a.b'].flatMap((path) => Object.keys(troubles).map((trouble) => [path, trouble] as const));

/** What a program says of itself, which helps nobody who reads it. */
const jargon =
  /Failed to fetch|Unexpected token|Cannot (read|destructure)|TypeError|SyntaxError|config\.json|undefined|\[object/;

const words = (page: Page) => page.locator('main').textContent();

it.each(cases)(
  '/%s with %s for its settings says so in its own words, and starts when it is tried again',
  async (path, trouble) => {
    const context = await stage.browser.newContext({ locale: 'ko-KR' });
    const page = await context.newPage();
    await page.route('**/config.json', troubles[trouble] ?? (() => {}));
    await page.goto(`${site}/${path}`);
    const again = page.getByRole('button', { name: path === '' ? '새로 고침' : '다시 시도' });
    await again.waitFor();
    expect(await words(page)).not.toMatch(jargon);
    expect(await words(page)).toMatch(trouble === 'a service that is down' ? /서비스/ : /연결/);
    await page.unrouteAll();
    await again.click();
    await again.waitFor({ state: 'detached' });
    await context.close();
  },
);

it('a link that was cut in the middle of a letter is one that does not hold', async () => {
  const visitor = await Visitor.enter(stage.browser, `${site}/p.html#%E1%84`);
  await visitor.page.getByRole('heading', { name: 'This link does not hold any more' }).waitFor();
  await visitor.leave();
});

const list = '**/api/files?*';
const json = (body: string) => ({ status: 200, contentType: 'application/json', body });

it.each(['null', '[]', '"signed in"'])(
  'after answers that are %s, which are not the service’s, the list comes',
  async (body) => {
    const visitor = await Visitor.enter(stage.browser, site);
    const { page } = visitor;
    await visitor.signIn('alice');
    let foreign = 0;
    await page.route(list, (route) => (foreign++ < 2 ? route.fulfill(json(body)) : route.continue()));
    const listed = page.waitForResponse(
      async (answer) => answer.url().includes('/api/files?') && (await answer.text()).includes('"files"'),
    );
    await page.getByRole('button', { name: 'Refresh' }).click();
    await listed;
    expect(foreign).toBe(3);
    expect(await page.locator('.notice-bad').count()).toBe(0);
    await visitor.leave();
  },
);

it('an answer without a list of files is told as something in between', async () => {
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('alice');
  await page.route(list, (route) => route.fulfill(json('{"error":"sign in to the network"}')));
  await page.getByRole('button', { name: 'Refresh' }).click();
  const notice = page.locator('.notice-bad');
  await notice.getByText('something in between answered').waitFor();
  expect(await notice.textContent()).not.toMatch(jargon);
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Refresh' }).click();
  await notice.waitFor({ state: 'detached' });
  await visitor.leave();
});

import { expect, it } from 'vitest';
import { Visitor } from './browser.ts';
import { setCloud } from './stage.ts';

const stage = setCloud({ flags: ['--token-life', '70s'] });

it('a duplicated tab keeps both signed in over renewals', { timeout: 120_000 }, async () => {
  const visitor = await Visitor.enter(stage.browser, stage.cloud.site);
  const { page, context } = visitor;
  await visitor.signIn('alice');
  const [twin] = await Promise.all([context.waitForEvent('page'), page.evaluate(() => void open(location.href))]);
  await twin.locator('.files-count:not(:empty)').waitFor();
  let renewals = 0;
  context.on('response', (response) => {
    if (response.url().endsWith('/oidc/token')) {
      renewals++;
      expect(response.status()).toBe(200);
    }
  });
  await page.waitForTimeout(80_000);
  expect(renewals).toBeGreaterThan(0);
  for (const tab of [page, twin]) {
    await tab.getByRole('button', { name: 'Refresh' }).click();
    await tab.locator('.files-count:not(:empty)').waitFor();
    expect(await tab.getByRole('button', { name: 'Sign out' }).isVisible()).toBe(true);
  }
  await visitor.leave();
});

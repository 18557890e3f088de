import { readFile } from 'node:fs/promises';
import { expect, inject, it } from 'vitest';
import { Visitor } from './browser.ts';
import { setStage } from './stage.ts';

const { site } = inject('cloud');
const stage = setStage();

it('the reference shows every call and tries them, under a policy without exceptions', async () => {
  const document = JSON.parse(await readFile('../lambda/api/openapi/openapi.json', 'utf8'));
  // What an application's own server is told stands beside what the service is asked.
  const groups = [...Object.values<object>(document.paths), ...Object.values<object>(document.webhooks)];
  const calls = groups.flatMap((methods) => Object.keys(methods));
  const visitor = await Visitor.enter(stage.browser, `${site}/api-reference/`);
  const { page } = visitor;
  await expect.poll(() => page.locator('.opblock').count()).toBe(calls.length);

  const health = page.locator('.opblock', { has: page.locator('[data-path="/healthz"]') });
  await health.locator('.opblock-summary-control').click();
  await health.getByRole('button', { name: 'Try it out' }).click();
  await health.getByRole('button', { name: 'Execute' }).click();
  const answer = health.locator('.live-responses-table .response-col_status').nth(1);
  await expect.poll(() => answer.textContent()).toContain('200');
  await visitor.leave();
});

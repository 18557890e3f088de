import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { describe, expect, inject, it } from 'vitest';
import { Visitor } from './browser.ts';
import { setStage } from './stage.ts';

const { site } = inject('cloud');
const stage = setStage();
const binary = resolve(process.env.SIGNET_BIN ?? '../bin/signet');

interface Printed {
  cost: { usd: number; months: { month: number; usd: number }[] };
  time: { methods: { name: string; seconds: number; connections: number }[] };
  limits: { binds: string; most: number; quotas: { name: string; at: number; used: number }[] };
}

/** What the command line prints for the same question, under the configuration of the cloud. */
async function printed(): Promise<Printed> {
  const config = join(stage.dir, 'cdk.json');
  await writeFile(config, JSON.stringify({ context: { signet: { expires: '1m' } } }));
  const words =
    `--files-per-month 2500 --average-size 25MiB --downloads 300 --users 40 --retain 90 --months 6 --size 3GiB
    --link 200Mbps --rtt 180ms --per-connection 20Mbps --loss 0.01% --rate 120 --region ap-northeast-2`.split(/\s+/);
  return JSON.parse(
    execFileSync(binary, ['estimate', '--json', '--config', config, ...words], { encoding: 'utf8' }),
  ) as Printed;
}

const filled: Record<string, string> = {
  filesPerMonth: '2500',
  averageSize: '25',
  downloads: '300',
  users: '40',
  retain: '90',
  months: '6',
  size: '3GiB',
  link: '200Mbps',
  rtt: '180ms',
  perConnection: '20Mbps',
  loss: '0.01%',
  rate: '120',
};

/** The cells of a result's table, row by row. */
async function cells(page: Page, section: string): Promise<string[][]> {
  const rows = await page.locator(`.${section} tbody tr`).all();
  return Promise.all(rows.map(async (row) => row.locator('th, td').allTextContents()));
}

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

describe.each([
  ['en-US', 'en', 'light', 1100, 'What will it cost?', 'Estimate'],
  ['ko-KR', 'ko', 'dark', 390, '얼마나 들까요?', '계산하기'],
] as const)('the page of estimates: %s', (locale, language, colorScheme, width, title, button) => {
  it('shows the figures that the command line prints', async () => {
    const want = await printed();
    const visitor = await Visitor.enter(stage.browser, site, { locale, colorScheme, viewport: { width, height: 900 } });
    const { page } = visitor;
    await visitor.signIn('alice');
    await page.getByRole('link', { name: title }).click();
    await page.getByRole('heading', { name: title }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    expect(await page.locator('.workspace').isVisible()).toBe(false);
    expect(await violations(page)).toEqual([]);

    for (const [name, value] of Object.entries(filled)) await page.locator(`input[name="${name}"]`).fill(value);
    await page.locator('select[name="region"]').selectOption('ap-northeast-2');
    const answer = page.waitForResponse('**/api/estimate');
    await page.getByRole('button', { name: button }).click();
    const got = (await (await answer).json()) as Printed;
    expect(got.cost).toEqual(want.cost);
    expect(got.time.methods).toEqual(want.time.methods);
    expect(got.limits.quotas).toEqual(want.limits.quotas);
    await page.locator('.estimate-limits').waitFor();

    const usd = new Intl.NumberFormat(language, { style: 'currency', currency: 'USD' });
    const number = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 });
    const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
    const bill = await cells(page, 'estimate-cost');
    expect(bill.map((row) => row.at(-1))).toEqual([
      ...want.cost.months.map((month) => usd.format(month.usd)),
      usd.format(want.cost.usd),
    ]);
    const times = await cells(page, 'estimate-time');
    expect(times.map((row) => row[2])).toEqual(want.time.methods.map(({ connections }) => number.format(connections)));
    const quotas = await cells(page, 'estimate-limits');
    expect(quotas).toEqual(
      want.limits.quotas.map(({ name, at, used }) => [name, number.format(at), percent.format(used)]),
    );
    expect(await page.getByRole('img').count()).toBe(2); // the two charts
    expect(await page.getByRole('status').first().textContent()).toContain(usd.format(want.cost.usd));
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await visitor.leave();
  });
});

it('says what is wrong with a value, and goes back to the files with the keyboard', async () => {
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('bob');
  await page.goto(`${site}/#cost`);
  await page.locator('input[name="link"]').fill('fast');
  await page.locator('input[name="link"]').press('Enter');
  await page.getByText('There is no estimate: time.link: got rate "fast"').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('link', { name: 'Back to my files' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('.upload-body').waitFor();
  expect(await page.locator('.estimate').count()).toBe(0);
  await visitor.leave();
});

it('is loaded by whoever goes there alone', async () => {
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  await visitor.signIn('alice');
  expect(loaded.filter((path) => path.includes('estimate'))).toEqual([]);
  await page.getByRole('link', { name: 'What will it cost?' }).click();
  await page.locator('.estimate-form').waitFor();
  expect(loaded.filter((path) => path.includes('/assets/estimate'))).not.toEqual([]);
  await visitor.leave();
});

// The relay's plain page in Chromium with JavaScript off: signs in at the local
// issuer, uploads files by the form, and prints for each what the page said, as JSON.
//   node form.mjs PAGE FILE…
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../../../frontend/package.json', import.meta.url));
const { chromium } = require('playwright-core');

const [page, ...files] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: require('./e2e/chromium.json'),
});

async function said(tab) {
  const result = await tab.locator('section').first().innerText({ timeout: 30_000 });
  const keys = await tab.locator('section code').allInnerTexts();
  return { result, key: keys.at(-1) ?? '' };
}

try {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const tab = await context.newPage();
  await tab.goto(page);
  await tab.getByRole('link', { name: 'Sign in' }).click();
  await tab.getByRole('button', { name: 'Alice' }).click();
  await tab.getByLabel('A file of at most').waitFor();
  const cookies = (await context.cookies(page)).filter(({ name }) => name.startsWith('__Host-'));
  const results = [];
  for (const file of files) {
    await tab.goto(page);
    await tab.getByLabel('A file of at most').setInputFiles(file);
    await Promise.all([
      tab.waitForNavigation({ timeout: 300_000 }),
      tab.getByRole('button', { name: 'Upload' }).click({ noWaitAfter: true }),
    ]);
    results.push(await said(tab));
  }
  await tab.goto(page);
  await tab.getByRole('button', { name: 'Sign out' }).click();
  await tab.getByRole('link', { name: 'Sign in' }).waitFor();
  const left = (await context.cookies(page)).map(({ name }) => name);
  console.log(JSON.stringify({ cookies, results, left }));
} finally {
  await browser.close();
}

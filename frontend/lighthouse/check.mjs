// Has Lighthouse judge the welcome page and the page of somebody who is signed in, against `signet dev`; fails below WANT.
import lighthouse from 'lighthouse';
import puppeteer from 'puppeteer-core';
import { withDev } from '../dev.mjs';

/** Least score of each category, 0 to 100. */
const WANT = 100;
const categories = ['accessibility', 'best-practices'];

await withDev('lighthouse', async ({ site }) => {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const bad = [
      ...(await judge(page, site, 'welcome')),
      ...(await judge(await signIn(page, site), site, 'signed in')),
    ];
    if (bad.length > 0) throw new Error(bad.join('\n'));
  } finally {
    await browser.close();
  }
});

/** Debian's Chromium, kept from calling home. */
function launch() {
  const quiet = ['background-networking', 'component-update', 'sync', 'gpu', 'quic'].map((name) => `--disable-${name}`);
  return puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--no-first-run', ...quiet],
  });
}

/** Signs in as alice; the session is the tab's own. */
async function signIn(page, site) {
  await page.goto(site);
  await (await page.waitForSelector('main button')).click();
  await (await page.waitForSelector('button::-p-text(alice)')).click();
  await page.waitForSelector('.upload-body');
  return page;
}

/** Judges what the tab shows at the site's address; answers what is wrong, a line each. */
async function judge(page, site, name) {
  const port = Number(new URL(page.browser().wsEndpoint()).port);
  // The session lives in the tab's storage, which Lighthouse would empty.
  const flags = { port, logLevel: 'error', onlyCategories: categories, disableStorageReset: true };
  const { lhr } = await lighthouse(`${site}/`, { ...flags, throttlingMethod: 'provided' }, undefined, page);
  // The right page was judged: only one of them has an upload surface.
  const signedIn = (await page.$('.upload-body')) !== null;
  if (signedIn !== (name === 'signed in')) throw new Error(`${name}: got another page than that`);
  return categories.flatMap((id) => {
    const { score, auditRefs } = lhr.categories[id];
    const points = Math.round((score ?? 0) * 100);
    console.log(`${name}, ${id}: ${points}`);
    if (points >= WANT) return [];
    const failed = auditRefs
      .map((ref) => lhr.audits[ref.id])
      .filter((audit) => audit.score !== null && audit.score < 1);
    return [`${name}: got ${id} ${points}, want ${WANT}: mend ${failed.map(({ title }) => title).join('; ')}`];
  });
}

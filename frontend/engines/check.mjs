// Has the page do its jobs in other engines than the tests' own: `node check.mjs [ENGINE…] [JOB…]`, all of them by default.
// Fails with what did not happen, or what the console complained of.
import { withDev } from '../dev.mjs';
import * as firefox from './firefox.mjs';
import { element } from './jobs/element.mjs';
import { folders } from './jobs/folders.mjs';
import { forms } from './jobs/forms.mjs';
import { main } from './jobs/main.mjs';
import { resume } from './jobs/resume.mjs';
import { Page } from './page.mjs';
import { startServer } from './serve.mjs';
import * as webkit from './webkit.mjs';

const engines = { firefox, webkit };
const jobs = { main, resume, folders, forms, element };

const asked = process.argv.slice(2);
for (const name of asked) {
  if (!engines[name] && !jobs[name])
    throw new Error(`got ${name}, want one of ${[...Object.keys(engines), ...Object.keys(jobs)].join(', ')}`);
}
/** Those of `all` that were asked for; all where none was. */
const chosen = (all) => {
  const names = asked.filter((name) => all[name]);
  return Object.entries(all).filter(([name]) => names.length === 0 || names.includes(name));
};

for (const [engine, { open }] of chosen(engines)) {
  for (const [name, job] of chosen(jobs))
    await withDev('engines', (cloud, dir) => run(engine, open, name, job, cloud, dir));
}

/** Does one job in a browser and on a cloud of its own. */
async function run(engine, open, name, job, cloud, dir) {
  const began = performance.now();
  const server = await startServer();
  let page;
  const reopen = async () => {
    page = new Page(await open(dir));
    return page;
  };
  try {
    await reopen();
    const version = page.browser.name;
    await job({ page, cloud, dir, serve: server.serve, reopen });
    const complaints = await page.browser.complaints();
    if (complaints.length > 0) throw new Error(`the console complains: ${complaints.join('; ')}`);
    console.log(`${version}: ${name} works, ${((performance.now() - began) / 1000).toFixed(1)} s`);
  } catch (error) {
    error.message = `${engine}, ${name}: ${error.message}`;
    throw error;
  } finally {
    await page?.browser.close().catch(() => {});
    server.close();
  }
}

// A plain form, signed by the service and filled by hand, uploads without a script.
import { readFile } from 'node:fs/promises';
import { call, stored, written } from '../page.mjs';

export async function forms({ page, cloud, dir, serve }) {
  const path = await written(dir, 'form.txt', 1000);
  const form = await call(cloud, 'POST', '/presign/form', { name: 'form.txt', type: 'text/plain', maxSize: 1000 });
  const hidden = Object.entries(form.fields).map(
    ([name, value]) => `<input type="hidden" name="${quoted(name)}" value="${quoted(value)}">`,
  );
  const site = serve({
    '/': `<!doctype html><meta charset="utf-8"><title>Form</title>
      <form action="${quoted(form.url)}" method="post" enctype="multipart/form-data" target="answer">${hidden.join('')}
      <input type="file" name="file"><button>Send</button></form><iframe name="answer"></iframe>`,
  });
  await page.browser.goto(site);
  await page.browser.upload('input[type=file]', [path]);
  await page.click('button', 'Send');
  const { body } = await until(() => stored(cloud, 'form.txt'));
  if (!body.equals(await readFile(path))) throw new Error('got other bytes than those of the file');
}

/** Asks until there is an answer. */
async function until(ask) {
  for (let tries = 0; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}

function quoted(text) {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}

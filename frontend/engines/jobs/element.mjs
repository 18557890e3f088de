// The element in a form of somebody else's page, on another origin, from the one file for a script tag.
import { readFile } from 'node:fs/promises';
import { stored, written } from '../page.mjs';

const DIST = new URL('../../../build/package/dist/', import.meta.url);

export async function element({ page, cloud, dir, serve }) {
  const files = [await written(dir, 'of a form.txt', 9), await written(dir, 'of a form.bin', 20 << 20)];
  const site = serve({
    '/': `<!doctype html><html lang="en"><meta charset="utf-8"><title>Element</title>
      <form><signet-upload base="${cloud.api}" name="keys" required></signet-upload><button>Send</button></form>
      <script type="module" src="/signet-upload.js"></script>
      <script type="module">
        const token = async () => '${cloud.token}';
        document.querySelector('signet-upload').settings = { token };
      </script>`,
    DIST,
  });
  await page.browser.goto(site);
  await page.until('place to choose', () => {
    const root = document.querySelector('signet-upload').shadowRoot;
    return Boolean(root?.querySelector('.upload-choose'));
  });
  const look = () => page.browser.evaluate(state);
  const before = await look();
  if (before.valid) throw new Error('got a valid form without a file, though one is required');
  await page.browser.evaluate(expose);
  await page.browser.upload('#exposed', files);
  await page.until('keys of both', () => new FormData(document.querySelector('form')).getAll('keys').length === 2);
  await page.until('valid form', () => document.querySelector('form').checkValidity());
  const { keys } = await look();
  for (const [i, name] of ['of a form.txt', 'of a form.bin'].entries()) {
    const { key, body } = await stored(cloud, name);
    if (!keys.includes(key)) throw new Error(`got ${keys}, want ${key} among them`);
    if (!body.equals(await readFile(files[i]))) throw new Error(`got other bytes than those of ${name}`);
  }
}

/** In the page: what the form would send, and whether it would. */
function state() {
  const form = document.querySelector('form');
  return { valid: form.checkValidity(), keys: new FormData(form).getAll('keys') };
}

/** In the page: an input outside of the shadow root, which drivers find, that hands what it is given to the one within. */
function expose() {
  const within = document.querySelector('signet-upload').shadowRoot.querySelector('.upload-input-files');
  const input = document.createElement('input');
  Object.assign(input, { type: 'file', multiple: true, id: 'exposed' });
  input.addEventListener('change', () => {
    within.files = input.files;
    within.dispatchEvent(new Event('change'));
  });
  document.body.append(input);
}

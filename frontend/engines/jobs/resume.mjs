// The browser is killed in the middle of an upload; another one, which knows nothing, goes on with what S3 has.
import { readFile } from 'node:fs/promises';
import { call, stored, written } from '../page.mjs';

const MiB = 1 << 20;
const SIZE = 96 * MiB;
/** Parts that are let through before the end. */
const LET = 3;

export async function resume({ page, cloud, dir, reopen }) {
  const path = await written(dir, 'killed.bin', SIZE);
  await page.signIn(cloud.site, 'alice');
  await page.browser.evaluate(hold, LET);
  await page.browser.upload('.upload-input-files', [path]);
  const held = await heldBytes(cloud, LET);
  await page.browser.kill();

  const again = await reopen();
  await again.signIn(cloud.site, 'alice');
  await again.sees('.unfinished-name', 'killed.bin');
  await again.browser.evaluate(hold, Number.MAX_SAFE_INTEGER);
  await again.send(path);
  const sent = await again.browser.evaluate(() => [...globalThis.sent.values()].reduce((sum, size) => sum + size, 0));
  if (sent !== SIZE - held) throw new Error(`got ${sent} bytes sent, want the ${SIZE - held} that S3 did not have`);
  const { body } = await stored(cloud, 'killed.bin');
  if (!body.equals(await readFile(path))) throw new Error('got other bytes than those of the file');
}

/** In the page: notes the bytes of each part that is sent, and sends none that is numbered higher than `most`. */
function hold(most) {
  globalThis.sent = new Map();
  const { open, send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (method, url, ...more) {
    this.part = Number(new URL(url, location).searchParams.get('partNumber'));
    open.call(this, method, url, ...more);
  };
  XMLHttpRequest.prototype.send = function (body) {
    if (this.part > most) return;
    if (this.part) globalThis.sent.set(this.part, body.size ?? body.byteLength);
    send.call(this, body);
  };
}

/** Waits until S3 has as many parts of the only upload, and answers their bytes. */
async function heldBytes(cloud, count) {
  for (let tries = 0; tries < 600; tries++) {
    const [upload] = (await call(cloud, 'GET', '/uploads')).uploads;
    if (upload) {
      const { key, uploadId } = upload;
      const { parts } = await call(cloud, 'GET', `/uploads/parts?${new URLSearchParams({ key, uploadId })}`);
      if (parts.length === count) return parts.reduce((sum, { size }) => sum + size, 0);
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`got no upload with ${count} parts within a minute`);
}

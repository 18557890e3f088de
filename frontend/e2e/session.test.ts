import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Visitor } from './browser.ts';
import { Consumer } from './consumer.ts';
import { setStage } from './stage.ts';
import { storedHash } from './stored.ts';

const run = promisify(execFile);
const stage = setStage();
const sessions = ['dev', 'oidc', 'pass'] as const;
let consumer: Consumer;

// The sessions of the package's README, as they stand, each on a page of another origin with the element.
beforeAll(async () => {
  consumer = await Consumer.make(stage.dir, ['oidc-client-ts'], { passes: true });
  const readme = String(await consumer.read('README.md'));
  const { site, api } = consumer.cloud;
  for (const name of sessions) {
    const code = readme.split(`<!-- session: ${name} -->\n\`\`\`ts\n`)[1]?.split('```')[0] ?? '';
    expect(code).toContain('export const');
    await consumer.write(`session-${name}.ts`, code.replace('https://issuer.example.com', `${site}/oidc`));
    await consumer.write(
      `${name}.ts`,
      `import '@signet/upload/element';
      import * as session from './session-${name}.ts';
      document.querySelector('signet-upload')!.settings = session;
      Object.assign(globalThis, { session });`,
    );
    const element = `<signet-upload base="${api}"></signet-upload>`;
    await consumer.write(
      `${name}.html`,
      `<html lang="en"><title>${name}</title><body>${element}<script type="module" src="/${name}.ts"></script></body></html>`,
    );
  }
  await consumer.build(sessions.map((name) => `${name}.html`));
  await writeFile(join(consumer.dir, 'dist/ready.json'), JSON.stringify(consumer.cloud.ready));
}, 120_000);

afterAll(() => consumer?.close());

/** Sends a file with a page, and looks for it in the bucket. */
async function sends(page: Page, name: string): Promise<void> {
  await page.locator('.upload-choose').first().waitFor();
  const file = join(stage.dir, `${name}.txt`);
  await writeFile(file, `by ${name}`);
  await page.locator('.upload-input-files').setInputFiles(file);
  await page.locator('.upload-body[data-state=done]').waitFor();
  expect(await storedHash(consumer.cloud, `${name}.txt`)).toBe(
    Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(`by ${name}`))).toString('hex'),
  );
}

it.each(['typescript/bin/tsc', 'typescript-7/bin/tsc'])('the sessions are type-checked: %s', async (compiler) => {
  const files = sessions.map((name) => `session-${name}.ts`);
  const options =
    '--strict --noEmit --skipLibCheck --target es2022 --lib es2023,dom --module esnext --moduleResolution bundler';
  const args = [join(resolve('node_modules'), compiler), ...options.split(' '), ...files];
  await run(process.execPath, args, { cwd: consumer.dir }).catch(({ stdout }) => Promise.reject(new Error(stdout)));
});

it('on this machine, with what signet dev prints', async () => {
  const visitor = await Visitor.enter(stage.browser, `${consumer.origin}/dev.html`);
  await sends(visitor.page, 'dev');
  await visitor.leave();
});

it('by OpenID Connect: signed in at the issuer, back on the page, and renewed', async () => {
  const visitor = await Visitor.enter(stage.browser, `${consumer.origin}/oidc.html`);
  const { page } = visitor;
  await page.getByRole('button', { name: 'alice', exact: false }).click();
  await page.waitForURL(`${consumer.origin}/oidc.html`);
  await sends(page, 'oidc');
  const [before, after] = await page.evaluate(async () => {
    const { session } = globalThis as unknown as { session: { token(): Promise<string>; renew(): Promise<string> } };
    return [await session.token(), await session.renew()];
  });
  expect(after).not.toBe(before);
  const { api } = consumer.cloud;
  const answer = await fetch(`${api}/spaces`, { headers: { authorization: `Bearer ${after}` } });
  expect(answer.status).toBe(200);
  await visitor.leave();
});

it('by passes of a server of one’s own', async () => {
  const context = await stage.browser.newContext({ locale: 'en-US' });
  let made = 0;
  await context.route(`${consumer.origin}/my/upload-pass`, async (route) => {
    made++;
    const json = await consumer.cloud.call<object>('POST', '/passes', { do: 'upload', folder: '', expires: '1d' });
    await route.fulfill({ json });
  });
  const visitor = await Visitor.within(context, `${consumer.origin}/pass.html`);
  await sends(visitor.page, 'pass');
  expect(made).toBe(1);
  await visitor.leave();
});

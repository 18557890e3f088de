import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { write } from '../src/rig/material.ts';
import { setStage } from './stage.ts';
import { unfinished, Visit } from './visit.ts';

const stage = setStage(['--expires', '8s']);

/** A page of another site, which the configuration does not name. */
const server = createServer((_, answer) => {
  answer.setHeader('content-type', 'text/html');
  answer.end('<!doctype html><title>Elsewhere</title><body></body>');
});
const elsewhere = new Promise<string>((resolve) => {
  server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
});
afterAll(() => server.close());

async function session(): Promise<string> {
  const { api, token, site } = stage.cloud.ready;
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${api}/s3/session`, { method: 'POST', headers });
  return site + ((await answer.json()) as { companionEndpoint: string }).companionEndpoint;
}

it('a page of another site cannot upload as a signed-in user', async () => {
  const { site } = stage.cloud.ready;
  const context = await stage.browser.newContext();
  const page = await context.newPage();
  await page.goto(site);
  await page.getByRole('main').getByRole('button').click();
  await page.getByRole('button', { name: 'alice', exact: false }).click();
  await page.locator('.files-count:not(:empty)').waitFor();
  // The same browser, signed in, on the other site's page.
  const evil = await context.newPage();
  await evil.goto(await elsewhere);
  const begun: number[] = [];
  evil.on('response', (response) => begun.push(response.status()));
  const outcomes = await evil.evaluate(async (api) => {
    const body = JSON.stringify({ filename: 'evil.bin', type: 'text/plain', name: 'evil.bin', size: 1 });
    const post = { method: 'POST', body, credentials: 'include' } as const;
    const tries = [];
    for (const path of [
      '/s3/session',
      '/s3/sign',
      '/presign',
      '/uploads',
      '/s3/session/s3/multipart',
      '/s3/x/s3/multipart',
    ]) {
      for (const mode of ['cors', 'no-cors'] as const) {
        tries.push(
          await fetch(api + path, { ...post, mode }).then(
            ({ type }) => type,
            () => 'refused',
          ),
        );
      }
    }
    return tries;
  }, `${site}/api`);
  expect(new Set(outcomes)).toEqual(new Set(['refused', 'opaque']));
  // A form takes the browser there itself.
  await evil.setContent(
    `<form method="post" action="${site}/api/s3/session" enctype="text/plain"><button>Win</button></form>`,
  );
  const answered = evil.waitForResponse(`${site}/api/s3/session`);
  await evil.getByRole('button').click();
  expect((await answered).status()).toBe(401);
  expect(begun.filter((status) => status < 400)).toEqual([]);
  expect(await unfinished(stage)).toEqual([]);
  await context.close();
});

it('a leaked address is of no use after its life', async () => {
  const base = await session();
  const ask = () => fetch(`${base}/s3/params?filename=a.txt`).then(({ status }) => status);
  expect(await ask()).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 9000));
  expect(await ask()).toBe(401);
  const begin = await fetch(`${base}/s3/multipart`, {
    method: 'POST',
    body: '{"filename":"a.txt","type":"text/plain"}',
  });
  expect(begin.status).toBe(401);
});

it('an endpoint that ends in a slash is as good', async () => {
  const files = [await write(join(stage.dir, 'slash.bin'), 1000, 1)];
  const visit = await Visit.enter(stage, 'Uppy 6, companionEndpoint', files);
  const base = `${await session()}/`;
  await visit.page.evaluate(async (companionEndpoint) => {
    const { Uppy, AwsS3 } = (await (globalThis as never as { uppyParts(v: 6): Promise<never> }).uppyParts(
      6,
    )) as never as {
      Uppy: new () => { use(p: unknown, o: object): { addFile(f: object): void; upload(): Promise<unknown> } };
      AwsS3: unknown;
    };
    const uppy = new Uppy().use(AwsS3, { companionEndpoint });
    const data = document.querySelector('input')?.files?.[0];
    uppy.addFile({ name: data?.name, type: data?.type, data, source: 'page' });
    Object.assign(globalThis, { run: uppy.upload() });
  }, base);
  expect(await visit.finished()).toEqual({ successful: 1, failed: [] });
  await visit.same(files);
  await visit.leave();
});

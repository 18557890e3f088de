import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { launch } from './browser.ts';

const { api, token } = inject('cloud');
let browser: Browser;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'signet-files-'));
  browser = await launch();
  await writeFile(join(dir, 'ten.txt'), '0123456789');
});

afterAll(async () => {
  await browser.close();
  await rm(dir, { recursive: true });
});

interface Form {
  url: string;
  fields: Record<string, string>;
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(api + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  expect({ path, status: response.status, text: response.ok ? '' : await response.text() }).toMatchObject({
    status: 200,
  });
  return (await response.json()) as T;
}

/** Fills a plain form in a browser without JavaScript and sends it; answers what S3 says. */
async function submit({ url, fields }: Form, file: string): Promise<{ status: number; body: string }> {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const quoted = (text: string) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
  const inputs = Object.entries(fields).map(
    ([n, v]) => `<input type="hidden" name="${quoted(n)}" value="${quoted(v)}">`,
  );
  await page.setContent(`<!doctype html><title>Form</title>
    <form action="${quoted(url)}" method="post" enctype="multipart/form-data">${inputs.join('')}
    <label>File <input type="file" name="file"></label><button>Send</button></form>`);
  await page.getByLabel('File').setInputFiles(file);
  const answered = page.waitForResponse((response) => response.url().startsWith(url.split('?')[0] ?? url));
  await page.getByRole('button', { name: 'Send' }).click();
  const response = await answered;
  const answer = { status: response.status(), body: await response.text().catch(() => '') };
  await context.close();
  return answer;
}

/** The names of alice's files. */
async function names(): Promise<string[]> {
  const { files } = await call<{ files: { name: string }[] }>('GET', '/files?limit=1000');
  return files.map(({ name }) => name);
}

it('a plain form uploads without any script', async () => {
  const form = await call<Form>('POST', '/presign/form', { name: 'form.txt', type: 'text/plain', maxSize: 10 });
  const { status } = await submit(form, join(dir, 'ten.txt'));
  expect([200, 201, 204]).toContain(status);
  expect(await names()).toContain('form.txt');
  const query = new URLSearchParams({ key: form.fields.key ?? '' });
  const { url } = await call<{ url: string }>('GET', `/files/url?${query}`);
  expect(await (await fetch(url)).text()).toBe('0123456789');
});

it('a file one byte over the form is refused', async () => {
  const form = await call<Form>('POST', '/presign/form', { name: 'over.txt', type: 'text/plain', maxSize: 9 });
  const { status, body } = await submit(form, join(dir, 'ten.txt'));
  expect(status).toBe(400);
  expect(body).toContain('EntityTooLarge');
  expect(await names()).not.toContain('over.txt');
});

it('another type than the signed one is refused', async () => {
  const form = await call<Form>('POST', '/presign/form', { name: 'type.txt', type: 'text/plain' });
  const changed = { ...form, fields: { ...form.fields, 'Content-Type': 'text/html', 'content-type': 'text/html' } };
  const name = Object.keys(form.fields).find((field) => field.toLowerCase() === 'content-type') ?? 'Content-Type';
  const { status } = await submit(
    { ...changed, fields: { ...form.fields, [name]: 'text/html' } },
    join(dir, 'ten.txt'),
  );
  expect(status).toBe(403);
  expect(await names()).not.toContain('type.txt');
});

it('a form whose time has run out is refused', async () => {
  const form = await call<Form>('POST', '/presign/form', { name: 'late.txt', type: 'text/plain' });
  // The policy's date cannot be moved without breaking the signature, so an old but well-signed one has to be made.
  const policy = JSON.parse(Buffer.from(form.fields.policy ?? '', 'base64').toString());
  policy.expiration = '2020-01-01T00:00:00.000Z';
  const fields = { ...form.fields, policy: Buffer.from(JSON.stringify(policy)).toString('base64') };
  const { status } = await submit({ ...form, fields }, join(dir, 'ten.txt'));
  expect(status).toBe(403);
  expect(await names()).not.toContain('late.txt');
});

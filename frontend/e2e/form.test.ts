import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, inject, it } from 'vitest';
import { connect, type Form } from './cloud.ts';
import { submit } from './form.ts';
import { setStage } from './stage.ts';

const cloud = connect(inject('cloud'));
const stage = setStage();
let file: string;

beforeAll(async () => {
  file = join(stage.dir, 'ten.txt');
  await writeFile(file, '0123456789');
});

function sign(request: { name: string; type?: string; maxSize?: number }): Promise<Form> {
  return cloud.call<Form>('POST', '/presign/form', request);
}

/** The names of alice's files. */
async function names(): Promise<string[]> {
  const { files } = await cloud.call<{ files: { name: string }[] }>('GET', '/files?limit=1000');
  return files.map(({ name }) => name);
}

it('a plain form uploads without any script', async () => {
  const form = await sign({ name: 'form.txt', type: 'text/plain', maxSize: 10 });
  const { status } = await submit(stage.browser, form, file);
  expect([200, 201, 204]).toContain(status);
  expect(await names()).toContain('form.txt');
  const query = new URLSearchParams({ key: form.fields.key ?? '' });
  const { url } = await cloud.call<{ url: string }>('GET', `/files/url?${query}`);
  expect(await (await fetch(url)).text()).toBe('0123456789');
});

it('a file one byte over the form is refused', async () => {
  const { status, body } = await submit(
    stage.browser,
    await sign({ name: 'over.txt', type: 'text/plain', maxSize: 9 }),
    file,
  );
  expect({ status, body }).toEqual({ status: 400, body: expect.stringContaining('EntityTooLarge') });
  expect(await names()).not.toContain('over.txt');
});

it('another type than the signed one is refused', async () => {
  const form = await sign({ name: 'type.txt', type: 'text/plain' });
  const field = Object.keys(form.fields).find((name) => name.toLowerCase() === 'content-type') ?? 'content-type';
  const { status } = await submit(stage.browser, { ...form, fields: { ...form.fields, [field]: 'text/html' } }, file);
  expect(status).toBe(403);
  expect(await names()).not.toContain('type.txt');
});

it('another key than the signed one is refused', async () => {
  const form = await sign({ name: 'key.txt', type: 'text/plain' });
  const key = (form.fields.key ?? '').replace('/alice/', '/bob/');
  const { status } = await submit(stage.browser, { ...form, fields: { ...form.fields, key } }, file);
  expect(status).toBe(403);
});

import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, inject, it } from 'vitest';
import { Visitor } from './browser.ts';
import { binary, connect } from './cloud.ts';
import { NetworkPanel } from './har.ts';
import { writeBytes } from './material.ts';
import { setStage } from './stage.ts';

const cloud = connect(inject('cloud'));
const stage = setStage();

interface Signed {
  url: string;
  method: string;
  headers: Record<string, string>;
}
interface Report {
  requests: { url: string; cause: string; confidence: number; evidence: string[]; fix: string }[];
}

/** Has `signet explain` explain a HAR file; it must print no signature. */
async function explained(path: string): Promise<Report> {
  const printed = execFileSync(binary, ['explain', path, '--json'], { encoding: 'utf8' });
  const text = await readFile(path, 'utf8');
  const signatures = text.match(/(?<=X-Amz-Signature(=|.{0,20}))[0-9a-f]{64}/gis) ?? [];
  expect(signatures.length).toBeGreaterThan(0);
  for (const signature of signatures) expect(printed).not.toContain(signature);
  return JSON.parse(printed) as Report;
}

interface Case {
  locale: string;
  /** What happens to the form on its way to the page. */
  spoil(fields: Record<string, string>): void;
  why: string;
  fix: string;
  cause: string;
}

const cases: Case[] = [
  {
    locale: 'en-US',
    spoil: (fields) => {
      fields['Content-Type'] = 'text/html';
    },
    why: 'Why?',
    fix: 'What to do: ',
    cause: 'form-condition',
  },
  {
    locale: 'ko-KR',
    spoil: (fields) => {
      fields['x-amz-meta-album'] = 'x';
    },
    why: '왜 그런가요?',
    fix: '해결: ',
    cause: 'form-field-extra',
  },
];

it.each(cases)('a failed file says why ($locale), and so do both HARs of the page', async (it) => {
  const { locale, spoil, why, fix, cause } = it;
  const har = join(stage.dir, `${locale}-playwright.har`);
  const visitor = await Visitor.enter(stage.browser, cloud.site, { locale, recordHar: { path: har } });
  const { page, context } = visitor;
  const panel = await NetworkPanel.open(await context.newCDPSession(page));
  await visitor.signIn('alice');
  await page.route('**/api/presign', async (route) => {
    // By the site's own origin a small file is no form.
    const response = await route.fetch({ postData: { ...route.request().postDataJSON(), edge: undefined } });
    const answer = (await response.json()) as { files: { fields: Record<string, string> }[] };
    for (const { fields } of answer.files) spoil(fields);
    await route.fulfill({ response, json: answer });
  });
  await writeBytes(join(stage.dir, `${locale}.bin`), 77);
  await visitor.choose([join(stage.dir, `${locale}.bin`)]);
  const notice = page.locator('.notice-bad');
  await notice.getByRole('button', { name: why }).click();
  await notice.getByText(fix).waitFor();
  expect(await notice.textContent()).toMatch(locale === 'ko-KR' ? /원인\(\d+%\)/ : /Reason \(\d+ %\)/);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([]);

  const devtools = join(stage.dir, `${locale}-devtools.har`);
  await writeFile(devtools, await panel.save());
  await visitor.leave();
  for (const path of [har, devtools]) {
    const [first] = (await explained(path)).requests;
    expect({ path, ...first }).toMatchObject({ path, cause });
  }
});

it('of a page that works, every request to S3 is ok', async () => {
  const har = join(stage.dir, 'good-playwright.har');
  const visitor = await Visitor.enter(stage.browser, cloud.site, { recordHar: { path: har } });
  const panel = await NetworkPanel.open(await visitor.context.newCDPSession(visitor.page));
  await visitor.signIn('bob');
  const files = { 'small.txt': 99, 'in parts.bin': 64 * 1024 * 1024 + 1 };
  for (const [name, size] of Object.entries(files)) await writeBytes(join(stage.dir, name), size);
  await visitor.choose(Object.keys(files).map((name) => join(stage.dir, name)));
  await visitor.uploaded();
  const devtools = join(stage.dir, 'good-devtools.har');
  await writeFile(devtools, await panel.save());
  await visitor.leave();
  for (const path of [har, devtools]) {
    const { requests } = await explained(path);
    expect(requests.length).toBeGreaterThanOrEqual(3);
    expect({ path, causes: new Set(requests.map(({ cause }) => cause)) }).toEqual({ path, causes: new Set(['ok']) });
  }
});

it('a page of a foreign origin learns from its HAR that CORS refused the preflight', async () => {
  const server = createServer((_, response) => response.end('<!doctype html><title>elsewhere</title>'));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const har = join(stage.dir, 'cors.har');
  const context = await stage.browser.newContext({ recordHar: { path: har } });
  const page = await context.newPage();
  const panel = await NetworkPanel.open(await context.newCDPSession(page));
  try {
    // Pages of localhost itself are known to signet dev.
    await page.goto(`http://elsewhere.localhost:${(server.address() as AddressInfo).port}/`);
    const signed = await cloud.call<Signed>('POST', '/presign', { name: 'cors.txt', type: 'text/plain', size: 5 });
    const failure = await page.evaluate(async ({ url, method, headers }) => {
      delete headers['content-length'];
      return fetch(url, { method, headers, body: 'hello' }).then(String, String);
    }, signed);
    expect(failure).toContain('Failed to fetch');
    const devtools = join(stage.dir, 'cors-devtools.har');
    await writeFile(devtools, await panel.save());
    await context.close();
    for (const path of [devtools, har]) {
      const [first] = (await explained(path)).requests;
      expect({ path, ...first }).toMatchObject({ path, cause: 'cors-preflight' });
    }
  } finally {
    server.close();
  }
});

import type { Browser } from 'playwright-core';
import type { Form } from './cloud.ts';

/** Fills a plain form in a browser without JavaScript and sends it; answers what S3 says. */
export async function submit(
  browser: Browser,
  { url, fields }: Form,
  file: string,
): Promise<{ status: number; body: string }> {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const inputs = Object.entries(fields).map(
    ([n, v]) => `<input type="hidden" name="${quoted(n)}" value="${quoted(v)}">`,
  );
  await page.setContent(`<!doctype html><title>Form</title>
    <form action="${quoted(url)}" method="post" enctype="multipart/form-data">${inputs.join('')}
    <label>File <input type="file" name="file"></label><button>Send</button></form>`);
  await page.getByLabel('File').setInputFiles(file);
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Send' }).click();
  const response = await answered;
  // An answer without a body leaves the page where it is, and the browser keeps no body of it.
  const answer = { status: response.status(), body: await response.text().catch(() => '') };
  await context.close();
  return answer;
}

function quoted(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}

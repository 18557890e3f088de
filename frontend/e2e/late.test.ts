import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { connect } from './cloud.ts';
import { submit } from './form.ts';
import { setStage } from './stage.ts';

// The last file: the form was signed when the tests began, and lives for one minute.
const cloud = connect(inject('cloud'));
const form = inject('lateForm');
const stage = setStage();

it('a form whose time has run out is refused, and nothing is stored', { timeout: 90_000 }, async () => {
  // Nothing is left to wait for after a whole run; a run of this file alone waits the minute.
  const left = Date.parse(form.expires) + 1000 - Date.now();
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, left)));
  await writeFile(join(stage.dir, 'late.txt'), 'late');
  const { status, body } = await submit(stage.browser, form, join(stage.dir, 'late.txt'));
  expect(status).toBe(403);
  expect(body).toMatch(/expired/i);
  const { files } = await cloud.call<{ files: { name: string }[] }>('GET', '/files?limit=1000');
  expect(files.map(({ name }) => name)).not.toContain('late.txt');
});

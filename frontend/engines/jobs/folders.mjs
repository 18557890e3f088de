// A folder with folders in it: every file under its own path, though they look alike.
import { dirname, relative } from 'node:path';
import { call, written } from '../page.mjs';

const PATHS = ['a/index.html', 'a/notes.txt', 'b/index.html', 'b/deep/notes.txt', '한글/메모.txt'];

export async function folders({ page, cloud, dir }) {
  const files = [];
  for (const path of PATHS) files.push(await written(dir, `site/${path}`, 13));
  const root = `${dir}/files/site`;
  await page.signIn(cloud.site, 'alice');
  await page.browser.evaluate(
    accept,
    files.map((file) => relative(dirname(root), file)),
  );
  await page.sees('.upload-body[data-state="done"]');
  const query = new URLSearchParams({ folder: 'site', recursive: 'true', limit: '1000' });
  const found = (await call(cloud, 'GET', `/files?${query}`)).files.map(({ folder, name }) => `${folder}/${name}`);
  const want = PATHS.map((path) => `site/${path}`).sort();
  if (JSON.stringify(found.sort()) !== JSON.stringify(want)) throw new Error(`got ${found}, want ${want}`);
  await page.click('.folder-link', 'site');
  await page.click('.folder-link', 'b');
  await page.shows(['index.html'], true);
  await page.click('.folder-link', 'deep');
  await page.shows(['notes.txt'], true);
}

/**
 * In the page: has the input for folders take files with paths, as it does when a person chooses a folder. No driver of these
 * engines opens the dialog of folders; what the page makes of paths is tried, not the dialog.
 */
function accept(paths) {
  const input = document.querySelector('.upload-input-folder');
  const transfer = new DataTransfer();
  for (const path of paths) transfer.items.add(new File([path], path.split('/').pop()));
  input.files = transfer.files;
  for (const [i, file] of [...input.files].entries()) {
    Object.defineProperty(file, 'webkitRelativePath', { value: paths[i] });
  }
  input.dispatchEvent(new Event('change'));
}

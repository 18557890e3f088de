import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { paths } from '../rig/paths.ts';

/** What takes part, with the versions that are installed. */
export function versions(chromium: string): string[] {
  const peers = resolve(paths.root, 'bench/peers/uppy');
  const wanted = { 5: 'v5', 6: 'v6', companion: 'companion' };
  const dependencies = (folder: string): Record<string, string> =>
    JSON.parse(readFileSync(resolve(peers, folder, 'package.json'), 'utf8')).dependencies;
  const uppy = (folder: string) => {
    const { '@uppy/core': core, '@uppy/aws-s3': s3 } = dependencies(folder);
    return `@uppy/core ${core} with @uppy/aws-s3 ${s3}`;
  };
  const companion = dependencies(wanted.companion)['@uppy/companion'];
  return [`Chromium ${chromium}`, uppy(wanted[5]), uppy(wanted[6]), `@uppy/companion ${companion}`, 'toxiproxy 2.5.0'];
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { paths } from '../src/rig/paths.ts';

/** A code block of the README's guide. */
export async function example(name: string): Promise<string> {
  const readme = await readFile(join(paths.root, 'lambda/README.md'), 'utf8');
  const [, rest] = readme.split(`<!-- example: ${name} -->\n\`\`\`js\n`);
  const code = rest?.split('\n```')[0];
  if (!code) throw new Error(`lambda/README.md has no example ${name}`);
  return code;
}

/** How Uppy is set up: the guide's own code, for each way that it shows. */
export const ways = {
  'Uppy 6, companionEndpoint': { version: 6, code: () => example('companion after') },
  'Uppy 6, signRequest': { version: 6, code: () => example('signRequest') },
  'Uppy 5, endpoint': {
    version: 5,
    code: async () => (await example('companion after')).replace('{ companionEndpoint: new', '{ endpoint: new'),
  },
} as const;
export type Way = keyof typeof ways;

export const allWays = Object.keys(ways) as Way[];

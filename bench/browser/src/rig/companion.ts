import { readFile } from 'node:fs/promises';
import { type Child, start } from './child.ts';
import type { Cloud } from './cloud.ts';
import { paths } from './paths.ts';

/**
 * Starts the peers' Companion against the same bucket. What it signs is for `endpoint`; its own calls go straight to S3,
 * as those of Signet's handler do. Its objects lie under alice's prefix, where the API lists and signs them.
 */
export async function startCompanion(cloud: Cloud, endpoint: string, keys: string): Promise<Child<{ url: string }>> {
  const { s3, bucket } = cloud.ready;
  return start('node', [paths.companion], {
    endpoint,
    bucket,
    dial: new URL(s3).host,
    region: 'us-east-1',
    prefix: 'uploads/alice/',
    ...JSON.parse(await readFile(keys, 'utf8')),
  });
}

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import * as companion from '@uppy/companion';
import express from 'express';

/**
 * @typedef {object} Settings
 * @property {string} endpoint address of S3 as browsers reach it; what is signed is for this host
 * @property {string} [dial] host:port where Companion's own calls to S3 go instead, for when a slow line lies in front of
 *   `endpoint` and Companion is to stand where a server stands: close to S3
 * @property {string} bucket
 * @property {string} region
 * @property {string} accessKeyId
 * @property {string} secretAccessKey
 * @property {string} [sessionToken]
 * @property {string} [prefix] of all keys, such as uploads/companion/
 * @property {number} [expires] seconds that a signed URL lives; default 800, Companion's own
 * @property {number} [port] default: any free one
 */

/**
 * Starts Companion, as its README sets it up, on 127.0.0.1. Its S3 routes are at `${url}/s3`.
 *
 * @param {Settings} settings
 * @returns {Promise<{url: string, close(): Promise<void>}>}
 */
export async function startCompanion(settings) {
  const folder = await mkdtemp(join(tmpdir(), 'companion-'));
  const server = http.createServer();
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port ?? 0, '127.0.0.1', resolve);
  });
  const host = `127.0.0.1:${server.address().port}`;
  const app = express();
  app.use(express.json({ limit: '10mb' })); // Complete of 10,000 parts
  app.use(companion.app(options(settings, host, folder)).app);
  server.on('request', app);
  return {
    url: `http://${host}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function options(settings, host, filePath) {
  return {
    server: { host, protocol: 'http' },
    filePath,
    secret: randomBytes(32).toString('hex'),
    corsOrigins: true,
    uploadUrls: [settings.endpoint],
    s3: {
      endpoint: settings.endpoint,
      bucket: settings.bucket,
      region: settings.region,
      key: settings.accessKeyId,
      secret: settings.secretAccessKey,
      sessionToken: settings.sessionToken,
      forcePathStyle: true,
      expires: settings.expires ?? 800,
      getKey: ({ filename }) => `${settings.prefix ?? ''}${crypto.randomUUID()}/${filename}`,
      ...(settings.dial ? { awsClientOptions: { requestHandler: dialling(settings.dial) } } : {}),
    },
  };
}

/** The SDK's own handler with its own defaults, but every connection goes to `address`. */
function dialling(address) {
  const [host, port] = address.split(':');
  const agent = new http.Agent({ keepAlive: true, maxSockets: 50 });
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (to, connected) => connect({ ...to, host, port: Number(port) }, connected);
  return new NodeHttpHandler({ httpAgent: agent });
}

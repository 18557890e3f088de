import { request } from 'node:http';
import { MiB } from '../rig/material.ts';
import type { Between } from '../rig/proxy.ts';
import { type Case, CONNECTIONS } from './cases.ts';

const BODY = Buffer.alloc(16 * MiB);

/**
 * Bytes a second that six connections carry over a case's line when nothing but their bodies is sent: what is there to be
 * had. S3 refuses these requests, for nobody signed them; the proxy takes their bodies in all the same.
 */
export async function bareLine(proxy: Between, { shape }: Case): Promise<number> {
  await proxy.shape(shape);
  await proxy.reset();
  await Promise.all(Array.from({ length: CONNECTIONS }, () => send(`${proxy.s3}/nobody/bare`)));
  const { requests } = (await proxy.log()).s3;
  const received = requests.reduce((total, request) => total + request.received, 0);
  const began = Math.min(...requests.map((r) => r.began));
  const ended = Math.max(...requests.map((r) => r.ended ?? Number.NaN));
  return received / ((ended - began) / 1000);
}

/** Sends the body and waits until the connection is done with it. */
function send(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const put = request(url, { method: 'PUT', agent: false, headers: { 'content-length': BODY.length } });
    put.once('response', (answer) => answer.resume());
    put.once('error', reject);
    put.once('close', resolve);
    put.end(BODY);
  });
}

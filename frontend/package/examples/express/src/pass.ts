import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { setting } from './setting.js';

const signer = new SignatureV4({
  service: 'execute-api',
  region: setting('AWS_REGION'),
  sha256: Sha256,
  credentials: {
    accessKeyId: setting('AWS_ACCESS_KEY_ID'),
    secretAccessKey: setting('AWS_SECRET_ACCESS_KEY'),
    ...(process.env.AWS_SESSION_TOKEN ? { sessionToken: process.env.AWS_SESSION_TOKEN } : {}),
  },
});

/** The token of a pass, by which whoever has it does as `wish` says in the part of `owner`. */
export async function passFor(
  owner: string,
  wish: { do: 'upload'; expires: string; folder?: string },
): Promise<string> {
  const address = `${setting('SIGNET_BACKEND')}/passes`;
  const { protocol, host, hostname, port, pathname: path } = new URL(address);
  const asked = {
    method: 'POST',
    ...{ protocol, hostname, path, ...(port ? { port: Number(port) } : {}) },
    headers: { host, 'content-type': 'application/json' },
    body: JSON.stringify({ owner, ...wish }),
  };
  const { method, headers, body } = await signer.sign(asked);
  const answer = await fetch(address, { method, headers, body });
  if (!answer.ok) throw new Error(await answer.text());
  const made = (await answer.json()) as { token: string };
  return made.token;
}

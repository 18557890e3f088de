import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Bytes of a body from which on it is held back. */
const LARGE = 1024 * 1024;
/** Bytes that are passed on at once. */
const PIECE = 16 * 1024;

/** A proxy that scans: it takes each body whole, and passes large ones on slowly. */
export interface Scanner {
  port: number;
  /** Large bodies that it has begun to take. */
  large(): number;
  stop(): void;
}

/** Starts a scanner that passes large bodies on at `rate` bytes a second. */
export async function startScanner(rate: number): Promise<Scanner> {
  let large = 0;
  const scan = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const size = Number(incoming.headers['content-length'] ?? 0);
    if (size >= LARGE) large++;
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const { method, headers } = incoming;
    const further = request(incoming.url ?? '', { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    further.on('error', () => outgoing.destroy());
    outgoing.on('close', () => further.destroy());
    const body = Buffer.concat(pieces);
    for (let at = 0; size >= LARGE && at < body.length && !further.destroyed; at += PIECE) {
      further.write(body.subarray(at, at + PIECE));
      await pause((PIECE / rate) * 1000);
    }
    further.end(size >= LARGE ? undefined : body);
  };
  const server = createServer((incoming, outgoing) => {
    scan(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, large: () => large, stop };
}

import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of bodies that go through the site's own origin. */
export const faults = ['none', '403', '403 of S3', '405', 'HTML', 'nothing', 'cut', 'answer lost'] as const;
export type Fault = (typeof faults)[number];

const page = '<!doctype html><title>Sign in to the network</title>';
const refusal = '<Error><Code>AccessDenied</Code><Message>There were headers that were not signed</Message></Error>';

/** A proxy in front of the site, as faulty as it is told to be with what goes to S3. */
export class Faulty {
  fault: Fault = 'none';
  /** Names of the files, or part numbers, whose bodies came to the edge. */
  readonly asked: string[] = [];
  readonly #server: Server;
  #upstream = '';

  constructor() {
    this.#server = createServer((from, to) => this.#serve(from, to));
  }

  async listen(): Promise<string> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  lead(site: string): void {
    this.#upstream = site;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #serve(from: IncomingMessage, to: ServerResponse): void {
    if (!from.url?.startsWith('/uploads/')) {
      this.#pass(from, to);
      return;
    }
    const { pathname, searchParams } = new URL(from.url, this.#upstream);
    const name = searchParams.get('partNumber') ?? pathname;
    this.asked.push(name);
    const answer = (status: number, body = '') => {
      from.resume();
      from.once('end', () => to.writeHead(status, { 'content-type': 'text/html' }).end(body));
    };
    const behave: Record<Fault, () => void> = {
      none: () => this.#pass(from, to),
      '403': () => answer(403, page),
      '403 of S3': () => answer(403, refusal),
      '405': () => answer(405),
      HTML: () => answer(200, page),
      nothing: () => from.resume(),
      cut: () => from.once('data', () => from.destroy()).once('end', () => from.destroy()),
      'answer lost': () => this.#pass(from, to, () => from.destroy()),
    };
    behave[this.fault]();
  }

  #pass(from: IncomingMessage, to: ServerResponse, instead?: () => void): void {
    const { hostname, port } = new URL(this.#upstream);
    const { method, url: path, headers } = from;
    const on = request({ hostname, port, method, path, headers, agent: false }, (answer) => {
      if (instead) {
        answer.resume();
        return instead();
      }
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
    });
    on.once('error', () => to.destroy());
    from.once('close', () => {
      if (!from.complete) on.destroy();
    });
    from.pipe(on);
  }
}

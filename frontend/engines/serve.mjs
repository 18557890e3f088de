// Pages of somebody else's, on an origin of their own.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript' };

/** Starts a server. `serve` gives it pages, by path, and as DIST a folder for whatever else is asked for; it answers the address. */
export async function startServer() {
  let pages = {};
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, 'http://a');
    const page =
      pages[pathname] ?? (pages.DIST && (await readFile(new URL(`.${pathname}`, pages.DIST)).catch(() => {})));
    response.writeHead(page ? 200 : 404, { 'content-type': TYPES[extname(pathname) || '.html'] ?? 'text/plain' });
    response.end(page);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    serve: (given) => {
      pages = given;
      return `http://127.0.0.1:${server.address().port}/`;
    },
    close: () => server.closeAllConnections() ?? server.close(),
  };
}

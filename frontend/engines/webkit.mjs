// WebKitGTK, Safari's engine, by W3C WebDriver over HTTP, on a screen of its own. It is not Safari: what Apple adds is not tried.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

const KEYS = { Enter: '\uE007', Escape: '\uE00C' };
/** How the protocol calls the id of an element. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** Opens a browser; it keeps nothing after its end. */
export async function open() {
  const screen = await startScreen();
  const port = await freePort();
  const driver = spawn('WebKitWebDriver', [`--port=${port}`], {
    // A group of its own, so that the browser goes with it.
    detached: true,
    stdio: 'ignore',
    // As root its sandbox cannot be had.
    env: { ...process.env, DISPLAY: screen.display, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
  });
  const end = async (signal) => {
    const ended = driver.exitCode === null && driver.signalCode === null ? once(driver, 'exit') : undefined;
    process.kill(-driver.pid, signal);
    await ended;
    screen.close();
  };
  try {
    return await session(`http://127.0.0.1:${port}`, end);
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
}

async function session(base, end) {
  const binary = miniBrowser();
  const options = { 'webkitgtk:browserOptions': { binary, args: ['--automation'] } };
  await answering(base);
  const { sessionId, capabilities } = await ask(base, 'POST', '/session', { capabilities: { alwaysMatch: options } });
  const call = (method, path, body) => ask(base, method, `/session/${sessionId}${path}`, body);
  await call('POST', '/timeouts', { script: 120_000, pageLoad: 60_000 });
  await call('POST', '/window/rect', { width: 1280, height: 900 });
  const find = async (css) => (await call('POST', '/element', { using: 'css selector', value: css }))[ELEMENT];
  const evaluate = async (fn, ...args) => {
    const script = `const done = arguments[1];
      (async () => (${fn})(...arguments[0]))().then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = await call('POST', '/execute/async', { script, args: [args] });
    if (error) throw new Error(error);
    return value;
  };
  const send = async (text) => {
    const id = (await call('GET', '/element/active'))[ELEMENT];
    await call('POST', `/element/${id}/value`, { text });
  };
  return {
    name: `WebKitGTK ${capabilities.browserVersion}`,
    goto: async (url) => {
      await call('POST', '/url', { url });
      await evaluate(listen);
    },
    evaluate,
    click: async (css) => call('POST', `/element/${await find(css)}/click`, {}),
    type: send,
    press: (key) => send(KEYS[key]),
    upload: async (css, paths) => {
      // Only into what is seen.
      await evaluate(show, css, true);
      await call('POST', `/element/${await find(css)}/value`, { text: paths.join('\n') });
      await evaluate(show, css, false);
    },
    complaints: () => evaluate(() => globalThis.complaints ?? []),
    close: async () => {
      await call('DELETE', '');
      await end('SIGTERM');
    },
    kill: () => end('SIGKILL'),
  };
}

/** In the page. */
function show(css, shown) {
  document.querySelector(css).hidden = !shown;
}

/** In the page: notes what goes wrong, for the protocol tells nothing of it. */
function listen() {
  const { console } = globalThis;
  const complaints = [];
  Object.assign(globalThis, { complaints });
  addEventListener('error', ({ message }) => complaints.push(message));
  addEventListener('unhandledrejection', ({ reason }) => complaints.push(String(reason)));
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    complaints.push(`${violatedDirective}: ${blockedURI}`),
  );
  const { error } = console;
  console.error = (...words) => {
    complaints.push(words.join(' '));
    error.apply(console, words);
  };
}

/** The browser that comes with the engine; Debian puts it into a folder of its architecture. */
function miniBrowser() {
  const folders = readdirSync('/usr/lib').flatMap((arch) =>
    ['4.1', '4.0'].map((api) => `/usr/lib/${arch}/webkit2gtk-${api}`),
  );
  const found = folders.map((folder) => `${folder}/MiniBrowser`).find((path) => existsSync(path));
  if (!found) throw new Error('got no MiniBrowser below /usr/lib, want that of webkit2gtk-driver: install it');
  return found;
}

async function ask(base, method, path, body) {
  const answer = await fetch(base + path, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`WebDriver, ${method} ${path}: ${value.error}: ${value.message}`);
  return value;
}

/** Waits until the driver listens. */
async function answering(base) {
  for (let tries = 0; tries < 100; tries++) {
    const ready = await ask(base, 'GET', '/status').catch(() => undefined);
    if (ready) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('got no answer from WebKitWebDriver, want one within 10 s');
}

/** A screen that nobody sees, on a number that is free. */
async function startScreen() {
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x960x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const failed = once(child, 'exit').then(() => Promise.reject(new Error('Xvfb ended before it was ready')));
  const [number] = await Promise.race([once(createInterface({ input: child.stdio[3] }), 'line'), failed]);
  failed.catch(() => {});
  return { display: `:${number}`, close: () => child.kill('SIGTERM') };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

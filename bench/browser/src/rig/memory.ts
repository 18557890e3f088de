import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';

/** Memory in bytes: proportional set size, in which a page that several processes share counts once. */
export interface Memory {
  /** All renderer processes, where pages and their workers live. */
  renderer: number;
  /** All processes of the browser. */
  browser: number;
}

/** Measures what a browser uses, from Linux's own account. */
export async function measure(browser: Browser): Promise<Memory> {
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  await devtools.detach();
  const memory = { renderer: 0, browser: 0 };
  for (const { type, id } of processInfo) {
    const size = await pss(id);
    memory.browser += size;
    if (type === 'renderer') memory.renderer += size;
  }
  return memory;
}

/** Measures until `done`, several times a second; answers the highest of each figure. */
export async function highest(browser: Browser, done: Promise<unknown>): Promise<Memory> {
  const most = { renderer: 0, browser: 0 };
  let running = true;
  const end = () => {
    running = false;
  };
  done.then(end, end);
  while (running) {
    const now = await measure(browser);
    most.renderer = Math.max(most.renderer, now.renderer);
    most.browser = Math.max(most.browser, now.browser);
    await sleep(100);
  }
  return most;
}

async function pss(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => ''); // a process that ended
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
}

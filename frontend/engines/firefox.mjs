// Firefox, by WebDriver BiDi: no driver of its own is needed.
import puppeteer from 'puppeteer-core';

const KEYS = { Enter: 'Enter', Escape: 'Escape' };

/** Opens a browser that saves what it downloads in `dir`. */
export async function open(dir) {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: { 'browser.download.folderList': 2, 'browser.download.dir': dir },
  });
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return {
    name: await browser.version(),
    goto: (url) => page.goto(url),
    evaluate: (fn, ...args) => page.evaluate(fn, ...args),
    click: (css) => page.click(css),
    type: (text) => page.keyboard.type(text),
    press: (key) => page.keyboard.press(KEYS[key]),
    upload: async (css, paths) => (await page.$(css)).uploadFile(...paths),
    complaints: async () => complaints,
    close: () => browser.close(),
    kill: async () => {
      const child = browser.process();
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGKILL');
      await ended;
    },
  };
}

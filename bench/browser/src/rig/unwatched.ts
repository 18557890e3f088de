import type { Browser, CDPSession } from 'playwright-core';

/** What the browser says of an expression, or of what it threw. */
interface Evaluated {
  result: { value?: unknown; objectId?: string };
  exceptionDetails?: { text: string; exception?: { description?: string } };
}

interface Answer {
  id?: number;
  result?: unknown;
  error?: { message: string };
}

/**
 * A page in a profile of its own whose requests nobody watches. Playwright has its pages tell of every request, which
 * costs the browser and Playwright a few milliseconds of each: with a thousand small files that is what is measured then.
 */
export class UnwatchedPage {
  #asked = 0;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();

  private constructor(
    private readonly devtools: CDPSession,
    private readonly profile: string,
    private readonly session: string,
  ) {
    devtools.on('Target.receivedMessageFromTarget', ({ sessionId, message }) => {
      if (sessionId === session) this.#heard(JSON.parse(message) as Answer);
    });
    devtools.on('Target.detachedFromTarget', ({ sessionId }) => {
      if (sessionId === session) this.#gone();
    });
  }

  /** Opens a page, gives its input the files, as the file dialog would, and waits until an expression holds there. */
  static async open(browser: Browser, address: string, files: string[], ready: string): Promise<UnwatchedPage> {
    const devtools = await browser.newBrowserCDPSession();
    const { browserContextId } = await devtools.send('Target.createBrowserContext');
    const { targetId } = await devtools.send('Target.createTarget', { url: 'about:blank', browserContextId });
    const { sessionId } = await devtools.send('Target.attachToTarget', { targetId, flatten: false });
    const page = new UnwatchedPage(devtools, browserContextId, sessionId);
    await page.#send('Security.setIgnoreCertificateErrors', { ignore: true });
    await page.#send('Page.enable');
    await page.#send('Page.navigate', { url: address });
    while (!(await page.evaluate<boolean>(`location.href === ${JSON.stringify(address)} && !!(${ready})`))) {
      await new Promise((later) => setTimeout(later, 20));
    }
    const { result } = await page.#send<Evaluated>('Runtime.evaluate', {
      expression: 'document.querySelector("input")',
    });
    await page.#send('DOM.setFileInputFiles', { files, objectId: result.objectId });
    return page;
  }

  /** What an expression comes to, once its promise has. Rejects where it throws, and when the page dies. */
  async evaluate<T>(expression: string): Promise<T> {
    const how = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails: failed } = await this.#send<Evaluated>('Runtime.evaluate', how);
    if (failed) throw new Error(failed.exception?.description ?? failed.text);
    return result.value as T;
  }

  /** Closes the page and forgets its profile. */
  async close(): Promise<void> {
    await this.devtools.send('Target.disposeBrowserContext', { browserContextId: this.profile });
    await this.devtools.detach();
  }

  async #send<T>(method: string, params: object = {}): Promise<T> {
    const id = ++this.#asked;
    const answered = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    const message = JSON.stringify({ id, method, params });
    await this.devtools.send('Target.sendMessageToTarget', { sessionId: this.session, message });
    return (await answered) as T;
  }

  #heard({ id, result, error }: Answer): void {
    const asked = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || !asked) return; // of an event
    this.#waiting.delete(id);
    if (error) asked.reject(new Error(error.message));
    else asked.resolve(result);
  }

  #gone(): void {
    for (const { reject } of this.#waiting.values()) reject(new Error('the page is gone'));
    this.#waiting.clear();
  }
}

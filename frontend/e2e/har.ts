import type { CDPSession } from 'playwright-core';

interface Header {
  name: string;
  value: string;
}

/** What is known of one request so far. */
interface Trace {
  at: number;
  method: string;
  url: string;
  sent: Record<string, string>;
  status: number;
  received: Record<string, string>;
  body: string;
  error?: string;
}

/**
 * Writes down what a page sends as the network panel of Chromium's DevTools does, from the same events: preflights are
 * entries of their own, an answer that CORS hides has status 0 and an `_error`, and bodies of requests are missing.
 * Playwright's own HAR has neither preflights nor errors.
 */
export class NetworkPanel {
  readonly #traces = new Map<string, Trace>();
  readonly #pending: Promise<unknown>[] = [];

  private constructor(private readonly devtools: CDPSession) {}

  static async open(devtools: CDPSession): Promise<NetworkPanel> {
    const panel = new NetworkPanel(devtools);
    panel.#listen();
    await devtools.send('Network.enable');
    return panel;
  }

  #listen(): void {
    this.devtools.on('Network.requestWillBeSent', ({ requestId, request, wallTime }) => {
      const { method, url, headers: sent } = request;
      this.#traces.set(requestId, { at: wallTime, method, url, sent, status: 0, received: {}, body: '' });
    });
    // What really went over the wire; a preflight's headers come only so.
    this.devtools.on('Network.requestWillBeSentExtraInfo', ({ requestId, headers }) =>
      this.#add(requestId, { sent: headers }),
    );
    this.devtools.on('Network.responseReceived', ({ requestId, response }) =>
      this.#add(requestId, { status: response.status, received: response.headers }),
    );
    this.devtools.on('Network.loadingFailed', ({ requestId, errorText }) =>
      this.#add(requestId, { error: errorText, status: 0 }),
    );
    this.devtools.on('Network.loadingFinished', ({ requestId }) => {
      const read = this.devtools.send('Network.getResponseBody', { requestId }).then(
        ({ body }) => this.#add(requestId, { body }),
        () => {}, // a preflight has none
      );
      this.#pending.push(read);
    });
  }

  #add(id: string, more: Partial<Trace>): void {
    const trace = this.#traces.get(id);
    if (trace) Object.assign(trace, more);
  }

  /** The HAR file, as "Save all as HAR" writes it. */
  async save(): Promise<string> {
    await Promise.all(this.#pending);
    const entries = [...this.#traces.values()].map((trace) => ({
      startedDateTime: new Date(trace.at * 1000).toISOString(),
      time: 0,
      request: {
        method: trace.method,
        url: trace.url,
        httpVersion: 'HTTP/1.1',
        headers: list(trace.sent),
        queryString: [],
        cookies: [],
        headersSize: -1,
        bodySize: -1,
      },
      response: {
        status: trace.status,
        statusText: '',
        httpVersion: 'HTTP/1.1',
        headers: list(trace.received),
        cookies: [],
        content: { size: trace.body.length, mimeType: trace.received['content-type'] ?? '', text: trace.body },
        redirectURL: '',
        headersSize: -1,
        bodySize: -1,
        _transferSize: 0,
        ...(trace.error ? { _error: trace.error } : {}),
      },
      cache: {},
      timings: { send: 0, wait: 0, receive: 0 },
    }));
    return JSON.stringify({ log: { version: '1.2', creator: { name: 'WebInspector', version: '537.36' }, entries } });
  }
}

function list(headers: Record<string, string>): Header[] {
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
}

import { Engine, type EngineOptions, UploadError } from '../../../frontend/src/engine/index.ts';

/** What a run may change of the engine's defaults. */
export type How = Pick<EngineOptions, 'hosts' | 'smallFiles' | 'edge'>;

/** How an upload went, as whoever drives the page sees it. */
export interface Outcome {
  name: string;
  /** The object's key, where the engine knows it. */
  key?: string;
  /** Why it failed; absent where the engine said that it is done. */
  error?: string;
}

/** How all of them went. */
export interface Result {
  /** Milliseconds from the call until the last one ended. */
  milliseconds: number;
  /** Milliseconds of the longest task of the page's thread meanwhile; 0: none was of 50 or more. */
  longestTask: number;
  outcomes: Outcome[];
}

declare global {
  interface Window {
    /** Uploads what is chosen in the page's input, as told, else with the engine's own defaults. */
    signetUpload(how: How): Promise<Result>;
    /** Given by whoever drives the page: the caller's token, and a new one after it was refused. */
    signetToken(): Promise<string>;
    signetRenew(): Promise<string>;
    signetReady?: boolean;
  }
}

window.signetUpload = async (how) => {
  const chosen = [...(document.querySelector('input')?.files ?? [])];
  const engine = new Engine({ base: '/api', token: window.signetToken, renew: window.signetRenew, ...how });
  let longestTask = 0;
  const watch = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestTask = Math.max(longestTask, duration);
  });
  watch.observe({ entryTypes: ['longtask'] });
  const start = performance.now();
  const outcomes = await Promise.all(await begun(engine, chosen));
  const milliseconds = performance.now() - start;
  await new Promise((told) => setTimeout(told, 50)); // of the last task
  return { milliseconds, longestTask, outcomes };
};

/** Files that are begun in one task, as the site's own list begins them. */
const SLICE = 200;

/** Begins all of them, slice by slice. */
async function begun(engine: Engine, files: File[]): Promise<Promise<Outcome>[]> {
  const all: Promise<Outcome>[] = [];
  for (let i = 0; i < files.length; i += SLICE) {
    if (i > 0) await new Promise((next) => setTimeout(next));
    all.push(...files.slice(i, i + SLICE).map((file) => send(engine, file)));
  }
  return all;
}

async function send(engine: Engine, body: File): Promise<Outcome> {
  const { name, type, lastModified } = body;
  try {
    const { key } = await engine.upload({ name, type, lastModified, body }).done;
    return { name, ...(key ? { key } : {}) };
  } catch (error) {
    const code = error instanceof UploadError ? `${error.code}: ` : '';
    return { name, error: `${code}${error instanceof Error ? error.message : error}` };
  }
}

window.signetReady = true;

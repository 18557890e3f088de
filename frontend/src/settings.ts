import { foreignError, networkError, problemError } from './engine/errors.ts';

/** Reads config.json beside the page. Where there is no line, or something in between answers, that is said as of any other request. */
export async function readSettings(): Promise<unknown> {
  const response = await fetch('/config.json', { cache: 'no-store' }).catch(() => Promise.reject(networkError()));
  if (response.status >= 500) throw problemError(response.status, {});
  if (!response.ok) throw new Error(`got status ${response.status} for config.json, want 200: deploy the site again`);
  return response.json().catch(() => Promise.reject(foreignError()));
}

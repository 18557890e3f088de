import { readSettings } from '../settings.ts';

/** What the guests' page needs of the site's settings: nothing of signing in. */
export interface GuestConfig {
  name: string;
  /** Base address of the API. */
  api: string;
}

/** Reads config.json beside the page. */
export async function loadGuestConfig(): Promise<GuestConfig> {
  const { name, api } = (await readSettings()) as Partial<GuestConfig>;
  if (typeof name !== 'string' || typeof api !== 'string')
    throw new Error('got a config.json without name and api: deploy the site again');
  return { name, api: api.replace(/\/+$/, '') };
}

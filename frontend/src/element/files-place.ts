import { type GuestPass, placeOf } from '../engine/contract.ts';
import { type Api, UploadError } from '../engine/index.ts';
import { type Space, spacesOf } from '../files.ts';

/** Where files are, what may be done there, and what whoever gave a pass calls it. */
export interface FilesPlace {
  space: Space;
  title?: string | undefined;
}

/** Finds the space of that name, "" for the caller's own files; of a guest the one place that the pass leads to. Rejects where nobody may look. */
export async function placeFor(api: Api, name: string): Promise<FilesPlace> {
  if (api.guest) {
    const { body } = await api.call<GuestPass>('GET', '', new AbortController().signal);
    return { space: placeOf(body), title: body.title || body.name };
  }
  const spaces = await spacesOf(api);
  const space = spaces.find((one) => one.space === name && one.read);
  if (space) return { space };
  const those = spaces.filter(({ read }) => read).map((one) => JSON.stringify(one.space));
  const detail = `got the space ${JSON.stringify(name)}, want one that may be read (${those.join(', ')}): correct it, or have the configuration allow it`;
  throw new UploadError(404, 'NoSuchSpace', detail, 'fail');
}

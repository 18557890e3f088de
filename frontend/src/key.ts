/** What a key tells of its file: the folder, and the name as the person knows it. */
export interface KeyPlace {
  folder: string;
  name: string;
}

/** The end of a key: a stem that may itself hold a `~`, the id, and an extension. */
const last = /^(.+)~[a-z0-9-]{8,48}(\.[A-Za-z0-9]{1,15})?$/s;

/**
 * Takes the key of an upload apart, for which `folder` was asked: the service may have cleaned its segments, but there are as
 * many. A key that some other tool made has its last segment as name.
 */
export function placeOfKey(key: string, folder: string): KeyPlace {
  const segments = key.split('/');
  const file = segments.pop() ?? '';
  const [, stem = file, ext = ''] = last.exec(file) ?? [];
  const depth = folder.split(/[/\\]/).filter(Boolean).length;
  return { folder: depth > 0 ? segments.slice(-depth).join('/') : '', name: stem + ext };
}

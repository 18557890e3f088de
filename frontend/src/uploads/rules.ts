import { type Engine, type SourceFile, type Space, UploadError } from '../engine/index.ts';

/** What may be uploaded to a place. */
export interface Rules {
  /** Media types and `image/*` patterns; `*\/*` is everything. */
  allowedTypes: readonly string[];
  /** Bytes that a file may have. */
  maxObjectSize: number;
}

/** Nothing is known of a place: the service has the last word in any case. */
export const anything: Rules = { allowedTypes: ['*/*'], maxObjectSize: Number.MAX_SAFE_INTEGER };

/** What the service lets in where: `space` as every call takes it, "" or nothing for the caller's own files. */
export async function rulesOf(engine: Pick<Engine, 'spaces'>, space = ''): Promise<Space> {
  const spaces = await engine.spaces();
  const found = spaces.find((other) => other.space === space && other.write);
  if (found) return found;
  const those = spaces.filter(({ write }) => write).map((other) => JSON.stringify(other.space));
  const detail = `got the space ${JSON.stringify(space)}, want one that may be written to (${those.join(', ')}): correct it, or have the configuration allow it`;
  throw new UploadError(404, 'NoSuchSpace', detail, 'fail');
}

/** Why the rules let a file not in, as the service would say it; undefined: they do. */
export function refused(file: SourceFile, { allowedTypes, maxObjectSize }: Rules): UploadError | undefined {
  const { size } = file.body;
  if (size > maxObjectSize) {
    const detail = `got ${size} bytes, want at most ${maxObjectSize}: choose a smaller file`;
    return new UploadError(413, 'EntityTooLarge', detail, 'fail');
  }
  if (allowedTypes.some((allowed) => covers(allowed, file.type))) return undefined;
  const detail = `got a file of type ${file.type || '(unknown)'}, want one of ${allowedTypes.join(', ')}: choose another file`;
  return new UploadError(403, 'TypeForbidden', detail, 'fail');
}

function covers(allowed: string, type: string): boolean {
  if (allowed === '*/*') return true;
  const [plain = ''] = type.toLowerCase().split(';');
  const wanted = allowed.toLowerCase();
  return wanted.endsWith('/*') ? plain.startsWith(wanted.slice(0, -1)) : plain.trim() === wanted;
}

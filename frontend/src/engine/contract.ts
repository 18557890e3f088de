import type { components } from '../api.d.ts';

type Schemas = components['schemas'];

/** One file to be signed for PUT. */
export type PresignRequest = Schemas['File'];
/** A signed PUT. `headers` are part of the signature; `expires` is RFC 3339. */
export type PresignAnswer = Schemas['Presigned'];
/** Answers for several files, each a signed PUT or an error, in the order asked. */
export type PresignAnswers = Schemas['PresignedFiles'];
/** A new multipart upload, or an unfinished one that is continued. */
export type UploadAnswer = Schemas['Upload'];
/** Fresh signatures of parts. */
export type SignAnswer = Schemas['Signed'];
/** The finished object. */
export type CompleteAnswer = Schemas['Completed'];
/** A part of a space in which the caller may do something. */
export type Space = Schemas['Space'];
/** What a pass is for, as whoever has it is told. */
export type GuestPass = Schemas['GuestPass'];
/** RFC 9457 problem. A gateway in between may leave members out. */
export type Problem = Partial<Schemas['Problem']>;
/** The signature table. */
export type SignTable = Schemas['Table'];

/** The one place that a pass leads to. Whose it is and what it is called a guest does not learn. */
export function placeOf({ do: right, allowedTypes, maxObjectSize, maxFiles }: GuestPass): Space {
  const nameless = { space: '', name: '', owner: '', per: 'caller', several: false } as const;
  const rights = { read: right === 'read', write: right === 'upload', delete: false, deleteOwn: false };
  return { ...nameless, ...rights, allowedTypes, maxObjectSize, maxFiles };
}

/** Where part `n` goes; undefined where the table does not reach. Even parts go to the bucket's other host, if it has one. */
export function partAddress(table: SignTable, n: number): { url: string; edge?: string } | undefined {
  const { first, signatures, edgeSignatures = signatures } = table;
  const at = (base: string, signature: string | undefined) => `${base}&partNumber=${n}&X-Amz-Signature=${signature}`;
  if (!signatures[n - first]) return undefined;
  const url = at((n % 2 === 0 && table.alternate) || table.url, signatures[n - first]);
  return { url, ...(table.edge ? { edge: at(table.edge, edgeSignatures[n - first]) } : {}) };
}

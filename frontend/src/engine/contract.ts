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
/** RFC 9457 problem. A gateway in between may leave members out. */
export type Problem = Partial<Schemas['Problem']>;
/** The signature table. */
export type SignTable = Schemas['Table'];

/** The URL of part `n`; undefined where the table does not reach. Even parts go to the bucket's other host, if it has one. */
export function partUrl(table: SignTable, n: number): string | undefined {
  const signature = table.signatures[n - table.first];
  const base = (n % 2 === 0 && table.alternate) || table.url;
  return signature && `${base}&partNumber=${n}&X-Amz-Signature=${signature}`;
}

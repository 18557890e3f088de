import type { Api } from './api.ts';
import type { Presigner } from './batch.ts';
import type { Clock } from './clock.ts';
import { s3Error, UploadError } from './errors.ts';
import type { Pool } from './pool.ts';
import { retrying } from './retry.ts';
import type { Send } from './send.ts';

/** What all uploads of an engine share. */
export interface Context {
  api: Api;
  presigner: Presigner;
  /** Connections to S3. */
  pool: Pool;
  /** Files whose ids are being computed. */
  reading: Pool;
  send: Send;
  clock: Clock;
}

/** How an upload ended well. */
export interface Outcome {
  /** Unknown where the object had been there before this upload began. */
  key?: string;
  /** True when nothing was sent because the file was already there. */
  existed: boolean;
}

/** One way to send one file. It keeps what it has reached, so that `run` after an abort goes on from there. */
export interface Flow {
  run(signal: AbortSignal): Promise<Outcome>;
  /** Forgets and deletes what is unfinished in S3. */
  discard(): Promise<void>;
}

/** Signatures that may expire in a row without a byte being accepted; more means that something else is wrong. */
export const RESIGNS = 3;

/**
 * Sends `body` to the address that `address` gives, within the pool, through passing trouble and expired signatures.
 * `address` is asked before every attempt; `expired` is told when S3 refused one, so that the next is signed anew.
 */
export async function put(
  context: Context,
  body: Blob,
  address: () => Promise<{ url: string; headers: Record<string, string> }>,
  expired: () => void,
  signal: AbortSignal,
  onSent: (bytes: number) => void,
): Promise<void> {
  const attempt = async () => {
    const { url, headers } = await address();
    const answer = await context.send({ url, headers, body, signal, onSent }).catch((error: unknown) => {
      onSent(0);
      throw error;
    });
    if (answer.status >= 200 && answer.status < 300) return;
    onSent(0);
    throw s3Error(answer.status, answer.body);
  };
  for (let resigns = 0; ; resigns++) {
    try {
      return await retrying(() => context.pool.run(attempt, signal), context.clock, signal);
    } catch (error) {
      if (!(error instanceof UploadError) || error.remedy !== 'resign' || resigns >= RESIGNS) throw error;
      expired();
    }
  }
}

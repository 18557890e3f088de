import type { SignAnswer, SignTable, UploadAnswer } from './contract.ts';
import { type CompleteAnswer, partUrl } from './contract.ts';
import { UploadError } from './errors.ts';
import { type Context, type Flow, type Outcome, put } from './flow.ts';
import type { SourceFile } from './id.ts';
import { Lease } from './lease.ts';
import { checkPlan, missingParts, type Plan, partRange, usableParts } from './plan.ts';

/** Multipart uploads that may vanish under one file (aborted elsewhere, expired) before it is given up. */
export const RESTARTS = 2;

interface Started {
  key: string;
  uploadId: string;
  plan: Plan;
  table: Lease<SignTable>;
}

/** A large file in parts, several at once. What S3 holds is the state: a run begins with the parts that are stored. */
export class Multipart implements Flow {
  #started: Started | undefined;
  #resigning: Promise<Lease<SignTable>> | undefined;
  /** Parts that S3 has accepted. */
  #done = new Set<number>();
  /** Bytes sent of the parts in flight. */
  readonly #inFlight = new Map<number, number>();
  #doneBytes = 0;

  constructor(
    private readonly context: Context,
    private readonly file: SourceFile,
    private readonly id: string,
    private readonly partsAtOnce: number,
    private readonly onSent: (bytes: number) => void,
  ) {}

  async run(signal: AbortSignal): Promise<Outcome> {
    for (let restarts = 0; ; restarts++) {
      try {
        const started = await this.#start(signal);
        await this.#sendAll(started, signal);
        return await this.#complete(started, signal);
      } catch (error) {
        if (!(error instanceof UploadError)) throw error;
        if (error.remedy === 'exists') return await this.#existed(error.key);
        if (error.remedy !== 'restart' || restarts >= RESTARTS) throw error;
        this.#forget();
      }
    }
  }

  async discard(): Promise<void> {
    const started = this.#started;
    if (!started) return;
    this.#forget();
    const query = new URLSearchParams({ key: started.key, uploadId: started.uploadId });
    await this.context.api.call('DELETE', `/uploads?${query}`, new AbortController().signal);
  }

  async #start(signal: AbortSignal): Promise<Started> {
    if (this.#started) return this.#started;
    const { name, type, body } = this.file;
    const request = { name, size: body.size, id: this.id, ...(type ? { type } : {}) };
    const answer = await this.context.api.call<UploadAnswer>('POST', '/uploads', signal, request);
    const { key, uploadId, partSize, partCount, uploaded, sign, expires } = answer.body;
    const plan = { size: body.size, partSize, partCount };
    checkPlan(plan);
    this.#done = usableParts(plan, uploaded);
    for (const n of this.#done) this.#doneBytes += length(plan, n);
    this.#report();
    this.#started = { key, uploadId, plan, table: new Lease(sign, answer.until(expires), this.context.clock) };
    return this.#started;
  }

  /** The first part that fails for good stops the others: the upload cannot be completed without it. */
  async #sendAll(started: Started, signal: AbortSignal): Promise<void> {
    const missing = missingParts(started.plan, this.#done);
    const broken = new AbortController();
    const either = AbortSignal.any([signal, broken.signal]);
    const worker = async () => {
      for (let n = missing.shift(); n !== undefined; n = missing.shift()) await this.#sendPart(started, n, either);
    };
    const workers = Array.from({ length: Math.min(this.partsAtOnce, missing.length) }, worker);
    try {
      await Promise.all(workers);
    } catch (error) {
      broken.abort(error);
      await Promise.allSettled(workers);
      throw error;
    } finally {
      this.#inFlight.clear();
      this.#report();
    }
  }

  async #sendPart(started: Started, n: number, signal: AbortSignal): Promise<void> {
    const { start, end } = partRange(started.plan, n);
    let used: Lease<SignTable> | undefined;
    const address = async () => {
      const url = await this.#url(started, n, signal);
      used = started.table;
      return { url, headers: {} };
    };
    const expired = () => {
      // Another part may have had the table signed again while this one was on its way.
      if (used === started.table)
        started.table = new Lease({ ...started.table.value, signatures: [] }, 0, this.context.clock);
    };
    await put(this.context, this.file.body.slice(start, end), address, expired, signal, (bytes) => {
      this.#inFlight.set(n, bytes);
      this.#report();
    });
    this.#inFlight.delete(n);
    this.#done.add(n);
    this.#doneBytes += end - start;
    this.#report();
  }

  async #url(started: Started, n: number, signal: AbortSignal): Promise<string> {
    const known = started.table.stale ? undefined : partUrl(started.table.value, n);
    if (known) return known;
    this.#resigning ??= this.#sign(started, signal).finally(() => {
      this.#resigning = undefined;
    });
    started.table = await this.#resigning;
    const url = partUrl(started.table.value, n);
    if (!url) throw new UploadError(0, 'InvalidPart', `got no signature of part ${n}: reload the page`, 'fail');
    return url;
  }

  /** Signs every part that is not stored yet, from the lowest on. */
  async #sign(started: Started, signal: AbortSignal): Promise<Lease<SignTable>> {
    const { key, uploadId, plan } = started;
    const first = missingParts(plan, this.#done)[0] ?? 1;
    const request = { key, uploadId, size: plan.size, first };
    const { body, until } = await this.context.api.call<SignAnswer>('POST', '/uploads/sign', signal, request);
    return new Lease(body.sign, until(body.expires), this.context.clock);
  }

  async #complete({ key, uploadId, plan }: Started, signal: AbortSignal): Promise<Outcome> {
    // No list of parts: the server reads it from S3, which is the state, and checks the total.
    const request = { key, uploadId, size: plan.size };
    const { body } = await this.context.api.call<CompleteAnswer>('POST', '/uploads/complete', signal, request);
    this.#started = undefined;
    return { key: body.key, existed: false };
  }

  /** Somebody finished the same file first. What this upload has stored would only cost money. */
  async #existed(key = this.#started?.key): Promise<Outcome> {
    await this.discard().catch(() => {});
    return { existed: true, ...(key ? { key } : {}) };
  }

  #forget(): void {
    this.#started = undefined;
    this.#done = new Set();
    this.#doneBytes = 0;
    this.#report();
  }

  #report(): void {
    let bytes = this.#doneBytes;
    for (const sent of this.#inFlight.values()) bytes += sent;
    this.onSent(bytes);
  }
}

function length(plan: Plan, n: number): number {
  const { start, end } = partRange(plan, n);
  return end - start;
}

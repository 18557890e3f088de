import { Api, type ApiOptions } from './api.ts';
import { Presigner } from './batch.ts';
import { systemClock } from './clock.ts';
import type { Context, Flow, Outcome } from './flow.ts';
import { fileId, type SourceFile } from './id.ts';
import { Multipart } from './multipart.ts';
import { inParts } from './plan.ts';
import { Pool } from './pool.ts';
import { type Send, xhrSend } from './send.ts';
import { SinglePut } from './single.ts';

/** Connections that a browser opens to one host over HTTP/1.1. */
export const CONNECTIONS = 6;

/** How an engine is set up. Only `base`, `token` and `renew` have no default. */
export interface EngineOptions extends Omit<ApiOptions, 'clock'>, Partial<Pick<ApiOptions, 'clock'>> {
  /** Files in one presign call that the policy allows. Default 1000. */
  maxFiles?: number;
  /** Requests to S3 at once, over all files. Default CONNECTIONS. */
  connections?: number;
  /** Default: XMLHttpRequest. */
  send?: Send;
}

/** Called while an upload runs. Bytes are those of the file that have left; they go back where a part is sent again. */
export type OnSent = (bytes: number, total: number) => void;

/** Sends files to S3 as the API signs them: plan, sign, send, complete. */
export class Engine {
  readonly #context: Context;
  readonly #partsAtOnce: number;

  constructor(options: EngineOptions) {
    const clock = options.clock ?? systemClock;
    const connections = options.connections ?? CONNECTIONS;
    const api = new Api({ ...options, clock });
    this.#partsAtOnce = connections;
    this.#context = {
      api,
      presigner: new Presigner(api, clock, options.maxFiles ?? 1000),
      pool: new Pool(connections),
      reading: new Pool(4),
      send: options.send ?? xhrSend,
      clock,
    };
  }

  /** Starts to send `file`. */
  upload(file: SourceFile, onSent: OnSent = () => {}): Upload {
    const total = file.body.size;
    const report = (bytes: number) => onSent(bytes, total);
    if (inParts(total)) {
      return new Upload(async (signal) => {
        return new Multipart(this.#context, file, await this.#id(file, signal), this.#partsAtOnce, report);
      });
    }
    const withdraw = this.#context.presigner.announce();
    return new Upload(async (signal) => {
      const id = await this.#id(file, signal).catch((error: unknown) => {
        withdraw();
        throw error;
      });
      return new SinglePut(this.#context, file, id, report, withdraw);
    });
  }

  #id(file: SourceFile, signal: AbortSignal): Promise<string> {
    return this.#context.reading.run(() => fileId(file), signal);
  }
}

/** Why `done` of a cancelled upload rejects. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** One file on its way. */
export class Upload {
  /** Settles once: with the outcome, with an UploadError, or with Cancelled. */
  readonly done: Promise<Outcome>;

  readonly #plan: (signal: AbortSignal) => Promise<Flow>;
  #flow: Flow | undefined;
  #run = new AbortController();
  #cancelled = false;
  #gate: { promise: Promise<void>; open(): void } | undefined;

  constructor(plan: (signal: AbortSignal) => Promise<Flow>) {
    this.#plan = plan;
    this.done = this.#drive();
  }

  /** Cuts the requests in flight; what S3 has accepted stays. Nothing happens when it is paused already. */
  pause(): void {
    if (this.#gate || this.#cancelled) return;
    let open = () => {};
    const promise = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.#gate = { promise, open };
    this.#run.abort();
  }

  /** Goes on after `pause`. */
  resume(): void {
    this.#gate?.open();
    this.#gate = undefined;
  }

  /** Stops for good and deletes what is unfinished in S3. Resolves when that is done; rejects when S3 still holds parts. */
  async cancel(): Promise<void> {
    this.#cancelled = true;
    this.#run.abort();
    this.resume();
    await this.done.catch(() => {});
    await this.#flow?.discard();
  }

  async #drive(): Promise<Outcome> {
    for (;;) {
      while (this.#gate) await this.#gate.promise;
      if (this.#cancelled) throw new Cancelled('the upload was cancelled');
      this.#run = new AbortController();
      const { signal } = this.#run;
      try {
        this.#flow ??= await this.#plan(signal);
        return await this.#flow.run(signal);
      } catch (error) {
        if (this.#cancelled) throw new Cancelled('the upload was cancelled');
        if (!signal.aborted) throw error;
      }
    }
  }
}

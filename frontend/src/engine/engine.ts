import { Api, type ApiOptions } from './api.ts';
import { Presigner, type SmallFiles } from './batch.ts';
import { Budget } from './budget.ts';
import { type Clock, systemClock } from './clock.ts';
import { type GuestPass, placeOf, type Space } from './contract.ts';
import { Edge } from './edge.ts';
import { UploadError } from './errors.ts';
import type { Context, Flow, OnProgress, Outcome, Receipt } from './flow.ts';
import { CONNECTIONS, Hosts } from './hosts.ts';
import { hintId } from './id.ts';
import { Multipart } from './multipart.ts';
import { browserNetwork, type Network } from './network.ts';
import { inParts, MULTIPART_FROM } from './plan.ts';
import { Pool } from './pool.ts';
import { fileReader, type Reader } from './reader.ts';
import { Retrier } from './retry.ts';
import { type Send, xhrSend } from './send.ts';
import { Single } from './single.ts';
import { type SourceFile, sourceOf } from './source.ts';
import { Turns } from './turns.ts';
import { WholeOrParts } from './whole-or-parts.ts';

/** How an engine is set up. Only `base`, and `token` or `pass`, have no default. */
export interface EngineOptions extends Omit<ApiOptions, 'retrier'> {
  /** Files in one presign call that the policy allows. Default 1000. */
  maxFiles?: number;
  /** Requests to each of S3's hosts at once, over all files. Default 6, which is what a browser opens. */
  connections?: number;
  /** How many of the bucket's hosts are used, where the deployment offers a second one: 1 or 2. Default 2. */
  hosts?: 1 | 2;
  /** How small files are sent. Default form, which costs no preflight for each file. */
  smallFiles?: SmallFiles;
  /** Whether files go through the page's own origin, where the deployment offers that. Default true. */
  edge?: boolean;
  /** Whether `done` carries a receipt, which costs a call for each file. Default false. */
  receipt?: boolean;
  /** Default: the browser's. */
  clock?: Clock;
  /** Default: the browser's. */
  network?: Network;
  /** Default: a worker. */
  reader?: Reader;
  /** Default: XMLHttpRequest. */
  send?: Send;
}

/** Bytes of small files in memory: one of the largest for each connection of a host, or thousands of small ones. */
const MEMORY = CONNECTIONS * MULTIPART_FROM;

/** Sends files to S3 as the API signs them: plan, sign, send, complete. */
export class Engine {
  readonly #context: Context;
  readonly #receipt: boolean;

  constructor(options: EngineOptions) {
    const clock = options.clock ?? systemClock;
    const hosts = new Hosts(options.connections ?? CONNECTIONS, options.hosts ?? 2, clock);
    const network = options.network ?? browserNetwork;
    const edge = new Edge(options.base, clock, network, options.edge ?? true);
    const retrier = new Retrier(clock, network);
    const api = new Api({ ...options, retrier });
    this.#receipt = options.receipt ?? false;
    this.#context = {
      api,
      presigner: new Presigner(api, clock, options.maxFiles ?? 1000, options.smallFiles ?? 'form', hosts, edge),
      hosts,
      edge,
      retrier,
      turns: new Turns(),
      reading: new Pool({ limit: 4 }),
      readingParts: new Pool({ limit: 2 }),
      reader: options.reader ?? fileReader(),
      memory: new Budget(MEMORY),
      send: options.send ?? xhrSend,
      clock,
    };
  }

  /**
   * Where this caller may do what, his own files first: types and sizes that are let in are known before a byte is sent.
   * A pass leads to one place, which is then the only one, without a name.
   */
  async spaces(signal: AbortSignal = new AbortController().signal): Promise<Space[]> {
    if (this.#context.api.guest) return [placeOf((await this.#context.api.call<GuestPass>('GET', '', signal)).body)];
    const answer = await this.#context.api.call<{ spaces: Space[] }>('GET', '/spaces', signal);
    return answer.body.spaces;
  }

  /** A receipt of a file: a signed HEAD of what is stored, by which a server of one's own has S3's word. */
  async receipt(key: string, signal: AbortSignal = new AbortController().signal): Promise<Receipt> {
    const path = `/files/info?key=${encodeURIComponent(key)}`;
    const { receipt } = (await this.#context.api.call<{ receipt?: Receipt }>('GET', path, signal)).body;
    if (!receipt) throw new UploadError(404, 'NoSuchKey', 'got no receipt, want one: is the file there?', 'fail');
    return receipt;
  }

  /** Starts to send `chosen`: a File as an input or a drop has it, or what says more. */
  upload(chosen: File | SourceFile, onProgress: OnProgress = () => {}): Upload {
    const file = sourceOf(chosen);
    const parts = async (signal: AbortSignal) => {
      const hint = await this.#context.reading.run(() => hintId(file), signal);
      return new Multipart(this.#context, file, hint, onProgress);
    };
    const finish = this.#receipt ? (outcome: Outcome) => this.#withReceipt(outcome) : undefined;
    if (inParts(file.body.size)) return new Upload(parts, finish);
    const withdraw = this.#context.presigner.announce();
    return new Upload(
      async () => new WholeOrParts(new Single(this.#context, file, onProgress, withdraw), parts),
      finish,
    );
  }

  /** The file is stored: that no receipt is to be had is no reason to say otherwise. */
  async #withReceipt(outcome: Outcome): Promise<Outcome> {
    if (!outcome.key) return outcome;
    return this.receipt(outcome.key).then(
      (receipt) => ({ ...outcome, receipt }),
      () => outcome,
    );
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

  readonly #finish: (outcome: Outcome) => Promise<Outcome> | Outcome;

  constructor(
    plan: (signal: AbortSignal) => Promise<Flow>,
    finish: (outcome: Outcome) => Promise<Outcome> | Outcome = (outcome) => outcome,
  ) {
    this.#plan = plan;
    this.#finish = finish;
    this.done = this.#drive();
  }

  /** Cuts the requests in flight, but for those that are nearly there; what S3 has accepted stays. Nothing happens when it is paused already. */
  pause(): void {
    if (this.#gate || this.#cancelled) return;
    let open = () => {};
    const promise = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.#gate = { promise, open };
    const run = this.#run;
    const settled = this.#flow?.settle?.();
    if (settled) void settled.then(() => run.abort());
    else run.abort();
  }

  /** Goes on after `pause`, once what was nearly there has ended. */
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
        return await this.#finish(await this.#flow.run(signal));
      } catch (error) {
        if (this.#cancelled) throw new Cancelled('the upload was cancelled');
        if (!signal.aborted) throw error;
      }
    }
  }
}

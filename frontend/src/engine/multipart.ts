import { abandon } from './abandon.ts';
import { type CompleteAnswer, partAddress, type SignAnswer, type SignTable, type UploadAnswer } from './contract.ts';
import { combine, encodeCrc } from './crc64.ts';
import { corruptedError, UploadError } from './errors.ts';
import { type Context, type Flow, type OnProgress, type Outcome, type Shipment, ship } from './flow.ts';
import { ownId, randomId } from './id.ts';
import { Landings } from './landing.ts';
import { Lease } from './lease.ts';
import { Parts } from './parts.ts';
import { checkPlan, type Plan, partLength, partRange } from './plan.ts';
import type { Waiting } from './retry.ts';
import { placeOf, type SourceFile, turnOf } from './source.ts';
import { wholeCrc } from './whole.ts';

/** Multipart uploads that may vanish under one file (aborted elsewhere, expired) before it is given up. */
export const RESTARTS = 2;
/** Ids that a file is given after the hint, before it is given up: one with its checksum, and a drawn one. */
export const MOVES = 2;
/** Parts that go by the edge beside those: a connection's, and what has it never run dry. */
const BY_EDGE = 3;
/** Parts that wait for a connection while their checksums are computed: one for each of a host's, which become free together. */
export const AHEAD = 6;

interface Started {
  key: string;
  uploadId: string;
  plan: Plan;
  table: Lease<SignTable>;
  parts: Parts;
}

/**
 * A large file in parts. What is stored lives in S3; a run begins with the parts that are stored.
 *
 * Its id is at first a hint, which another file may have too. "There already" is only said of an object whose whole checksum
 * is the file's; where it differs, or nobody tells it, the file is sent under an id of its own: hint and checksum, and where
 * even that is taken, a drawn one.
 */
export class Multipart implements Flow {
  #started: Started | undefined;
  #landings: Landings;
  #resigning: Promise<Lease<SignTable>> | undefined;
  /** Parts, and 0 for calls to the API, that wait for better times. */
  readonly #waits = new Map<number, Waiting>();
  /** The whole file's checksum, once this run knows it. */
  #crc: bigint | undefined;
  #id: string;
  #moves = 0;
  /** Bytes read so far to compare the file with an object. */
  #compared: number | undefined;

  constructor(
    private readonly context: Context,
    private readonly file: SourceFile,
    private readonly hint: string,
    private readonly onProgress: OnProgress,
  ) {
    this.#id = hint;
    this.#landings = new Landings(context.clock);
  }

  run(signal: AbortSignal): Promise<Outcome> {
    return this.context.turns.run(turnOf(this.file, this.hint), () => this.#run(signal), signal);
  }

  async #run(signal: AbortSignal): Promise<Outcome> {
    this.#crc = undefined;
    this.#landings = new Landings(this.context.clock);
    for (let restarts = 0; ; ) {
      try {
        const started = await this.#start(signal);
        await this.#sendAll(started, signal);
        return await this.#complete(started, signal);
      } catch (error) {
        if (!(error instanceof UploadError)) throw error;
        if (error.remedy === 'exists') {
          const there = await this.#compare(error, signal);
          if (there) return there;
        } else if (error.remedy === 'differs' && this.#crc !== undefined) this.#move(this.#crc, error);
        else if (error.remedy !== 'restart' || restarts++ >= RESTARTS) throw error;
        this.#forget();
      }
    }
  }

  /** Holds an object that is in the way to the file: answers the outcome where it is the same, else another id is taken. */
  async #compare(error: UploadError, signal: AbortSignal): Promise<Outcome | undefined> {
    // Somebody was faster. What this upload has stored would only cost money.
    await this.discard().catch(() => {});
    const { key, checksum } = error.there ?? {};
    const crc = await this.#wholeCrc(signal);
    if (checksum?.crc64nvme === encodeCrc(crc)) return { existed: true, ...(key ? { key } : {}) };
    this.#move(crc, error);
    return undefined;
  }

  async #wholeCrc(signal: AbortSignal): Promise<bigint> {
    try {
      this.#crc ??= await wholeCrc(this.context, this.file.body, signal, (bytes) => {
        this.#compared = bytes;
        this.#report();
      });
      return this.#crc;
    } finally {
      this.#compared = undefined;
      this.#report();
    }
  }

  /** The id belongs to other bytes: the next one has the checksum in it, and where that is taken too, it is drawn. */
  #move(crc: bigint, why: UploadError): void {
    if (this.#moves++ >= MOVES) throw why;
    const own = ownId(this.hint, crc);
    this.#id = this.#id === own ? randomId() : own;
  }

  settle(): Promise<void> | undefined {
    return this.#landings.settle();
  }

  async discard(): Promise<void> {
    const started = this.#started;
    if (!started) return;
    this.#forget();
    await abandon(this.context, started);
  }

  /** Asks for the upload, after a pause too: a part may have been stored whose answer was cut. */
  async #start(signal: AbortSignal): Promise<Started> {
    const { type, body } = this.file;
    const known = { size: body.size, hosts: this.context.hosts.count, ...(type ? { type } : {}) };
    const request = { ...placeOf(this.file), ...known, id: this.#id };
    const answer = await this.context.api.call<UploadAnswer>('POST', '/uploads', signal, request, this.#wait);
    const { key, uploadId, partSize, partCount, uploaded, sign, expires } = answer.body;
    const plan = { size: body.size, partSize, partCount };
    checkPlan(plan);
    const table = new Lease(sign, answer.until(expires), this.context.clock);
    this.#started = { key, uploadId, plan, table, parts: new Parts(plan, uploaded) };
    this.#report();
    return this.#started;
  }

  /** Sends what is missing, and reads what is stored to hold it to the file. The first part that fails for good stops the others: the upload cannot be completed without it. */
  async #sendAll(started: Started, signal: AbortSignal): Promise<void> {
    const { parts } = started;
    const broken = new AbortController();
    const either = AbortSignal.any([signal, broken.signal]);
    const guarded = (work: () => Promise<void>) => work().catch((error: unknown) => broken.abort(error));
    const next = () => (this.#landings.settling ? undefined : parts.next());
    const sender = async () => {
      for (let n = next(); n !== undefined; n = next()) {
        const part = n;
        const send = (landing: AbortSignal) => this.#sendPart(started, part, AbortSignal.any([either, landing]));
        await this.#landings.fly(part, partLength(started.plan, part), send);
      }
    };
    const { alternate, edge } = started.table.value;
    const most = this.context.hosts.connections * (alternate ? 2 : 1) + AHEAD + (edge ? BY_EDGE : 0);
    const crew = () => Array.from({ length: Math.min(most, parts.missing) }, () => guarded(sender));
    const checker = async () => {
      for (let n = parts.unread(); n !== undefined; n = parts.unread()) await this.#checkPart(started, n, either);
      await Promise.all(crew()); // for what turned out to be other than the file
    };
    await Promise.all([guarded(checker), ...crew()]);
    parts.cut();
    this.#report();
    either.throwIfAborted();
    await this.#landings.settled(signal);
  }

  async #checkPart({ plan, parts }: Started, n: number, signal: AbortSignal): Promise<void> {
    parts.compare(n, await this.#partCrc(plan, n, signal));
    this.#report();
  }

  /**
   * Sends a part and computes its checksum, both at once. The disk is read once for both: what comes second finds the part
   * in the system's cache. To keep it in the page's memory instead costs hundreds of megabytes and is no faster.
   */
  async #sendPart(started: Started, n: number, signal: AbortSignal): Promise<void> {
    const { plan, parts } = started;
    const unreadable = new AbortController();
    const crc = this.#partCrc(plan, n, signal);
    crc.catch((error: unknown) => unreadable.abort(error));
    try {
      await this.#shipPart(started, n, crc, AbortSignal.any([signal, unreadable.signal]));
      parts.store(n, await crc);
    } finally {
      parts.land(n);
      this.#report();
    }
  }

  async #shipPart(started: Started, n: number, crc: Promise<bigint>, signal: AbortSignal): Promise<void> {
    let used: Lease<SignTable> | undefined;
    const body = this.#slice(started.plan, n);
    const shipment: Shipment = {
      body,
      part: true,
      address: async () => {
        const address = await this.#address(started, n, signal);
        used = started.table;
        return { ...address, headers: {} };
      },
      expired: () => {
        // Another part may have had the table signed again while this one was on its way.
        if (used === started.table)
          started.table = new Lease({ ...started.table.value, signatures: [] }, 0, this.context.clock);
      },
      check: async (stored) => {
        if (stored !== undefined && stored !== encodeCrc(await crc)) throw corruptedError(n);
      },
      // A browser tells a file that has changed from a line that is lost only to who reads it.
      lost: async () => {
        await this.context.reader.sum(body.slice(0, 1));
      },
      onSent: (bytes) => {
        started.parts.fly(n, bytes);
        this.#landings.sent(n, bytes);
        this.#report();
      },
      onWait: (why) => this.#wait(why, n),
    };
    await ship(this.context, shipment, signal);
  }

  #slice(plan: Plan, n: number): Blob {
    const { start, end } = partRange(plan, n);
    return this.file.body.slice(start, end);
  }

  async #partCrc(plan: Plan, n: number, signal: AbortSignal): Promise<bigint> {
    return this.context.readingParts.run(() => this.context.reader.sum(this.#slice(plan, n)), signal);
  }

  async #address(started: Started, n: number, signal: AbortSignal): Promise<{ url: string; edge?: string }> {
    const known = started.table.stale ? undefined : partAddress(started.table.value, n);
    if (known) return known;
    this.#resigning ??= this.#sign(started, signal).finally(() => {
      this.#resigning = undefined;
    });
    started.table = await this.#resigning;
    const address = partAddress(started.table.value, n);
    if (!address) throw new UploadError(0, 'InvalidPart', `got no signature of part ${n}: reload the page`, 'fail');
    return address;
  }

  /** Signs every part that is not stored yet, from the lowest on. */
  async #sign({ key, uploadId, plan, parts }: Started, signal: AbortSignal): Promise<Lease<SignTable>> {
    const request = { key, uploadId, size: plan.size, first: parts.lowest, hosts: this.context.hosts.count };
    const sign = this.context.api.call<SignAnswer>('POST', '/uploads/sign', signal, request, this.#wait);
    const { body, until } = await sign;
    return new Lease(body.sign, until(body.expires), this.context.clock);
  }

  async #complete({ key, uploadId, plan, parts }: Started, signal: AbortSignal): Promise<Outcome> {
    this.#crc = combine(parts.pieces());
    const crc64nvme = encodeCrc(this.#crc);
    // No list of parts: the server reads it from S3, which is the state, and checks the total.
    const request = { key, uploadId, size: plan.size, checksum: { crc64nvme } };
    const call = this.context.api.call<CompleteAnswer>('POST', '/uploads/complete', signal, request, this.#wait);
    const { body } = await call;
    this.#started = undefined;
    const stored = body.checksum?.crc64nvme;
    if (stored !== undefined && stored !== crc64nvme) {
      const detail = `got an object with checksum ${stored}, want the file's ${crc64nvme}: delete it and send the file again`;
      throw new UploadError(200, 'ChecksumMismatch', detail, 'fail');
    }
    return { key: body.key, existed: false };
  }

  #forget(): void {
    this.#started = undefined;
    this.#report();
  }

  readonly #wait = (why?: Waiting, part = 0): void => {
    if (why) this.#waits.set(part, why);
    else this.#waits.delete(part);
    this.#report();
  };

  /** A call holds all up; parts only when none of them is on its way. */
  get #waiting(): Waiting | undefined {
    const [first] = this.#waits.values();
    const sent = [...(this.#started?.parts.state.inFlight.values() ?? [])];
    return this.#waits.get(0) ?? (sent.some((bytes) => bytes > 0) ? undefined : first);
  }

  #report(): void {
    const why = this.#waiting;
    const parts = this.#started?.parts;
    const state = {
      ...(parts ? { parts: parts.state, stored: parts.stored } : {}),
      ...(this.#compared === undefined ? {} : { comparing: this.#compared }),
      ...(why ? { waiting: why } : {}),
    };
    this.onProgress({ sent: parts?.sent ?? 0, total: this.file.body.size, ...state });
  }
}

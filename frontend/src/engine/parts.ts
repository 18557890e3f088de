import { encodeCrc } from './crc64.ts';
import type { Progress } from './flow.ts';
import { type Plan, partLength, type StoredPart, usableParts } from './plan.ts';

/** What is known of an upload's parts: which are stored, which are on their way, which wait, and their checksums. */
export class Parts {
  readonly #stored: Set<number>;
  readonly #inFlight = new Map<number, number>();
  /** Parts that nobody sends yet, ascending. */
  readonly #queue: number[] = [];
  /** Checksums of the file's own bytes. */
  readonly #crcs = new Map<number, bigint>();
  /** Stored parts that have not been read yet. */
  readonly #unread: number[] = [];
  /** What S3 says of the checksums of those. */
  readonly #told = new Map<number, string | undefined>();
  #storedBytes = 0;

  /**
   * `uploaded` are the parts that S3 holds. All of them are to be read, also those that this page has sent before a pause:
   * the file may have been changed meanwhile without a sign.
   */
  constructor(
    private readonly plan: Plan,
    uploaded: readonly StoredPart[],
  ) {
    this.#stored = usableParts(plan, uploaded);
    for (const { partNumber: n, checksum } of uploaded) {
      if (!this.#stored.has(n) || this.#told.has(n)) continue;
      this.#told.set(n, checksum?.crc64nvme);
      this.#unread.push(n);
      this.#storedBytes += partLength(plan, n);
    }
    for (let n = 1; n <= plan.partCount; n++) if (!this.#stored.has(n)) this.#queue.push(n);
  }

  /** For Progress. */
  get state(): NonNullable<Progress['parts']> {
    return { count: this.plan.partCount, stored: this.#stored, inFlight: this.#inFlight };
  }

  /** Bytes that S3 holds. */
  get stored(): number {
    return this.#storedBytes;
  }

  /** Bytes that are stored or have left. */
  get sent(): number {
    let bytes = this.#storedBytes;
    for (const sent of this.#inFlight.values()) bytes += sent;
    return bytes;
  }

  /** How many parts nobody sends yet. */
  get missing(): number {
    return this.#queue.length;
  }

  /** The lowest number that is not stored; 1 where all are. */
  get lowest(): number {
    for (let n = 1; n <= this.plan.partCount; n++) if (!this.#stored.has(n)) return n;
    return 1;
  }

  /** Takes the next part to send off the queue. */
  next(): number | undefined {
    const n = this.#queue.shift();
    if (n !== undefined) this.#inFlight.set(n, 0);
    return n;
  }

  /** Takes the next part to read, of those that an earlier run has stored. */
  unread(): number | undefined {
    return this.#unread.shift();
  }

  /** Bytes of part `n` that have left. */
  fly(n: number, bytes: number): void {
    if (this.#inFlight.has(n)) this.#inFlight.set(n, bytes);
  }

  /** Part `n` is no longer on its way. */
  land(n: number): void {
    this.#inFlight.delete(n);
  }

  /** S3 has part `n`. */
  store(n: number, crc: bigint): void {
    this.#crcs.set(n, crc);
    this.#stored.add(n);
    this.#storedBytes += partLength(this.plan, n);
    this.land(n);
  }

  /** The file's own part `n` has been read: where S3 holds other bytes, it is to be sent again. */
  compare(n: number, crc: bigint): void {
    this.#crcs.set(n, crc);
    const told = this.#told.get(n);
    if (told === undefined || told === encodeCrc(crc)) return;
    this.#stored.delete(n);
    this.#storedBytes -= partLength(this.plan, n);
    this.#queue.push(n);
  }

  /** A run was cut: nothing is on its way. */
  cut(): void {
    this.#inFlight.clear();
  }

  /** Checksums and lengths of all parts, in order. */
  *pieces(): Generator<{ crc: bigint; length: number }> {
    for (let n = 1; n <= this.plan.partCount; n++) {
      const crc = this.#crcs.get(n);
      if (crc === undefined) throw new RangeError(`got no checksum of part ${n}, want all ${this.plan.partCount}`);
      yield { crc, length: partLength(this.plan, n) };
    }
  }
}

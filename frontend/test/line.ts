import type { Clock } from '../src/engine/clock.ts';
import type { Reader } from '../src/engine/reader.ts';
import { type SendRequest, sizeOf } from '../src/engine/send.ts';

/** Milliseconds between two moments of a line. */
const TICK = 50;

interface Load {
  request: SendRequest;
  sent: number;
  arrive(): void;
}

/** A line that carries so many bytes a second, shared by all that is on it, and its own time, which only `pass` moves. */
export class Line implements Clock {
  readonly #loads = new Set<Load>();
  readonly #alarms = new Set<{ at: number; ring(): void }>();
  #time = 0;
  /** Bytes that it has carried in all. */
  carried = 0;

  /** `rate` is in bytes a second, of all together; `each` is what one request gets at most. */
  constructor(
    public rate: number,
    public each = Number.POSITIVE_INFINITY,
  ) {}

  now = () => this.#time;
  random = () => 0.5;
  wait = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const alarm = { at: this.#time + ms, ring: resolve };
      this.#alarms.add(alarm);
      signal.addEventListener('abort', () => {
        this.#alarms.delete(alarm);
        reject(signal.reason);
      });
    });

  /** What is on the line. */
  get busy(): number {
    return this.#loads.size;
  }

  /** Carries a request; resolves when its body has arrived. For FakeService.s3. */
  carry = (request: SendRequest): Promise<undefined> =>
    new Promise((resolve, reject) => {
      const load: Load = { request, sent: 0, arrive: () => resolve(undefined) };
      this.#loads.add(load);
      request.signal.addEventListener('abort', () => {
        this.#loads.delete(load);
        reject(request.signal.reason);
      });
    });

  /** Lets `ms` go by, or less where `until` is so before. */
  async pass(ms: number, until: () => boolean = () => false): Promise<void> {
    const end = this.#time + ms;
    for (await calm(); this.#time < end && !until(); await calm()) {
      this.#time += TICK;
      const share = Math.min(this.each, this.rate / this.busy) * (TICK / 1000);
      for (const load of this.#loads) this.#move(load, share);
      for (const alarm of this.#alarms) {
        if (alarm.at > this.#time) continue;
        this.#alarms.delete(alarm);
        alarm.ring();
      }
    }
  }

  #move(load: Load, bytes: number): void {
    const size = sizeOf(load.request.body);
    const more = Math.min(size - load.sent, bytes);
    this.carried += more;
    load.sent += more;
    load.request.onSent(load.sent);
    if (load.sent < size) return;
    this.#loads.delete(load);
    load.arrive();
  }
}

/** Lets everything that can go on go on. */
async function calm(): Promise<void> {
  for (let i = 0; i < 8; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Reads nothing: what is sent is not looked at. */
export const blind: Reader = {
  sum: async () => 0n,
  content: async (piece) => ({ bytes: await piece.arrayBuffer(), sha256: new Uint8Array(32) }),
};

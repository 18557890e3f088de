import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OnProgress, type Outcome, Upload } from '../src/engine/index.ts';
import { createUploads, type Uploads } from '../src/uploads/uploads.ts';
import { source } from './fake.ts';

/** One attempt to send a file, whose steps the test takes; pause, resume and cancel are the engine's own. */
class Attempt {
  readonly upload: Upload;
  stored = false;
  #step: { ok(outcome: Outcome): void; fail(error: unknown): void } | undefined;
  discards: (() => Promise<void>)[] = [];

  constructor(
    readonly name: string,
    readonly size: number,
    readonly progress: OnProgress,
    discard: () => Promise<void>,
  ) {
    this.upload = new Upload(async () => ({ run: (signal) => this.#run(signal), discard }));
  }

  #run(signal: AbortSignal): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      this.#step = {
        ok: (outcome) => {
          this.stored = true;
          resolve(outcome);
        },
        fail: reject,
      };
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  }

  move(sent: number): void {
    this.progress({ sent: Math.min(sent, this.size), total: this.size });
  }

  wait(): void {
    this.progress({ sent: 0, total: this.size, waiting: 'offline' });
  }

  end(): void {
    // The last byte has left, and S3 answers only then.
    this.move(this.size);
    this.#step?.ok({ key: `uploads/alice/${this.name}`, existed: false });
  }

  fail(): void {
    this.#step?.fail(new Error('refused'));
  }
}

const partsStay = () => Promise.reject(new Error('S3 still holds parts'));

/** All that a list was told to do, and what it has to keep to. */
class World {
  readonly attempts: Attempt[] = [];
  readonly held = new Set<string>();
  readonly promises: Promise<unknown>[] = [];
  readonly uploads: Uploads;
  leaves = false;
  refuses = false;

  constructor() {
    const upload = ({ name, body }: { name: string; body?: Blob }, progress: OnProgress = () => {}) => {
      if (this.refuses) throw new Error('no more');
      const attempt = new Attempt(name, body?.size ?? 0, progress, this.leaves ? partsStay : async () => {});
      this.attempts.push(attempt);
      return attempt.upload;
    };
    this.uploads = createUploads({ upload: upload as never }, { now: () => 0 });
  }

  add(size: number): void {
    for (const id of this.uploads.add([source(`file-${this.held.size}.bin`, size)])) this.held.add(id);
  }

  toggle(what: 'leaves' | 'refuses'): void {
    this[what] = !this[what];
  }

  clear(id: string | undefined): void {
    const before = this.uploads.getSnapshot().items;
    this.uploads.clear(id);
    const after = new Set(this.uploads.getSnapshot().items.map((item) => item.id));
    for (const { id, state } of before) {
      if (after.has(id)) continue;
      expect(['stored', 'failed', 'cancelled']).toContain(state);
      this.held.delete(id);
    }
  }

  /** What holds at every moment. */
  check(): void {
    const { items, totals } = this.uploads.getSnapshot();
    expect(items.map((item) => item.id).sort()).toEqual([...this.held].sort());
    for (const { share, state, key, file } of items) {
      if (share >= 1 || state === 'stored' || key !== undefined) {
        expect({ share, state }).toEqual({ share: 1, state: 'stored' });
        expect(this.attempts.some((attempt) => attempt.stored && attempt.name === file.name)).toBe(true);
      }
    }
    expect(totals.files).toBe(items.length);
    expect(totals.active + totals.stored + totals.failed + totals.cancelled).toBe(items.length);
    expect(totals.sent).toBeLessThanOrEqual(totals.total);
  }
}

/** Lets everything that has been decided happen. */
const tick = async () => {
  for (let i = 0; i < 12; i++) await Promise.resolve();
};

/** What a step does; those about a file get one of those that there are. */
const doing: Record<string, (world: World, chosen: { id: string; attempt: Attempt | undefined; n: number }) => void> = {
  add: (world, { n }) => world.add(n),
  pause: ({ uploads }, { id }) => uploads.pause(id),
  resume: ({ uploads }, { id }) => uploads.resume(id),
  retry: ({ uploads }, { id }) => uploads.retry(id),
  cancel: (world, { id }) => world.promises.push(world.uploads.cancel(id)),
  clear: (world, { id }) => world.clear(id),
  pauseAll: ({ uploads }) => uploads.pause(),
  resumeAll: ({ uploads }) => uploads.resume(),
  retryAll: ({ uploads }) => uploads.retry(),
  cancelAll: (world) => world.promises.push(world.uploads.cancel()),
  clearAll: (world) => world.clear(undefined),
  move: (_, { attempt, n }) => attempt?.move(n),
  wait: (_, { attempt }) => attempt?.wait(),
  end: (_, { attempt }) => attempt?.end(),
  fail: (_, { attempt }) => attempt?.fail(),
  leave: (world) => world.toggle('leaves'),
  refuse: (world) => world.toggle('refuses'),
  settled: (world) => world.promises.push(world.uploads.settled()),
  tick: () => {},
};

const sequence = fc.array(
  fc.record({ what: fc.constantFrom(...Object.keys(doing)), at: fc.nat(20), n: fc.constantFrom(0, 1, 10, 4096) }),
  { minLength: 1, maxLength: 40 },
);

function act(world: World, { what, at, n }: { what: string; at: number; n: number }): void {
  const id = [...world.held][at % Math.max(1, world.held.size)] ?? 'none';
  const attempt = world.attempts[at % Math.max(1, world.attempts.length)];
  doing[what]?.(world, { id, attempt, n });
}

/** Whatever was left waiting, nothing may wait for ever once S3 answers everything. */
async function wind(world: World): Promise<void> {
  world.refuses = false;
  const settled = world.uploads.settled();
  for (let i = 0; i < 4; i++) {
    world.uploads.resume();
    await tick();
    for (const attempt of world.attempts) attempt.end();
    await tick();
    world.check();
  }
  const { totals } = await within(settled);
  expect(totals.active).toBe(0);
  await within(Promise.all(world.promises));
}

function within<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('a promise was left open')), 2000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

describe('a list of uploads', () => {
  it('loses no file, calls none whole before it is stored, and leaves no promise open, whatever happens in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(sequence, async (steps) => {
        const world = new World();
        for (const step of steps) {
          act(world, step);
          world.check();
          if (step.what === 'tick' || step.at % 3 === 0) await tick();
          world.check();
        }
        await wind(world);
      }),
      { numRuns: 10_000 },
    );
  }, 300_000);
});

import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import '../test/node20.ts';
import { lanes } from './lanes.ts';

/** The files of the lane that is asked for, or of all. */
const order = Object.entries(lanes)
  .filter(([name]) => [undefined, name].includes(process.env.LANE))
  .flatMap(([, files]) => files);

class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => order.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
    return files.toSorted((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    include: order.map((name) => `e2e/${name}.test.ts`),
    globalSetup: ['e2e/cloud.ts'],
    testTimeout: 60_000,
    hookTimeout: 30_000,
    // What is polled for comes when the machine gets to it; a second is too short on a busy one.
    expect: { poll: { timeout: 20_000 } },
    // One local cloud: files one after another.
    fileParallelism: false,
    sequence: { sequencer: InOrder },
  },
});

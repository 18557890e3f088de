import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import '../test/node20.ts';

/** The looks come before uploads fill the lists; what waits for an expiry comes last. */
const order = [
  'access',
  'page',
  'phone',
  'announce',
  'signout',
  'twins',
  'files',
  'folders',
  'myfiles',
  'preview',
  'archive',
  'unfinished',
  'spaces',
  'quota',
  'teams',
  'same',
  'many',
  'versions',
  'form',
  'explain',
  'upload',
  'edge',
  'origin',
  'slow',
  'crash',
  'cli',
  'guest',
  'bill',
  'package',
  'examples',
  'element',
  'element-files',
  'element-life',
  'session',
  'late',
];

class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => order.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
    return files.toSorted((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    globalSetup: ['e2e/cloud.ts'],
    testTimeout: 60_000,
    hookTimeout: 30_000,
    // What is polled for comes when the machine gets to it; a second is too short on a busy one.
    expect: { poll: { timeout: 20_000 } },
    // One local cloud and two cores: files one after another.
    fileParallelism: false,
    sequence: { sequencer: InOrder },
  },
});

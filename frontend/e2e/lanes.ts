/**
 * What is tested beside what: `make test-browser` runs each lane with a local cloud of its own, and its files in this
 * order. `LANE=looks npm run e2e` runs one, without it all run one after another.
 */
export const lanes = {
  /** Fills the page, and tells how long its tasks take: has nothing beside it but what waits. */
  alone: ['many'],
  /** Waits for slow lines and for times to run out: `late` for what was signed when the lane began. */
  waits: ['twins', 'slow', 'session', 'late'],
  /** Sends much, over lines and to services that fail. */
  lines: ['edge', 'upload', 'unfinished', 'archive', 'crash', 'cli', 'guest'],
  /** The looks come before uploads fill the lists. */
  looks: [
    'access',
    'page',
    'start',
    'strange',
    'phone',
    'announce',
    'signout',
    'files',
    'folders',
    'myfiles',
    'preview',
    'spaces',
    'quota',
    'teams',
    'same',
    'versions',
    'form',
    'explain',
    'origin',
    'bill',
    'reference',
    'package',
    'examples',
    'element',
    'element-files',
    'element-life',
    'element-states',
  ],
};

import { defineConfig } from 'vitest/config';
import { HeavyFirst } from './heavy-first.ts';

const EXCLUDED = ['**/node_modules/**', '**/dist/**', '**/generated/**'];
/** Each of these starts a browser or a product of its own, and what it imports costs little beside. */
const APART = ['test/**/*.test.ts', '{apps,packages}/**/*.{browser,fuzz}.test.ts'];

/** One configuration for all tests of the house, whichever room they are in. */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    // Real browsers and real databases on small machines: patience, and three files at once,
    // since most of their time they wait for each other.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // vitest's own second is too short for a browser that shares its core.
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 3,
    sequence: { sequencer: HeavyFirst },
    passWithNoTests: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'apart',
          include: APART,
          exclude: EXCLUDED,
          globalSetup: './test/prepare-products.ts',
          // Each look is a round trip to a browser or a server, which has something else to do.
          expect: { poll: { timeout: 60_000, interval: 100 } },
        },
      },
      {
        extends: true,
        test: {
          name: 'together',
          include: ['{apps,packages}/**/*.test.ts'],
          exclude: [...EXCLUDED, ...APART],
          // A server is a thousand modules, which took longer to import for each of these files than they run.
          isolate: false,
        },
      },
    ],
  },
});

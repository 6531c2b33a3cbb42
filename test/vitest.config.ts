import { defineConfig } from 'vitest/config';
import { HeavyFirst } from './heavy-first.ts';

/** One configuration for all tests of the house, whichever room they are in. */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['apps/**/*.test.ts', 'packages/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/generated/**'],
    // Real browsers and real databases on small machines: patience, and three files at once,
    // since most of their time they wait for each other.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // vitest's own second is too short for a browser that shares its core.
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 3,
    sequence: { sequencer: HeavyFirst },
    passWithNoTests: false,
  },
});

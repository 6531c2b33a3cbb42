/**
 * The same files in containers: one container, several programs at a time, a
 * fresh one every so many files and whenever one has broken.
 */
import type { Browser } from 'playwright-core';
import { type Engine, openBrowser } from '../e2e/browser.ts';
import { openTestContainer, type TestContainer } from '../containers/open-container.ts';
import type { TestFile } from './test-files.ts';
import type { Run } from './verdict.ts';

/** What a file leaves behind (folders, ports) should not meet all that come after it. */
const FILES_PER_CONTAINER = 120;
/** Beyond the program's own limit, after which the page counts as broken. */
const GRACE_MS = 10_000;
const BOOT_LIMIT_MS = 90_000;

/** What all runs have in common. */
export interface ContainerRunOptions {
  /** Mounted as `test`. */
  readonly folder: string;
  readonly jobs: number;
  readonly limitMs: number;
  readonly browser: Engine;
  /** Aborted when the caller wants no more: what runs is finished, the rest is left. */
  readonly stop: AbortSignal;
  readonly onResult: (file: TestFile, run: Run) => Promise<void>;
}

/**
 * Every file gets one result. One whose container broke is
 * tried once more, in another, before it counts as failed.
 */
export async function runInContainers(files: readonly TestFile[], options: ContainerRunOptions): Promise<void> {
  const queue = files.map((file) => ({ file, tries: 0 }));
  let browser: Browser | undefined;
  try {
    while (queue.length > 0 && !options.stop.aborted) {
      if (browser?.isConnected() !== true) browser = await openBrowser({ engine: options.browser });
      const container = await within(openTestContainer(browser), BOOT_LIMIT_MS, 'the container did not boot');
      let broken = false;
      let left = FILES_PER_CONTAINER;
      const work = async (slot: number): Promise<void> => {
        while (!broken && !options.stop.aborted && left-- > 0) {
          const next = queue.shift();
          if (next === undefined) return;
          try {
            await options.onResult(next.file, await runOne(container, next.file, slot, options.limitMs));
          } catch (error) {
            broken = true;
            // The signal that stops a run closes the browser as well: that says nothing about the file.
            if (options.stop.aborted) return;
            if (++next.tries < 2) queue.push(next);
            else
              await options.onResult(next.file, {
                code: null,
                signal: null,
                timedOut: false,
                stdout: '',
                stderr: `Error: the container broke: ${(error as Error).message.split('\n')[0]}`,
              });
          }
        }
      };
      try {
        await within(
          container.mount({ folder: options.folder, at: 'test' }),
          BOOT_LIMIT_MS,
          'the suite could not be mounted',
        );
        await Promise.all(Array.from({ length: options.jobs }, (_, slot) => work(slot)));
      } finally {
        // A crashed browser cannot close a container; the next one gets a new browser.
        const ended = await Promise.race([
          container.close().then(
            () => true,
            () => false,
          ),
          delay(GRACE_MS).then(() => false),
        ]);
        if (!ended) {
          await browser.close();
          browser = undefined;
        }
      }
    }
  } finally {
    await browser?.close();
  }
}

async function runOne(container: TestContainer, file: TestFile, slot: number, limitMs: number): Promise<Run> {
  const run = container.run('node', [...file.flags, `/home/project/test/${file.path}`], {
    cwd: '/home/project/test',
    // A container says TERM=dumb where there is no terminal, and readline's tests skip themselves then.
    env: { TERM: 'xterm', TEST_THREAD_ID: `c${slot}`, TEST_PARALLEL: '1', ...file.env },
    limitMs,
  });
  return await within(run, limitMs + GRACE_MS, 'no answer');
}

async function within<T>(work: Promise<T>, limitMs: number, complaint: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>(
    (_, reject) => (timer = setTimeout(() => reject(new Error(`${complaint} within ${limitMs} ms`)), limitMs)),
  );
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

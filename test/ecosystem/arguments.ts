/** The command line of `npm run ecosystem`. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** Paths are absolute: they were taken from where the caller stands. */
export interface Options {
  readonly suite: string;
  readonly filters: readonly string[];
  /** Where the machine-readable table goes; undefined: nowhere. */
  readonly json: string | undefined;
  /** What the browser gives pages of other sites. */
  readonly storage: 'denied' | 'partitioned';
  readonly limitMs: number;
}

/** A command line that cannot be read: exit code 2 and the usage, where all else is a bug. */
export class UsageError extends Error {}

/** Printed below the complaint of a UsageError. */
export const USAGE = `usage: npm run ecosystem -- --suite DIR [--filter TEXT]… [--json FILE] [--browser chromium]
                            [--storage partitioned|denied] [--limit-ms N]

  --suite DIR     a checkout with tests or projects for the hosted runtime. With a vitest.config its own tests are
                  run, unmodified (npm install in it first); a folder of starters has each installed, started,
                  looked at, edited and built
  --filter TEXT   only test files, or projects, whose name has it; may be given again
  --json FILE     writes { suite, passed, failed, checks: [{ name, passed, seconds, cause }] }
  --browser       chromium, the only one there is yet
  --storage       what the browser gives third parties: a part of its storage (default), or none
  --limit-ms N    time limit of one test or step (180000)
`;

/** `here` is what relative paths are relative to: npm changes the folder before we start. */
export function parseArguments(args: readonly string[], here: string): Options {
  const values = read(args);
  const { suite, filter: filters = [], json, browser = 'chromium', storage = 'partitioned' } = values;
  if (suite === undefined) throw new UsageError('Cannot run: --suite is missing');
  if (browser !== 'chromium') throw new UsageError(`Cannot run in "${browser}": only chromium is driven yet`);
  if (storage !== 'denied' && storage !== 'partitioned')
    throw new UsageError(`Cannot read --storage "${storage}": "partitioned" or "denied" is needed`);
  const limitMs = Number(values['limit-ms'] ?? 180_000);
  if (!Number.isInteger(limitMs) || limitMs < 1)
    throw new UsageError(`Cannot read --limit-ms "${values['limit-ms']}": a whole number above 0 is needed`);
  return {
    suite: resolve(here, suite),
    filters,
    json: json === undefined ? undefined : resolve(here, json),
    storage,
    limitMs,
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        suite: { type: 'string' },
        filter: { type: 'string', multiple: true },
        json: { type: 'string' },
        browser: { type: 'string' },
        storage: { type: 'string' },
        'limit-ms': { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`Cannot read the command line: ${(error as Error).message}`, { cause: error });
  }
}

/** The command line of `npm run conformance`. */
import { resolve } from 'node:path';
import { type Engine, parseEngine } from '../e2e/browser.ts';

/** Paths are absolute: they were taken from where the caller stands. */
export interface Options {
  readonly suite: string;
  readonly filters: readonly string[];
  /** Where the machine-readable table goes; undefined: nowhere. */
  readonly json: string | undefined;
  readonly jobs: number;
  readonly limitMs: number;
  readonly browser: Engine;
}

/** A command line that cannot be read: exit code 2 and the usage, where all else is a bug. */
export class UsageError extends Error {}

/** Printed below the complaint of a UsageError. */
export const USAGE = `usage: npm run conformance -- --suite DIR [--filter GLOB]… [--json FILE] [--jobs N] [--limit-ms N]
                               [--browser chromium|firefox]

  --suite DIR    a checkout of Node's test folder (or of the folder above it)
  --filter GLOB  only these files: "test-path*", "es-module/test-esm-*"; may be given again
  --json FILE    writes { node, areas: { <area>: { native, passed, failed } } }
  --jobs N       programs at a time (2)
  --limit-ms N   time limit of one file (30000)
  --browser B    whose browser the containers are in (chromium)
`;

/** `here` is what relative paths are relative to: npm changes the folder before we start. */
export function parseArguments(args: readonly string[], here: string): Options {
  const filters: string[] = [];
  let suite: string | undefined;
  let json: string | undefined;
  let jobs = 2;
  let limitMs = 30_000;
  let browser: Engine = 'chromium';
  for (let index = 0; index < args.length; index += 2) {
    const [name, value] = [args[index], args[index + 1]];
    if (value === undefined) throw new UsageError(`Cannot read "${name}": a value is missing`);
    if (name === '--suite') suite = resolve(here, value);
    else if (name === '--filter') filters.push(value);
    else if (name === '--json') json = resolve(here, value);
    else if (name === '--jobs') jobs = parseCount(name, value);
    else if (name === '--limit-ms') limitMs = parseCount(name, value);
    else if (name === '--browser') browser = parseBrowser(value);
    else throw new UsageError(`Cannot read "${name}": no such option`);
  }
  if (suite === undefined) throw new UsageError('Cannot run: --suite is missing');
  return { suite, filters, json, jobs, limitMs, browser };
}

function parseCount(name: string, value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1)
    throw new UsageError(`Cannot read ${name} "${value}": a whole number above 0 is needed`);
  return count;
}

function parseBrowser(value: string): Engine {
  try {
    return parseEngine(value);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

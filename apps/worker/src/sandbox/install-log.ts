import { isFetchLine, LineSplitter, lockedPackages, makeProgress, nextProgress, progressText } from '@slipway/runs';
import type { RunnerIo } from './sandbox-runtime.ts';

/** A line of the log tells of so many packages: one for each would be most of the log. */
const PACKAGES_A_LINE = 10;

/**
 * The log of a build, where npm's line for each fetch becomes how far the install is. `end` gives out
 * what came after the last line end.
 */
export function makeInstallLog(
  log: RunnerIo['log'],
  lockfile: string | undefined,
): { log: RunnerIo['log']; end(): void } {
  const splitter = new LineSplitter();
  let progress = makeProgress(lockedPackages(lockfile));
  let told = 0;

  const take = (line: string): void => {
    if (!isFetchLine(line)) return log('stderr', encode(line));
    progress = nextProgress(progress, line);
    const seen = Math.floor((progress.found + progress.fetched) / PACKAGES_A_LINE);
    if (seen <= told) return;
    told = seen;
    log('system', encode(`installing: ${progressText(progress)}`));
  };
  return {
    log(stream, bytes) {
      if (stream === 'stderr') splitter.push(bytes).forEach(take);
      else log(stream, bytes);
    },
    end: () => splitter.end().forEach(take),
  };
}

const encode = (line: string): Uint8Array => new TextEncoder().encode(`${line}\n`);

import type { Command, Finder, Found, Workbench } from '../feature.ts';
import { fuzzyMatch } from './fuzzy-match.ts';
import { listPaths } from './list-paths.ts';

const MOST_FOUND = 60;

/** The candidates that fit, the best first. */
export function bestOf<Candidate>(
  query: string,
  candidates: readonly Candidate[],
  textOf: (candidate: Candidate) => string,
): readonly { candidate: Candidate; at: readonly number[] }[] {
  return candidates
    .flatMap((candidate) => {
      const match = fuzzyMatch(query, textOf(candidate));
      return match === undefined ? [] : [{ candidate, ...match }];
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_FOUND);
}

/** Commands of the table that have something to do now. */
export function commandFinder(commands: () => readonly Command[]): Finder {
  return {
    prefix: '>',
    label: 'Run a command',
    find: (query) =>
      bestOf(
        query,
        commands().filter(({ when }) => when?.() ?? true),
        (command) => command.title(),
      ).map(({ candidate, at }): Found => ({
        id: candidate.id,
        title: candidate.title(),
        at,
        hint: candidate.category ?? 'Project',
        keys: candidate.keys,
        run: () => candidate.run(),
      })),
  };
}

/** Files by their path. They are listed anew whenever the palette is opened: see `forget`. */
export function fileFinder(bench: Workbench): Finder & { forget(): void } {
  let listed: Promise<readonly string[]> | undefined;
  return {
    prefix: '',
    label: 'Open a file, or type > for commands and : for a line',
    forget: () => (listed = undefined),
    async find(query) {
      listed ??= listPaths(bench.container);
      const paths = await listed;
      // Nothing typed: the files that are open already, the others behind them.
      const open = bench.openFiles();
      const candidates = query === '' ? [...open, ...paths.filter((path) => !open.includes(path))] : paths;
      return bestOf(query, candidates, (path) => path).map(({ candidate, at }): Found => ({
        id: candidate,
        title: candidate,
        at,
        run: () => bench.openFile(candidate),
      }));
    },
  };
}

/** Typed as `:12`; lines count from 1. */
export function lineFinder(bench: Workbench): Finder {
  return {
    prefix: ':',
    label: 'Go to a line',
    find(query) {
      const path = bench.activeFile();
      const [line, column] = /^(\d{1,9})(?:[:,](\d{1,9}))?$/.exec(query.trim())?.slice(1) ?? [];
      if (path === undefined || line === undefined) return [];
      const at = { line: Number(line), column: Number(column ?? 1) };
      const title = `Go to line ${at.line}${column === undefined ? '' : `, column ${at.column}`} of ${path}`;
      return [{ id: 'line', title, run: () => bench.openFile(path, at) }];
    },
  };
}

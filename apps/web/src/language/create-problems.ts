import { createSignal, type Accessor } from 'solid-js';

/** What a program says is wrong with a place of a text. Line and column from 1. */
export interface Problem {
  readonly severity: 'error' | 'warning' | 'info' | 'hint';
  readonly message: string;
  readonly line: number;
  readonly column: number;
  /** Such as `typescript 2322`. */
  readonly source: string;
}

/** A file and what is wrong with it, in the order of its lines. */
export interface FileProblems {
  readonly path: string;
  readonly problems: readonly Problem[];
}

/** Problems of open files alone: a server is told of no others, and says nothing of them. */
export interface Problems {
  readonly files: Accessor<readonly FileProblems[]>;
  /** Takes the place of what was known of the file. */
  put(path: string, problems: readonly Problem[]): void;
  /** Of a file that was closed nothing is known. */
  forget(path: string): void;
}

/** More of one file is no list for people. */
export const MOST_PROBLEMS = 500;

/** Empty; what a server said of a file stays until it says something else. */
export function createProblems(): Problems {
  const [byPath, setByPath] = createSignal<ReadonlyMap<string, readonly Problem[]>>(new Map());
  const put = (path: string, problems: readonly Problem[]): void => {
    if (problems.length === 0 && !byPath().has(path)) return;
    const next = new Map(byPath());
    const kept = problems.slice(0, MOST_PROBLEMS).toSorted((a, b) => a.line - b.line || a.column - b.column);
    if (kept.length === 0) next.delete(path);
    else next.set(path, kept);
    setByPath(next);
  };
  return {
    files: () =>
      [...byPath()].map(([path, problems]) => ({ path, problems })).sort((a, b) => (a.path < b.path ? -1 : 1)),
    put,
    forget: (path) => put(path, []),
  };
}

/** How many are errors and warnings; hints and information are no problems to count. */
export function countProblems(files: readonly FileProblems[]): { errors: number; warnings: number } {
  const all = files.flatMap(({ problems }) => problems);
  const count = (severity: Problem['severity']): number => all.filter((each) => each.severity === severity).length;
  return { errors: count('error'), warnings: count('warning') };
}

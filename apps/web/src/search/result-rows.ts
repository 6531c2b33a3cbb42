import type { FileMatches, SearchMatch } from './search-messages.ts';

/** A flat list, so that a row is found by its number. */
export type ResultRow =
  | { readonly kind: 'file'; readonly path: string; readonly count: number; readonly open: boolean }
  | { readonly kind: 'match'; readonly path: string; readonly match: SearchMatch };

/** The lines of the results: a file, and below it what was found in it, unless it is folded. */
export function resultRows(files: readonly FileMatches[], folded: ReadonlySet<string>): readonly ResultRow[] {
  return files.flatMap(({ path, matches }): ResultRow[] => {
    const open = !folded.has(path);
    const file: ResultRow = { kind: 'file', path, count: matches.length, open };
    return open ? [file, ...matches.map((match): ResultRow => ({ kind: 'match', path, match }))] : [file];
  });
}

/** The results without one match, or without all of a file. A file goes with its last match. */
export function withoutRow(files: readonly FileMatches[], row: ResultRow): readonly FileMatches[] {
  return files.flatMap((file) => {
    if (file.path !== row.path) return [file];
    const matches = row.kind === 'file' ? [] : file.matches.filter((match) => match !== row.match);
    return matches.length === 0 ? [] : [{ path: file.path, matches }];
  });
}

/** Over all files, as the line above the results says it. */
export const countMatches = (files: readonly FileMatches[]): number =>
  files.reduce((sum, { matches }) => sum + matches.length, 0);

/** "1 match in 1 file", as people say it. */
export function countText(files: readonly FileMatches[]): string {
  const matches = countMatches(files);
  const among = files.length === 1 ? '1 file' : `${files.length} files`;
  return `${matches === 1 ? '1 match' : `${matches} matches`} in ${among}`;
}

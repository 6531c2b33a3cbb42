import { compareTreePaths, type TreeEntry, treePage, treePathProblem } from '@slipway/contracts';

/** Entries of one answer, and the path behind which the next begins; undefined: these were the last. */
export interface TreePage {
  readonly entries: TreeEntry[];
  readonly next?: string;
}

/** The page of a sorted list that begins behind this path, which need not be in it any more. */
export function pageOfTree(entries: readonly TreeEntry[], after: string | undefined): TreePage {
  // Sorted, so that the place is found without looking at all.
  let from = 0;
  for (let to = after === undefined ? 0 : entries.length; from < to;) {
    const middle = (from + to) >> 1;
    if (compareTreePaths(entries[middle]!.path, after!) <= 0) from = middle + 1;
    else to = middle;
  }
  const page: TreeEntry[] = [];
  for (let at = from, bytes = 0; at < entries.length; at++) {
    if (page.length === treePage.entries || bytes >= treePage.bytes) return { entries: page, next: page.at(-1)!.path };
    page.push(entries[at]!);
    bytes += Buffer.byteLength(JSON.stringify(entries[at]));
  }
  return { entries: page };
}

/** Why `?after=` is no path of a tree; undefined where it is one, or is not there. */
export const afterProblem = (after: string | undefined): string | undefined =>
  after === undefined ? undefined : treePathProblem(after);

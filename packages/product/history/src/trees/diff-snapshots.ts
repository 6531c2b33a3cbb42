import type { ObjectStore } from './object-store.ts';
import { type FolderEntry, type FolderTrees, readFolder } from './read-folder.ts';
import type { PathChange, SnapshotEntry, SnapshotTrees } from './snapshot-trees.ts';

/** A path that is not the same in two snapshots. `undefined`: there is nothing. */
export interface PathDifference {
  path: string;
  before: SnapshotEntry | undefined;
  after: SnapshotEntry | undefined;
}

const NOTHING: FolderTrees = { tree: undefined, aside: undefined };

/** Every path that differs, folders too; a folder stands before what is in it. Equal subtrees are not read. */
export async function diffSnapshots(
  objects: ObjectStore,
  before: SnapshotTrees | undefined,
  after: SnapshotTrees | undefined,
): Promise<PathDifference[]> {
  const found: PathDifference[] = [];
  const walk = async (a: FolderTrees, b: FolderTrees, prefix: string): Promise<void> => {
    if (a.tree === b.tree && a.aside === b.aside) return;
    const [left, right] = await Promise.all([readFolder(objects, a), readFolder(objects, b)]);
    const below: Promise<void>[] = [];
    for (const name of new Set([...left.keys(), ...right.keys()])) {
      const [one, other] = [left.get(name), right.get(name)];
      const path = `${prefix}${name}`;
      if (!sameEntry(one?.entry, other?.entry)) found.push({ path, before: one?.entry, after: other?.entry });
      if (one?.trees || other?.trees) below.push(walk(treesOf(one), treesOf(other), `${path}/`));
    }
    await Promise.all(below);
  };
  await walk(before ?? NOTHING, after ?? NOTHING, '');
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

const treesOf = (entry: FolderEntry | undefined): FolderTrees => entry?.trees ?? NOTHING;

/** Whether the same is at a path; of folders, without what is in them. */
export function sameEntry(a: SnapshotEntry | undefined, b: SnapshotEntry | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  switch (a.kind) {
    case 'dir':
      return b.kind === 'dir' && a.mode === b.mode;
    case 'link':
      return b.kind === 'link' && a.oid === b.oid && a.hidden === b.hidden;
    case 'file':
      return b.kind === 'file' && a.oid === b.oid && a.mode === b.mode && a.hidden === b.hidden;
  }
}

/** What makes `before` into `after` at these paths. Folders go last, when what was in them is gone. */
export function changesOf(differences: readonly PathDifference[]): PathChange[] {
  const put: PathChange[] = [];
  const gone: PathChange[] = [];
  for (const { path, before, after } of differences) {
    if (after) put.push({ ...after, path });
    else gone.push(before?.kind === 'dir' ? { kind: 'gone-if-empty', path } : { kind: 'gone', path });
  }
  return [...gone, ...put];
}

import type { ObjectStore } from './object-store.ts';
import { type FolderTrees, readFolder } from './read-folder.ts';
import type { SnapshotEntry, SnapshotTrees } from './snapshot-trees.ts';

/** A path of a snapshot and what is there; a folder only where `empty` or its mode is its own. */
export type ListedEntry = SnapshotEntry & { path: string; empty?: boolean };

/** Everything in a snapshot, or below a folder of it. Folders are listed too, before what is in them. */
export async function listEntries(objects: ObjectStore, trees: SnapshotTrees | FolderTrees): Promise<ListedEntry[]> {
  const found: ListedEntry[] = [];
  const walk = async (folder: FolderTrees, prefix: string): Promise<void> => {
    const names = await readFolder(objects, folder);
    const below: Promise<void>[] = [];
    for (const [name, child] of names) {
      const path = `${prefix}${name}`;
      if (!child.trees) found.push({ ...child.entry, path });
      else {
        const empty = child.trees.tree === undefined && child.trees.aside === undefined;
        found.push({ ...child.entry, path, empty });
        if (!empty) below.push(walk(child.trees, `${path}/`));
      }
    }
    await Promise.all(below);
  };
  await walk(trees, '');
  return found;
}

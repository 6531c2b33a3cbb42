import type { ObjectStore } from './object-store.ts';
import { type FolderEntry, readFolder } from './read-folder.ts';
import type { SnapshotTrees } from './snapshot-trees.ts';

/** What a snapshot has at a path, reading only the folders on the way. */
export async function findEntry(
  objects: ObjectStore,
  trees: SnapshotTrees,
  path: string,
): Promise<FolderEntry | undefined> {
  let at: FolderEntry = { entry: { kind: 'dir', mode: 0o755 }, trees };
  for (const name of path.split('/')) {
    if (!at.trees) return undefined;
    const next: FolderEntry | undefined = (await readFolder(objects, at.trees)).get(name);
    if (!next) return undefined;
    at = next;
  }
  return at;
}

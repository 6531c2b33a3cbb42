import { isTreeMode, TREE_MODES } from '@slipway/git';
import { META_NAME, unescapeName } from './aside-name.ts';
import type { ObjectStore } from './object-store.ts';
import { EXECUTABLE_MODE, FILE_MODE, FOLDER_MODE, type SnapshotEntry } from './snapshot-trees.ts';

/** The trees of one folder; a folder has either or both. */
export interface FolderTrees {
  tree: string | undefined;
  aside: string | undefined;
}

/** A folder has `trees`, a file or a link has none. */
export type FolderEntry = { entry: Exclude<SnapshotEntry, { kind: 'dir' }>; trees?: undefined } | FolderSubfolder;

interface FolderSubfolder {
  entry: { kind: 'dir'; mode: number };
  /** What is in it; without either it is empty. */
  trees: FolderTrees;
}

/** A name may be in both trees: a folder's own, and what is aside. */
export async function readFolder(objects: ObjectStore, trees: FolderTrees): Promise<Map<string, FolderEntry>> {
  const [main, aside] = await Promise.all([objects.readEntries(trees.tree), objects.readEntries(trees.aside)]);
  const meta = await objects.readMeta(aside.get(META_NAME));
  const found = new Map<string, FolderEntry>();
  const folder = (name: string): FolderSubfolder => {
    const known = found.get(name);
    if (known?.trees) return known;
    const made: FolderSubfolder = {
      entry: { kind: 'dir', mode: meta.folders.get(name) ?? FOLDER_MODE },
      trees: { tree: undefined, aside: undefined },
    };
    found.set(name, made);
    return made;
  };
  for (const hidden of [false, true]) {
    for (const { name: written, mode, oid } of (hidden ? aside : main).values()) {
      if (hidden && written === META_NAME) continue;
      const name = hidden ? unescapeName(written) : written;
      if (isTreeMode(mode)) folder(name).trees[hidden ? 'aside' : 'tree'] = oid;
      // A submodule is a folder whose content is in another repository.
      else if (mode === TREE_MODES.commit) folder(name);
      else if (mode === TREE_MODES.link) found.set(name, { entry: { kind: 'link', oid, hidden } });
      else {
        const plain = mode === TREE_MODES.executable ? EXECUTABLE_MODE : FILE_MODE;
        found.set(name, { entry: { kind: 'file', mode: meta.files.get(name) ?? plain, oid, hidden } });
      }
    }
  }
  for (const name of meta.folders.keys()) folder(name);
  return found;
}

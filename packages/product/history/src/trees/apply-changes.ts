import { EMPTY_TREE_OID, encodeTree, isTreeMode, TREE_MODES, type TreeEntry } from '@slipway/git';
import { escapeName, isRefusedByGit, META_NAME } from './aside-name.ts';
import type { FolderMeta } from './folder-meta.ts';
import type { ObjectStore } from './object-store.ts';
import { EXECUTABLE_MODE, FILE_MODE, FOLDER_MODE, type PathChange, type SnapshotTrees } from './snapshot-trees.ts';

/**
 * The trees of a snapshot in which these paths are as told, and all others as they
 * were. Only the folders on the way to a changed path are read or made anew.
 *
 * A folder is there until it is told to go, as in a file system: the last file that
 * goes leaves an empty folder behind. Of two changes of one path the later counts; a
 * path below one that is `gone` is put into a new folder.
 */
export async function applyChanges(
  objects: ObjectStore,
  base: SnapshotTrees | undefined,
  changes: Iterable<PathChange>,
): Promise<SnapshotTrees> {
  const root: Place = { below: new Map() };
  for (const change of changes) plant(root, change);
  const made = await changeFolder(objects, root, { tree: base?.tree, aside: base?.aside, refused: false });
  if (made.tree === undefined) objects.put('tree', encodeTree([]));
  return { tree: made.tree ?? EMPTY_TREE_OID, aside: made.aside };
}

/** The changed paths as a tree of names. */
interface Place {
  change?: PathChange;
  below: Map<string, Place>;
}

function plant(root: Place, change: PathChange): void {
  const goes = change.kind === 'gone' || change.kind === 'gone-if-empty';
  let place = root;
  for (const name of change.path.split('/')) {
    if (place.change?.kind === 'file' || place.change?.kind === 'link') {
      // Nothing is below a file; a later change that puts something there makes a folder of it.
      if (goes) return;
      place.change = { kind: 'gone', path: place.change.path };
    }
    let next = place.below.get(name);
    if (!next) place.below.set(name, (next = { below: new Map() }));
    place = next;
  }
  // What was told of paths below goes with the folder.
  if (change.kind !== 'dir' && change.kind !== 'gone-if-empty') place.below.clear();
  // A folder that went and came again is a new one; `cut` remembers it.
  if (change.kind === 'dir' && place.change !== undefined && place.change.kind !== 'dir') cut.add(place);
  place.change = change;
}

/** Folders that are new, whatever had their name before. */
const cut = new WeakSet<Place>();

interface Folder {
  tree: string | undefined;
  aside: string | undefined;
  /** Git refuses a name on the way here. */
  refused: boolean;
}

interface OpenFolder {
  main: Map<string, TreeEntry>;
  aside: Map<string, TreeEntry>;
  meta: FolderMeta;
}

async function changeFolder(
  objects: ObjectStore,
  place: Place,
  folder: Folder,
): Promise<{ tree: string | undefined; aside: string | undefined; empty: boolean }> {
  const [main, aside] = await Promise.all([objects.readEntries(folder.tree), objects.readEntries(folder.aside)]);
  const meta = await objects.readMeta(aside.get(META_NAME));
  const open: OpenFolder = { main, aside, meta };
  await Promise.all([...place.below].map(([name, child]) => changeName(objects, open, name, child, folder.refused)));
  objects.putMeta(aside, meta, TREE_MODES.file);
  return {
    tree: main.size === 0 ? undefined : objects.putTree(main.values(), folder.tree),
    aside: aside.size === 0 ? undefined : objects.putTree(aside.values(), folder.aside),
    empty: main.size + aside.size === 0,
  };
}

async function changeName(
  objects: ObjectStore,
  open: OpenFolder,
  name: string,
  place: Place,
  refusedAbove: boolean,
): Promise<void> {
  const { change, below } = place;
  const escaped = escapeName(name);
  const was = { main: open.main.get(name), aside: open.aside.get(escaped), mode: open.meta.folders.get(name) };
  const remove = (): void => {
    open.main.delete(name);
    open.aside.delete(escaped);
    open.meta.files.delete(name);
    open.meta.folders.delete(name);
  };
  if (change?.kind === 'file' || change?.kind === 'link') {
    remove();
    const isLink = change.kind === 'link';
    const mode = isLink ? TREE_MODES.link : isExecutable(change.mode) ? TREE_MODES.executable : TREE_MODES.file;
    const hide = refusedAbove || change.hidden === true || isRefusedByGit(name, change.kind);
    if (hide) open.aside.set(escaped, { mode, name: escaped, oid: change.oid });
    else open.main.set(name, { mode, name, oid: change.oid });
    if (!isLink && change.mode !== FILE_MODE && change.mode !== EXECUTABLE_MODE) open.meta.files.set(name, change.mode);
    return;
  }
  const fresh = change?.kind === 'gone' || cut.has(place);
  if (fresh) remove();
  if (change?.kind === 'gone' && below.size === 0) return;
  if (change?.kind === 'gone-if-empty' && !isFolder(was) && below.size === 0) return;
  const kept = fresh ? {} : was;
  await changeChildFolder(objects, open, { name, place, refusedAbove, kept });
}

interface Was {
  main?: TreeEntry | undefined;
  aside?: TreeEntry | undefined;
  mode?: number | undefined;
}

const isFolder = ({ main, aside, mode }: Was): boolean =>
  mode !== undefined ||
  (main !== undefined && isTreeMode(main.mode)) ||
  (aside !== undefined && isTreeMode(aside.mode));

async function changeChildFolder(
  objects: ObjectStore,
  open: OpenFolder,
  { name, place, refusedAbove, kept }: { name: string; place: Place; refusedAbove: boolean; kept: Was },
): Promise<void> {
  const { change } = place;
  const escaped = escapeName(name);
  const refused = refusedAbove || isRefusedByGit(name, 'dir');
  const made = await changeFolder(objects, place, {
    tree: kept.main && isTreeMode(kept.main.mode) ? kept.main.oid : undefined,
    aside: kept.aside && isTreeMode(kept.aside.mode) ? kept.aside.oid : undefined,
    refused,
  });
  // Only paths that were not there went: nothing makes a folder of this name.
  if (made.empty && !isFolder(kept) && change?.kind !== 'dir') return;
  if (made.empty && change?.kind === 'gone-if-empty') {
    open.main.delete(name);
    open.aside.delete(escaped);
    open.meta.folders.delete(name);
    return;
  }
  setOrDelete(open.main, name, made.tree);
  setOrDelete(open.aside, escaped, made.aside);
  open.meta.files.delete(name);
  const mode = change?.kind === 'dir' ? change.mode : (kept.mode ?? FOLDER_MODE);
  if (made.empty || mode !== FOLDER_MODE) open.meta.folders.set(name, mode);
  else open.meta.folders.delete(name);
}

function setOrDelete(entries: Map<string, TreeEntry>, name: string, oid: string | undefined): void {
  if (oid === undefined) entries.delete(name);
  else entries.set(name, { mode: TREE_MODES.tree, name, oid });
}

/** Git asks the owner's bit alone. */
const isExecutable = (mode: number): boolean => (mode & 0o100) !== 0;

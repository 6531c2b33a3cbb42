import { FileMode } from '@slipway/posix';
import { comparePaths } from './index-file.ts';
import type { ObjectStore } from './object-store.ts';

/** `mode` is one of git's own, such as 0o100644 for a file and 0o40000 for a subtree. */
export interface TreeEntry {
  readonly name: string;
  readonly mode: number;
  readonly oid: string;
}

/** `path` begins at the root of the tree. */
export interface TreeFile {
  readonly path: string;
  readonly mode: number;
  readonly oid: string;
}

/** Of a folder in a tree: written 40000, without a leading zero. */
export const TREE_MODE = FileMode.directory;
const OID_BYTES = 20;
/** A folder in a folder: no file system holds more. */
const DEPTH_LIMIT = 2048;

/** In the order of the bytes, which is git's. Throws where the last entry is cut off. */
export function parseTree(bytes: Buffer): readonly TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0, at);
    if (end < 0 || end + OID_BYTES >= bytes.length + 1) throw new Error('a tree is cut off');
    const blank = bytes.indexOf(0x20, at);
    entries.push({
      mode: Number.parseInt(bytes.toString('latin1', at, blank), 8),
      name: bytes.toString('utf8', blank + 1, end),
      oid: bytes.toString('hex', end + 1, end + 1 + OID_BYTES),
    });
    at = end + 1 + OID_BYTES;
  }
  return entries;
}

/** The bytes that are hashed; the order of `entries` does not matter. */
export function encodeTree(entries: readonly TreeEntry[]): Buffer {
  // A folder is sorted as if its name ended with a slash.
  const key = ({ name, mode }: TreeEntry): string => (mode === TREE_MODE ? `${name}/` : name);
  const sorted = entries.toSorted((a, b) => comparePaths(key(a), key(b)));
  return Buffer.concat(
    sorted.flatMap(({ name, mode, oid }) => [Buffer.from(`${mode.toString(8)} ${name}\0`), Buffer.from(oid, 'hex')]),
  );
}

/** The files of a tree and of those below it, by path. */
export function treeFiles(objects: ObjectStore, tree: string): Map<string, TreeFile> {
  const files = new Map<string, TreeFile>();
  const walk = (oid: string, prefix: string, depth: number): void => {
    if (depth > DEPTH_LIMIT) throw new Error(`tree ${tree} is too deep`);
    for (const entry of parseTree(objects.read(oid).bytes)) {
      const path = prefix + entry.name;
      if (entry.mode === TREE_MODE) walk(entry.oid, `${path}/`, depth + 1);
      else files.set(path, { path, mode: entry.mode, oid: entry.oid });
    }
  };
  walk(tree, '', 0);
  return files;
}

/** What two trees have different, by path, sorted; equal folders are not read. */
export function changedFiles(
  objects: ObjectStore,
  before: string | undefined,
  after: string | undefined,
): readonly { readonly path: string; readonly before?: TreeFile | undefined; readonly after?: TreeFile | undefined }[] {
  const changes: { path: string; before?: TreeFile | undefined; after?: TreeFile | undefined }[] = [];
  const names = (oid: string | undefined): Map<string, TreeEntry> =>
    new Map(oid === undefined ? [] : parseTree(objects.read(oid).bytes).map((entry) => [entry.name, entry]));
  // A name may be a file on one side and a folder on the other: then it is both, a file that goes and files that come.
  const walk = (one: string | undefined, two: string | undefined, prefix: string, depth: number): void => {
    if (one === two) return;
    if (depth > DEPTH_LIMIT) throw new Error(`tree ${two ?? one ?? ''} is too deep`);
    const [old, now] = [names(one), names(two)];
    for (const name of new Set([...old.keys(), ...now.keys()])) {
      const [a, b] = [old.get(name), now.get(name)];
      if (a?.oid === b?.oid && a?.mode === b?.mode) continue;
      const path = prefix + name;
      const folder = (entry: TreeEntry | undefined): string | undefined =>
        entry?.mode === TREE_MODE ? entry.oid : undefined;
      if (folder(a) !== undefined || folder(b) !== undefined) walk(folder(a), folder(b), `${path}/`, depth + 1);
      const file = (entry: TreeEntry | undefined): TreeFile | undefined =>
        entry === undefined || entry.mode === TREE_MODE ? undefined : { path, mode: entry.mode, oid: entry.oid };
      const [before_, after_] = [file(a), file(b)];
      if (before_ !== undefined || after_ !== undefined) changes.push({ path, before: before_, after: after_ });
    }
  };
  walk(before, after, '', 0);
  return changes.sort((a, b) => comparePaths(a.path, b.path));
}

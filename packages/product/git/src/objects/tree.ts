import { entryNameProblem, linkNameProblem } from './entry-name.ts';
import { GitError } from './git-error.ts';
import { type Oid, oidFromBytes, oidToBytes, ZERO_OID } from './oid.ts';
import { decodeText, encodeText } from './text.ts';

/** As git writes them today. */
export const TREE_MODES = {
  file: 0o100644,
  executable: 0o100755,
  link: 0o120000,
  tree: 0o040000,
  /** A commit of another repository: a submodule. */
  commit: 0o160000,
} as const;

/** A mode that git wrote in its first years and still reads as 100644. */
const OLD_GROUP_WRITABLE = 0o100664;
const MODES: ReadonlySet<number> = new Set([...Object.values(TREE_MODES), OLD_GROUP_WRITABLE]);

/** One entry. `name` is a string of `decodeText`. */
export interface TreeEntry {
  mode: number;
  name: string;
  oid: Oid;
}

/** Compared whole: 040000 is the only mode of a folder. */
export function isTreeMode(mode: number): boolean {
  return mode === TREE_MODES.tree;
}

/** Whether a mode names bytes: a file or a link. */
export function isBlobMode(mode: number): boolean {
  return !isTreeMode(mode) && mode !== TREE_MODES.commit;
}

/** The order of entries in a tree: by bytes, a folder as if its name ended in a slash (git's base_name_compare). */
export function compareEntries(a: TreeEntry, b: TreeEntry): number {
  return compareKeys(sortKey(a), sortKey(b));
}

/** Git compares bytes, which is another order than that of JavaScript's strings. */
const sortKey = ({ name, mode }: TreeEntry): Uint8Array => encodeText(isTreeMode(mode) ? `${name}/` : name);
const compareKeys = (a: Uint8Array, b: Uint8Array): number => Buffer.compare(a, b);

/** Entries in the order in which git writes them, on which the tree's id depends. */
export function sortEntries(entries: Iterable<TreeEntry>): TreeEntry[] {
  return [...entries]
    .map((entry) => ({ entry, key: sortKey(entry) }))
    .sort((a, b) => compareKeys(a.key, b.key))
    .map(({ entry }) => entry);
}

/** The bytes of a tree, whatever order the entries are given in. Names and modes that git forbids are refused. */
export function encodeTree(entries: Iterable<TreeEntry>): Uint8Array {
  const sorted = sortEntries(entries);
  checkEntries(sorted);
  return Buffer.concat(
    sorted.flatMap(({ mode, name, oid }) => [
      Buffer.from(`${mode.toString(8)} `, 'latin1'),
      encodeText(name),
      Buffer.of(0),
      oidToBytes(oid),
    ]),
  );
}

/** The entries of a tree from outside: what `git fsck --strict` calls an error is refused. */
export function decodeTree(bytes: Uint8Array): TreeEntry[] {
  const entries = readTree(bytes);
  checkEntries(entries);
  return entries;
}

/** The entries of a tree that was checked when it came in. */
export function readTree(bytes: Uint8Array): TreeEntry[] {
  const entries: TreeEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const end = space === -1 ? -1 : bytes.indexOf(0, space);
    if (space === -1 || end === -1 || space - at > 6) throw new GitError('bad-tree', 'Cannot read tree: it is cut off');
    const mode = readMode(bytes, at, space);
    if (end + 21 > bytes.length) throw new GitError('bad-tree', 'Cannot read tree: it is cut off');
    entries.push({ mode, name: decodeText(bytes.subarray(space + 1, end)), oid: oidFromBytes(bytes, end + 1) });
    at = end + 21;
  }
  return entries;
}

/** Throws for leading zeros, which some old tools wrote: the same tree would have two ids. */
function readMode(bytes: Uint8Array, from: number, to: number): number {
  let mode = 0;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) throw new GitError('bad-mode', 'Cannot read tree: a mode is no octal number');
    if (digit === 0 && at === from) throw new GitError('bad-mode', 'Cannot read tree: contains zero-padded file modes');
    mode = mode * 8 + digit;
  }
  return mode;
}

/** Order, repetition, modes and names. Entries must stand as they do in the tree. */
function checkEntries(entries: readonly TreeEntry[]): void {
  const names = new Set<string>();
  let previous: Uint8Array | undefined;
  for (const entry of entries) {
    const refuse = (
      code: 'bad-mode' | 'bad-name' | 'bad-tree' | 'duplicate-entries' | 'tree-not-sorted',
      why: string,
    ) => new GitError(code, `Cannot use tree entry ${JSON.stringify(entry.name.slice(0, 300))}: ${why}`);
    if (!MODES.has(entry.mode)) throw refuse('bad-mode', `contains bad file mode ${entry.mode.toString(8)}`);
    const problem =
      entryNameProblem(entry.name) ?? (entry.mode === TREE_MODES.link ? linkNameProblem(entry.name) : undefined);
    if (problem !== undefined) throw refuse('bad-name', problem);
    if (entry.oid === ZERO_OID) throw refuse('bad-tree', 'contains entries pointing to null sha1');
    if (names.has(entry.name)) throw refuse('duplicate-entries', 'contains duplicate file entries');
    names.add(entry.name);
    const key = sortKey(entry);
    if (previous && compareKeys(previous, key) >= 0) throw refuse('tree-not-sorted', 'not properly sorted');
    previous = key;
  }
}

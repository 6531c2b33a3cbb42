import { Errno, FileMode } from '@slipway/posix';
import { findEntry } from '../memory/directory.ts';
import { copyOut } from '../memory/extents.ts';
import { Entry, Inode, LINK_LIMIT, NAME_LIMIT, PATH_LIMIT, ROOT } from '../memory/layout.ts';
import type { NameCache } from '../memory/names.ts';
import type { SharedMemory } from '../memory/shared-memory.ts';
import { decodeText } from '../memory/text.ts';

/** What the last component of a path was; only a `name` can be created or removed. */
export type LastKind = 'name' | 'dot' | 'dotdot' | 'root';

/**
 * What to do at the last component. Calls that make or remove a name look at
 * the name itself (`name`): a link is not followed even before a slash. Calls
 * that may create a file refuse a slash there, whatever it names. realpath(3)
 * follows, but takes `.` and `..` on paper: without a look into the directory.
 */
export type LastRule = 'follow' | 'nofollow' | 'name' | 'create' | 'create-nofollow' | 'realpath';

/** Filled where the last name is missing, too: that is what creating needs. */
export interface WalkResult {
  /** Negative errno, or 0. A missing last component is no error: `index` is 0 then. */
  errno: number;
  /** Inode index, or 0 when the parent exists and the name does not. */
  index: number;
  /** Directory that holds (or would hold) the name, after symbolic links. */
  parent: number;
  name: string;
  /** The entry that has the name, 0 for none. */
  entry: number;
  kind: LastKind;
  /** The path ended in a slash: only a directory will do. */
  slash: boolean;
}

const fail = (errno: number): WalkResult => ({
  errno,
  index: 0,
  parent: 0,
  name: '',
  entry: 0,
  kind: 'name',
  slash: false,
});

/**
 * POSIX path resolution, section 4.16 of the base definitions: one component at
 * a time, `..` after symbolic links, a trailing slash means "as a directory".
 * `search` is what a directory's mode must have to be looked into, 0 for nothing.
 */
export function walkPath(
  memory: SharedMemory,
  names: NameCache,
  path: string,
  rule: LastRule,
  search: number,
): WalkResult {
  // UTF-8 is never shorter than the string; exact length only matters near the limit.
  if (path.length > PATH_LIMIT) return fail(Errno.ENAMETOOLONG);
  if (path === '') return fail(Errno.ENOENT);
  let rest = path;
  let position = 0;
  let links = 0;
  let current = ROOT;
  let result: WalkResult = { errno: 0, index: ROOT, parent: ROOT, name: '', entry: 0, kind: 'root', slash: false };
  for (;;) {
    while (rest.charCodeAt(position) === SLASH) position++;
    if (position >= rest.length) return result;
    // No mode at all: freed under a reader's eyes, so the name is gone.
    const container = memory.words[memory.inode(current) + Inode.mode]!;
    if ((container & FileMode.typeMask) !== FileMode.directory)
      return fail(container === 0 ? Errno.ENOENT : Errno.ENOTDIR);
    let end = rest.indexOf('/', position);
    if (end < 0) end = rest.length;
    const part = rest.slice(position, end);
    const last = onlySlashes(rest, end);
    const slash = end < rest.length;
    position = end;
    // Also the directory of the last component must be searchable, whatever is done there.
    if ((container & search) !== search && !(rule === 'realpath' && (part === '.' || part === '..')))
      return fail(Errno.EACCES);
    if (part === '.' || part === '..') {
      if (part === '..') current = memory.words[memory.inode(current) + Inode.parent]!;
      result = {
        errno: 0,
        index: current,
        parent: current,
        name: part,
        entry: 0,
        kind: part === '.' ? 'dot' : 'dotdot',
        slash,
      };
      continue;
    }
    const name = names.encode(part);
    if (name.length > NAME_LIMIT) return fail(Errno.ENAMETOOLONG);
    if (last && slash && (rule === 'create' || rule === 'create-nofollow')) return fail(Errno.EISDIR);
    const entry = findEntry(memory, current, name);
    if (entry === 0)
      return last
        ? { errno: 0, index: 0, parent: current, name: part, entry: 0, kind: 'name', slash }
        : fail(Errno.ENOENT);
    const index = memory.words[memory.entry(entry) + Entry.inode]!;
    const mode = memory.words[memory.inode(index) + Inode.mode]! & FileMode.typeMask;
    // On the way every link is followed; at the end by
    // the rule, or because a slash asks for a directory.
    if (
      mode === FileMode.link &&
      (!last || (rule !== 'name' && (slash || rule === 'follow' || rule === 'realpath' || rule === 'create')))
    ) {
      if (++links > LINK_LIMIT) return fail(Errno.ELOOP);
      const target = readTarget(memory, memory.inode(index));
      if (target === undefined || target === '') return fail(Errno.ENOENT);
      // What is left goes on behind the target, from the directory
      // of the link unless the target begins at the root.
      rest = target + rest.slice(end);
      position = 0;
      if (target.charCodeAt(0) === SLASH) {
        current = ROOT;
        result = { errno: 0, index: ROOT, parent: ROOT, name: '', entry: 0, kind: 'root', slash: false };
      }
      continue;
    }
    if (last && slash && rule !== 'name' && mode !== FileMode.directory) return fail(Errno.ENOTDIR);
    result = { errno: 0, index, parent: current, name: part, entry, kind: 'name', slash };
    if (last) return result;
    current = index;
  }
}

const SLASH = 47;

function onlySlashes(text: string, from: number): boolean {
  for (let index = from; index < text.length; index++) if (text.charCodeAt(index) !== SLASH) return false;
  return true;
}

/** Target of a symbolic link. It never changes while the inode lives, so no sequence is needed. */
export function readTarget(memory: SharedMemory, inodeAt: number): string | undefined {
  const size = memory.size(inodeAt);
  // Longer than any path: no link any more, or never one.
  if (size > PATH_LIMIT + 1) return undefined;
  const bytes = new Uint8Array(new ArrayBuffer(size));
  return copyOut(memory, inodeAt, 0, bytes, size) ? decodeText(bytes) : undefined;
}

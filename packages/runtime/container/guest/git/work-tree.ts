import { type Dirent, lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { IgnoreRules } from './ignore-rules.ts';
import {
  type EntryStat,
  EXECUTABLE_MODE,
  FILE_MODE,
  GITLINK_MODE,
  type IndexEntry,
  isSameStat,
  LINK_MODE,
  SKIP_WORKTREE,
  toEntryStat,
} from './index-file.ts';
import { ObjectStore } from './object-store.ts';
import type { Repository } from './repository.ts';

/** Of the bits for execution git looks at the owner's alone. */
const OWNER_EXECUTES = 0o100;
/** Times of files are whole milliseconds here. */
const SETTLED_MS = 2;
const ASSUME_VALID = 0x8000;

/** `type`: a file became a link, or a link a file; git shows it as T. */
export type WorkChange = 'same' | 'modified' | 'deleted' | 'type';

/** An entry beside its file: the entry itself, with a fresh memory of the file where that was read and is the same. */
export interface ComparedEntry {
  readonly change: WorkChange;
  readonly entry: IndexEntry;
  /** The file's mode now; 0 where there is none. */
  readonly mode: number;
}

/** The mode that git gives a file: 644, 755 or a link; `undefined` for folders, sockets and the like. */
export function modeOf(stats: Stats, trustBits: boolean, known: number): number | undefined {
  if (stats.isSymbolicLink()) return LINK_MODE;
  if (!stats.isFile()) return undefined;
  if (!trustBits) return known === EXECUTABLE_MODE ? EXECUTABLE_MODE : FILE_MODE;
  return (stats.mode & OWNER_EXECUTES) === 0 ? FILE_MODE : EXECUTABLE_MODE;
}

/** Compares an entry with its file, and reads it only where its memory does not say enough. */
export function compareEntry(
  repository: Repository,
  entry: IndexEntry,
  writtenMs: number,
  trustBits: boolean,
): ComparedEntry {
  if ((entry.flags ?? 0) & ASSUME_VALID || (entry.extended ?? 0) & SKIP_WORKTREE)
    return { change: 'same', entry, mode: entry.mode };
  const path = join(repository.workTree, entry.path);
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (entry.mode === GITLINK_MODE)
    return stats?.isDirectory() === true
      ? { change: 'same', entry, mode: entry.mode }
      : { change: 'deleted', entry, mode: 0 };
  const mode = stats === undefined ? undefined : modeOf(stats, trustBits, entry.mode);
  if (stats === undefined || mode === undefined) return { change: 'deleted', entry, mode: 0 };
  if ((mode === LINK_MODE) !== (entry.mode === LINK_MODE)) return { change: 'type', entry, mode };
  const known = entry.stat;
  // A file that changed in the moment in which the index was written may look the same and not be.
  if (known !== undefined && isSameStat(known, stats) && known.mtimeMs < writtenMs)
    return { change: mode === entry.mode ? 'same' : 'modified', entry, mode };
  if (known !== undefined && known.size !== stats.size >>> 0 && known.size !== 0)
    return { change: 'modified', entry, mode };
  const bytes = mode === LINK_MODE ? Buffer.from(readlinkSync(path)) : readFileSync(path);
  if (ObjectStore.idOf('blob', bytes) !== entry.oid) return { change: 'modified', entry, mode };
  return { change: mode === entry.mode ? 'same' : 'modified', entry: { ...entry, stat: rememberedStat(stats) }, mode };
}

/** What an entry may remember of a file that was just read: nothing while it may change once more at the same time. */
export function rememberedStat(stats: Stats): EntryStat | undefined {
  return Date.now() - stats.mtimeMs < SETTLED_MS ? undefined : toEntryStat(stats);
}

/** Apart, because git shows ignored ones only when it is asked to. */
export interface Untracked {
  readonly untracked: string[];
  readonly ignored: string[];
}

/** `mode` and `ignored` are those of git-status(1). */
export interface WalkOptions {
  /** `normal` names a folder that is new as a whole; `all` each file in it. */
  readonly mode: 'no' | 'normal' | 'all';
  readonly ignored: boolean;
  /** Only what lies at or below these paths, or leads there. */
  readonly wanted?: (path: string, isFolder: boolean) => boolean;
  readonly unruled?: boolean;
}

/** Files that the index does not have; folders end with a slash. */
export function findUntracked(repository: Repository, entries: readonly IndexEntry[], options: WalkOptions): Untracked {
  const found: Untracked = { untracked: [], ignored: [] };
  if (options.mode === 'no') return found;
  const tracked = new Set(entries.map(({ path }) => path));
  const within = new Set(entries.flatMap(({ path, mode }) => (mode === GITLINK_MODE ? path : [])));
  const folders = new Set<string>();
  for (const { path } of entries)
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const folder = path.slice(0, slash);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  const wanted = options.wanted ?? (() => true);

  const walk = (folder: string, rules: IgnoreRules): void => {
    for (const entry of readdirSync(join(repository.workTree, folder), { withFileTypes: true })) {
      const path = folder + entry.name;
      const isFolder = entry.isDirectory();
      // A folder may stand where a file is tracked.
      if (entry.name === '.git' || (isFolder ? within.has(path) : tracked.has(path))) continue;
      if (!isTakeable(entry) || !wanted(path, isFolder)) continue;
      if (isFolder && folders.has(path)) walk(`${path}/`, rules.below(`${path}/`));
      else if (options.unruled !== true && rules.ignores(path, isFolder)) {
        if (options.ignored) found.ignored.push(isFolder ? `${path}/` : path);
      } else if (!isFolder) found.untracked.push(path);
      else newFolder(path, rules);
    }
  };
  const newFolder = (path: string, rules: IgnoreRules): void => {
    const inside = `${path}/`;
    if (isRepository(join(repository.workTree, path))) {
      found.untracked.push(inside);
      return;
    }
    if (options.mode === 'all') return walk(inside, rules.below(inside));
    if (hasFile(repository, inside, rules.below(inside), options.ignored ? found.ignored : undefined))
      found.untracked.push(inside);
  };
  walk('', IgnoreRules.open(repository));
  return found;
}

/** Whether anything in a new folder would be added; `ignored` gathers what would not. */
function hasFile(repository: Repository, folder: string, rules: IgnoreRules, ignored: string[] | undefined): boolean {
  let has = false;
  for (const entry of readdirSync(join(repository.workTree, folder), { withFileTypes: true })) {
    if (!isTakeable(entry) || entry.name === '.git') continue;
    const path = folder + entry.name;
    const isFolder = entry.isDirectory();
    if (rules.ignores(path, isFolder)) ignored?.push(isFolder ? `${path}/` : path);
    else has ||= !isFolder || hasFile(repository, `${path}/`, rules.below(`${path}/`), ignored);
    if (has && ignored === undefined) return true;
  }
  return has;
}

const isTakeable = (entry: Dirent): boolean => entry.isFile() || entry.isDirectory() || entry.isSymbolicLink();

/** A `.git` file counts too: that of a submodule or of a linked working tree. */
export const isRepository = (folder: string): boolean =>
  lstatSync(join(folder, '.git'), { throwIfNoEntry: false }) !== undefined;

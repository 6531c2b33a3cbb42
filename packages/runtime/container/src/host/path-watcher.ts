/** `watchPaths` of the client 1.6.1-internal.1: globs over absolute or workdir-relative paths, events in lists. */
import { isDirectoryMode } from '@slipway/posix';
import type { AsyncVfs } from '@slipway/vfs';
import type { PathWatcherEvent } from '@slipway/wire';
import { globBase, matchAny } from './globs.ts';
import type { TreeChange, TreeWatcher } from './tree-watcher.ts';

/** Empty `include`: all of the working directory. `exclude` wins. */
export interface PathWatch {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly includeContent: boolean;
}

/** Larger files are announced without content. */
const MAX_CONTENT_BYTES = 16 * 1024 * 1024;

/** Returns how to stop. Of a path that appears and is written at once, one event comes, its appearance. */
export function watchPaths(
  fs: AsyncVfs,
  watcher: TreeWatcher,
  workdir: string,
  watch: PathWatch,
  listener: (events: readonly PathWatcherEvent[]) => void,
): () => void {
  const absolute = (pattern: string): string => (pattern.startsWith('/') ? pattern : `${workdir}/${pattern}`);
  const include = watch.include.length === 0 ? [`${workdir}/**`] : watch.include.map(absolute);
  const root = existingAncestor(fs, commonDirectory(include.map(globBase)));
  const included = matchAny(include);
  const excluded = matchAny(watch.exclude);
  const inRoot = (path: string): string => (root === '/' ? `/${path}` : `${root}/${path}`);
  const inWorkdir = (path: string): string => (path.startsWith(`${workdir}/`) ? path.slice(workdir.length + 1) : path);
  const skip = (path: string): boolean => excluded(inRoot(path), inWorkdir(inRoot(path)));

  return watcher.watch(fs.lookup(root, true), { recursive: true, skip }, (changes) => {
    const events: PathWatcherEvent[] = [];
    // The first write of a new file is part of its appearance.
    const added = new Set<string>();
    for (const change of changes) {
      const path = inRoot(change.path);
      if (!included(path) || skip(change.path)) continue;
      if (change.type === 'add') added.add(path);
      else if (change.type === 'change' && added.has(path)) continue;
      const buffer =
        watch.includeContent && !change.directory && change.type !== 'remove' ? readContent(fs, path) : undefined;
      events.push({ type: eventType(change), path, ...(buffer === undefined ? {} : { buffer }) });
    }
    if (events.length > 0) listener(events);
  });
}

function eventType({ type, directory }: TreeChange): PathWatcherEvent['type'] {
  if (type === 'add') return directory ? 'add_dir' : 'add_file';
  if (type === 'remove') return directory ? 'remove_dir' : 'remove_file';
  return directory ? 'update_directory' : 'change';
}

/** None of what has gone meanwhile, or is too large: the event is told without it. */
function readContent(fs: AsyncVfs, path: string): Uint8Array | undefined {
  const ino = fs.lookup(path, true);
  const stat = ino < 0 ? ino : fs.stat(ino);
  if (typeof stat === 'number' || stat.size > MAX_CONTENT_BYTES) return undefined;
  const bytes = fs.readFile(path);
  return typeof bytes === 'number' ? undefined : bytes;
}

/** The deepest folder above all of them, by whole names. */
function commonDirectory(paths: readonly string[]): string {
  const [first = '/', ...rest] = paths;
  let common = first.split('/');
  for (const path of rest) {
    const parts = path.split('/');
    const differs = common.findIndex((part, at) => part !== parts[at]);
    if (differs >= 0) common = common.slice(0, differs);
  }
  return common.join('/') || '/';
}

/** A glob may name a folder that comes later: then what exists above it is watched. */
function existingAncestor(fs: AsyncVfs, path: string): string {
  let at = path;
  for (;;) {
    const ino = fs.lookup(at, true);
    const stat = ino < 0 ? ino : fs.stat(ino);
    if (typeof stat !== 'number' && isDirectoryMode(stat.mode)) return at;
    if (at === '/') throw new Error('Cannot watch: the file system has no root');
    at = at.slice(0, at.lastIndexOf('/')) || '/';
  }
}

import { isDirectoryMode } from '@slipway/posix';
import type { AsyncVfs } from '@slipway/vfs';
import { must } from './fs-error.ts';
import type { TreeWatcher } from './tree-watcher.ts';

/**
 * fs.watch() of one path. `shown` is the path for error texts. Names that come
 * and go are `rename`, content is `change`; a file is watched by its name, so
 * that a replaced file is noticed.
 */
export function watchPath(
  fs: AsyncVfs,
  watcher: TreeWatcher,
  absolute: string,
  shown: string,
  recursive: boolean,
  listener: (event: 'rename' | 'change', filename: string) => void,
): () => void {
  const ino = must(fs.lookup(absolute, true), 'watch', shown);
  const stat = must(fs.stat(ino), 'watch', shown);
  if (isDirectoryMode(stat.mode)) {
    return watcher.watch(ino, { recursive }, (changes) => {
      for (const { type, path } of changes) listener(type === 'change' ? 'change' : 'rename', path);
    });
  }
  const slash = absolute.lastIndexOf('/');
  const name = absolute.slice(slash + 1);
  const parent = must(fs.lookup(absolute.slice(0, slash) || '/', true), 'watch', shown);
  return watcher.watch(parent, { recursive: false }, (changes) => {
    for (const { type, path } of changes) if (path === name) listener(type === 'change' ? 'change' : 'rename', name);
  });
}

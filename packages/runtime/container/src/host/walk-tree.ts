/** Lists a tree for export and search, letting go of the thread every few milliseconds. */
import { DirentType, type AsyncVfs, type Stat } from '@slipway/vfs';

/** `stat` is that of the moment of the walk: the entry may be gone when it is looked at. */
export interface WalkEntry {
  /** Relative to where the walk began. */
  readonly path: string;
  readonly absolute: string;
  readonly ino: number;
  readonly type: 'file' | 'directory' | 'link';
  readonly stat: Stat;
}

/** Longest stretch of work between two turns of the event loop. */
const TURN_MS = 8;

/** Shared by all that one request does, so that it is polite as a whole and not in each of its parts. */
export class Turns {
  #began = performance.now();

  /** Resolves at once, or after a turn of the event loop when this one has lasted. */
  async next(): Promise<void> {
    if (performance.now() - this.#began < TURN_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#began = performance.now();
  }
}

/**
 * Parents before children, in name order. `enter` decides on directories,
 * relative path given. Links are not followed.
 */
export async function* walkTree(
  fs: AsyncVfs,
  root: string,
  enter: (path: string) => boolean,
  turns: Turns,
): AsyncGenerator<WalkEntry> {
  const pending: { absolute: string; path: string }[] = [{ absolute: root, path: '' }];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    const ino = fs.lookup(directory.absolute, directory.path === '');
    const entries = ino < 0 ? ino : fs.readdir(ino);
    // Removed meanwhile: then it is not part of the tree.
    if (typeof entries === 'number') continue;
    const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
    const children: { absolute: string; path: string }[] = [];
    for (const entry of sorted) {
      if (entry.name === '.' || entry.name === '..') continue;
      await turns.next();
      const path = directory.path === '' ? entry.name : `${directory.path}/${entry.name}`;
      const absolute = directory.absolute === '/' ? `/${entry.name}` : `${directory.absolute}/${entry.name}`;
      const stat = fs.stat(entry.ino);
      if (typeof stat === 'number') continue;
      if (entry.type === DirentType.directory) {
        yield { path, absolute, ino: entry.ino, type: 'directory', stat };
        if (enter(path)) children.push({ absolute, path });
      } else if (entry.type === DirentType.file || entry.type === DirentType.link) {
        yield { path, absolute, ino: entry.ino, type: entry.type === DirentType.file ? 'file' : 'link', stat };
      }
    }
    pending.push(...children.reverse());
  }
}

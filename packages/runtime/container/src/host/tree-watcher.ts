/**
 * Names for what the change journal reports by inode.
 *
 * A watcher keeps a picture of one directory (or tree) and moves it along with
 * the journal. The picture may be ahead of the journal, as it is read from the
 * present: a journal entry that contradicts it is about the past and is skipped.
 */
import { isDirectoryMode } from '@slipway/posix';
import { DirentType, type AsyncVfs, type VfsChange } from '@slipway/vfs';
import { JournalFollower, type JournalBatch } from './journal-follower.ts';

/** A rename is a `remove` and an `add`: the journal tells inodes, and the new name may be elsewhere. */
export interface TreeChange {
  readonly type: 'add' | 'remove' | 'change';
  readonly directory: boolean;
  /** Relative to the watched directory. */
  readonly path: string;
}

/** A folder that is skipped is itself reported; what is in it is not. */
export interface WatchOptions {
  readonly recursive: boolean;
  /** True for a path (relative, of a directory) whose content is of no interest. */
  readonly skip?: (path: string) => boolean;
}

interface Name {
  readonly ino: number;
  readonly directory: boolean;
  generation: number;
}

/** Any number of watches over one journal; nothing runs while there is none. */
export class TreeWatcher {
  readonly #fs: AsyncVfs;
  readonly #follower: JournalFollower;

  constructor(fs: AsyncVfs) {
    this.#fs = fs;
    this.#follower = new JournalFollower(fs);
  }

  /** Tells every watcher now of all that has changed up to now. */
  catchUp(): void {
    this.#follower.catchUp();
  }

  /** `root` is a directory's inode. Returns how to stop. */
  watch(root: number, options: WatchOptions, listener: (changes: readonly TreeChange[]) => void): () => void {
    let picture: Picture | undefined;
    const stop = this.#follower.subscribe((batch) => {
      const changes = picture?.follow(batch) ?? [];
      if (changes.length > 0) listener(changes);
    });
    // Read after subscribing: whatever happens in between is seen at least once.
    picture = new Picture(this.#fs, root, options);
    return stop;
  }
}

/** Names and inodes of the watched folders as they were last seen, from which removals can be named. */
class Picture {
  readonly #fs: AsyncVfs;
  readonly #root: number;
  readonly #options: WatchOptions;
  #directories = new Map<number, { path: string; names: Map<string, Name> }>();
  /** Where a file is linked: inode -> directory inode and name. */
  #links = new Map<number, { parent: number; name: string }[]>();

  constructor(fs: AsyncVfs, root: number, options: WatchOptions) {
    this.#fs = fs;
    this.#root = root;
    this.#options = options;
    this.#scan(root, '', undefined);
  }

  /** Of several changes to one file in a batch one is told. */
  follow(batch: JournalBatch): readonly TreeChange[] {
    if (batch.overflow) return this.#reread();
    const changes: TreeChange[] = [];
    const changed = new Set<number>();
    for (const change of batch.changes) {
      if (change.type === 'create') this.#created(change, changes);
      else if (change.type === 'remove') this.#removed(change, changes);
      else if (!changed.has(change.ino)) {
        changed.add(change.ino);
        this.#changed(change.ino, changes);
      }
    }
    return changes;
  }

  /** `changes` undefined: the first picture, of which nobody is told. */
  #scan(ino: number, path: string, changes: TreeChange[] | undefined): void {
    const entries = this.#fs.readdir(ino);
    if (typeof entries === 'number') return;
    this.#directories.set(ino, { path, names: new Map() });
    for (const entry of entries) {
      if (entry.name !== '.' && entry.name !== '..')
        this.#add(ino, entry.name, entry.ino, entry.type === DirentType.directory, changes);
    }
  }

  /** Of a folder with all below it, where the watch goes so deep. */
  #add(parent: number, name: string, ino: number, directory: boolean, changes: TreeChange[] | undefined): void {
    const holder = this.#directories.get(parent);
    if (holder === undefined) return;
    const path = holder.path === '' ? name : `${holder.path}/${name}`;
    holder.names.set(name, { ino, directory, generation: directory ? 0 : this.#fs.contentGeneration(ino) });
    changes?.push({ type: 'add', directory, path });
    if (!directory) {
      const links = this.#links.get(ino);
      if (links === undefined) this.#links.set(ino, [{ parent, name }]);
      else links.push({ parent, name });
    } else if (this.#options.recursive && this.#options.skip?.(path) !== true) this.#scan(ino, path, changes);
  }

  /** Takes a name and all below it out of the picture; a file stays known by its other links. */
  #forget(parent: number, name: string, changes: TreeChange[]): void {
    const holder = this.#directories.get(parent);
    const known = holder?.names.get(name);
    if (holder === undefined || known === undefined) return;
    const path = holder.path === '' ? name : `${holder.path}/${name}`;
    if (known.directory) {
      // Children first, as a removal does it.
      const inner = this.#directories.get(known.ino);
      if (inner !== undefined) for (const child of inner.names.keys()) this.#forget(known.ino, child, changes);
      this.#directories.delete(known.ino);
    } else {
      const rest = (this.#links.get(known.ino) ?? []).filter((link) => link.parent !== parent || link.name !== name);
      if (rest.length === 0) this.#links.delete(known.ino);
      else this.#links.set(known.ino, rest);
    }
    holder.names.delete(name);
    changes.push({ type: 'remove', directory: known.directory, path });
  }

  /** Read from the present: the inode may have gone again, or the name have been given to another since. */
  #created({ parent, name, ino }: VfsChange, changes: TreeChange[]): void {
    const holder = this.#directories.get(parent);
    if (holder === undefined) return;
    const known = holder.names.get(name);
    if (known?.ino === ino) return;
    const stat = this.#fs.stat(ino);
    // Gone again: its removal, which follows, has nothing to remove either.
    if (typeof stat === 'number') return;
    if (known !== undefined) this.#forget(parent, name, changes);
    this.#add(parent, name, ino, isDirectoryMode(stat.mode), changes);
  }

  /** Only where the picture still has that inode: the name may have been given anew, and seen, before. */
  #removed({ parent, name, ino }: VfsChange, changes: TreeChange[]): void {
    if (this.#directories.get(parent)?.names.get(name)?.ino === ino) this.#forget(parent, name, changes);
  }

  /** One change of content is told under each name of the file. */
  #changed(ino: number, changes: TreeChange[]): void {
    for (const { parent, name } of this.#links.get(ino) ?? []) {
      const holder = this.#directories.get(parent);
      const known = holder?.names.get(name);
      if (holder === undefined || known === undefined) continue;
      known.generation = this.#fs.contentGeneration(ino);
      changes.push({ type: 'change', directory: false, path: holder.path === '' ? name : `${holder.path}/${name}` });
    }
  }

  /** The journal has lapped us: compare what we knew with what is. */
  #reread(): readonly TreeChange[] {
    const before = this.#flatten();
    this.#directories = new Map();
    this.#links = new Map();
    this.#scan(this.#root, '', undefined);
    const after = this.#flatten();
    const changes: TreeChange[] = [];
    for (const [path, name] of before)
      if (after.get(path)?.directory !== name.directory)
        changes.push({ type: 'remove', directory: name.directory, path });
    for (const [path, name] of after) {
      const old = before.get(path);
      if (old?.directory !== name.directory) changes.push({ type: 'add', directory: name.directory, path });
      else if (!name.directory && (old.ino !== name.ino || old.generation !== name.generation))
        changes.push({ type: 'change', directory: false, path });
    }
    return changes;
  }

  #flatten(): Map<string, Name> {
    const all = new Map<string, Name>();
    for (const { path, names } of this.#directories.values()) {
      for (const [name, known] of names) all.set(path === '' ? name : `${path}/${name}`, known);
    }
    return all;
  }
}

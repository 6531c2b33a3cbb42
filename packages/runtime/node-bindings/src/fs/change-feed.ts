import type { VfsChange } from '@slipway/vfs';
import type { FsContext } from './fs-context.ts';
import { whenSettled } from '../realm/when-settled.ts';

/** In the order of the journal; after `overflowed` anything may have changed. */
export interface ChangeListener {
  /**
   * Called outside the loop, in the order of the journal; a listener that runs code of the program goes by
   * `makeCallback`.
   */
  changed(change: VfsChange): void;
  /** More happened than the journal holds: anything may have changed. */
  overflowed(): void;
}

/**
 * The one reader of the change journal in this process. Listeners stand under
 * the inode they watch, so that thousands of watchers (chokidar, recursive
 * fs.watch) cost one look-up per change.
 */
export class ChangeFeed {
  readonly #context: FsContext;
  /** Inode numbers and not paths: a watched file that is renamed is still the one that is watched. */
  readonly #byInode = new Map<number, Set<ChangeListener>>();
  /** Listeners of whole trees: asked about everything. */
  readonly #everywhere = new Set<ChangeListener>();
  /** The next entry of the journal that nobody here has seen. */
  #sequence = 0;
  #following = false;

  constructor(context: FsContext) {
    this.#context = context;
  }

  /** From now on; an `'everywhere'` listener hears of the whole file system and filters by itself. */
  add(inode: number | 'everywhere', listener: ChangeListener): void {
    // What happened before it came is not the new listener's: to the others it is told now.
    if (this.#following) this.#deliver();
    else this.#sequence = this.#context.sys.fs.sequence();
    this.#listeners(inode).add(listener);
    if (!this.#following) this.#follow();
  }

  /** The last one that goes ends the reading at the next change: a wait in shared memory cannot be called off. */
  remove(inode: number | 'everywhere', listener: ChangeListener): void {
    const listeners = this.#listeners(inode);
    listeners.delete(listener);
    if (inode !== 'everywhere' && listeners.size === 0) this.#byInode.delete(inode);
  }

  #listeners(inode: number | 'everywhere'): Set<ChangeListener> {
    if (inode === 'everywhere') return this.#everywhere;
    let listeners = this.#byInode.get(inode);
    if (listeners === undefined) {
      listeners = new Set();
      this.#byInode.set(inode, listeners);
    }
    return listeners;
  }

  #follow(): void {
    if (this.#byInode.size === 0 && this.#everywhere.size === 0) {
      this.#following = false;
      return;
    }
    this.#following = true;
    // Undefined when something has happened since `#sequence`: no need to wait.
    const waiting = this.#context.sys.fs.changed(this.#sequence) ?? Promise.resolve();
    // A waiting worker does not keep the loop alive; the handles that watch do.
    const deliver = (): void => {
      this.#deliver();
      this.#follow();
    };
    // A wait that fails (the memory has gone) ends the reading; the next `add` begins anew.
    whenSettled(this.#context.realm.host.promiseThen, waiting, deliver, () => {
      this.#following = false;
    });
  }

  #deliver(): void {
    const { sequence, changes, overflow } = this.#context.sys.fs.since(this.#sequence);
    // Moved on before anybody is told: a listener that adds another one comes back in here.
    this.#sequence = sequence;
    if (overflow) {
      // Each once, though it may stand under an inode and under everything.
      for (const listener of new Set([...this.#everywhere, ...[...this.#byInode.values()].flatMap((set) => [...set])]))
        listener.overflowed();
      return;
    }
    for (const change of changes) {
      // 0: the inode itself changed, under whatever names it has; its folder is not told which.
      const parents = change.parent === 0 ? undefined : this.#byInode.get(change.parent);
      if (parents !== undefined) for (const listener of parents) listener.changed(change);
      const own = this.#byInode.get(change.ino);
      if (own !== undefined) for (const listener of own) listener.changed(change);
      for (const listener of this.#everywhere) listener.changed(change);
    }
  }
}

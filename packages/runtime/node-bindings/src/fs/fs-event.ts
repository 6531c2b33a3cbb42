import { Errno, FileMode } from '@slipway/posix';
import type { VfsChange } from '@slipway/vfs';
import { AsyncWrap } from '../handles/async-wrap.ts';
import { HandleWrap } from '../handles/handle-wrap.ts';
import type { Foreign } from '../realm/realm.ts';
import type { ChangeFeed, ChangeListener } from './change-feed.ts';
import type { FsContext } from './fs-context.ts';

/** The one user of the container owns everything, so its bit decides. */
const OWNER_READ = 0o400;

type EventType = 'rename' | 'change';

/**
 * FSEvent over the journal, telling what inotify would through libuv:
 *
 *   in a watched directory    name appears or vanishes: rename; content or attributes: change
 *   the watched inode itself  content, attributes, link count: change (rename for a directory);
 *                             moved: rename; last name gone: two renames more
 *
 * and, as inotify does, nothing that equals the event just before it, while that
 * is unread. One change may be two events: of a name in the watched folder, and
 * of the inode that is watched, which is told under the last part of its path as
 * given. Where the journal overflowed, a rename of nobody (IN_Q_OVERFLOW).
 * `start` answers 0 or a negative errno; `persistent` false leaves the loop free to end.
 */
export function createFsEventClass(context: FsContext, feed: ChangeFeed): Foreign {
  const { realm } = context;

  return class FSEvent extends HandleWrap implements ChangeListener {
    #inode = 0;
    #directory = false;
    /** Path of the watched tree while it is watched with everything below. */
    #tree: string | undefined;
    #name = '';
    #encoding: unknown;
    #initialized = false;
    /** The last event of the running batch. */
    #last: string | undefined;
    /** A name of the watched inode has just gone: if another comes next, it was a move. */
    #leaving = false;

    constructor() {
      super(realm);
    }

    get initialized(): boolean {
      return this.#initialized;
    }

    start(path: unknown, persistent: boolean, recursive: boolean, encoding: unknown): number {
      const { fs } = context.sys;
      const absolute = context.paths.absolute(context.paths.text(path));
      const inode = fs.lookup(absolute, true);
      if (inode < 0) return inode;
      const stat = fs.stat(inode);
      if (typeof stat === 'number') return stat;
      // inotify_add_watch(2) wants what open(2) wants for reading.
      if ((stat.mode & OWNER_READ) === 0) return Errno.EACCES;
      this.#inode = inode;
      this.#directory = (stat.mode & FileMode.typeMask) === FileMode.directory;
      this.#name = absolute.replace(/\/+$/, '').split('/').at(-1) ?? '';
      this.#encoding = encoding;
      if (recursive && this.#directory) {
        // Changes come with inodes, and `pathOf` answers real paths: only those can be compared.
        const real = fs.realpath(absolute);
        if (typeof real === 'number') return real;
        this.#tree = real === '/' ? '' : real;
      }
      feed.add(this.#place, this);
      this.#initialized = true;
      this.setActive(true);
      if (!persistent) this.unref();
      return 0;
    }

    changed(change: VfsChange): void {
      if (this.#tree !== undefined) this.#below(change, this.#tree);
      else if (change.parent === this.#inode)
        this.#emit(change.type === 'change' && !isDirectory(context, change.ino) ? 'change' : 'rename', change.name);
      if (change.ino === this.#inode) this.#self(change);
    }

    overflowed(): void {
      this.#emit('rename', null);
    }

    protected override onClose(): void {
      if (!this.#initialized) return;
      this.#initialized = false;
      feed.remove(this.#place, this);
      this.setActive(false);
    }

    get #place(): number | 'everywhere' {
      return this.#tree === undefined ? this.#inode : 'everywhere';
    }

    #below(change: VfsChange, tree: string): void {
      const folder = change.parent === 0 ? -1 : context.sys.fs.pathOf(change.parent);
      if (typeof folder === 'number') return;
      const path = folder === '/' ? `/${change.name}` : `${folder}/${change.name}`;
      if (path.startsWith(`${tree}/`))
        this.#emit(change.type === 'change' ? 'change' : 'rename', path.slice(tree.length + 1));
    }

    /** What happens to the watched inode under any of its names. */
    #self(change: VfsChange): void {
      // rename(2) is written as a remove and a create, one right behind the other in the journal.
      const moved = this.#leaving && change.type === 'create';
      this.#leaving = change.type === 'remove';
      if (moved) this.#emit('rename', this.#name);
      else if (change.type === 'change') this.#emit(this.#directory ? 'rename' : 'change', this.#name);
      // A file may still have other names: then it was no end, only a name less.
      const ends = change.type === 'change' ? change.parent === 0 : change.type === 'remove' && this.#directory;
      if (!ends || !this.#isNameless()) return;
      // Twice, as inotify tells IN_DELETE_SELF and then IN_IGNORED.
      this.#emit('rename', this.#name);
      this.#last = undefined;
      this.#emit('rename', this.#name);
    }

    #isNameless(): boolean {
      const stat = context.sys.fs.stat(this.#inode);
      return typeof stat === 'number' || stat.nlink === 0;
    }

    #emit(type: EventType, name: string | null): void {
      const key = `${type} ${name}`;
      if (this.#last === key) return;
      // The changes of a batch are told in one go, so the end of the running job is the end of the batch.
      if (this.#last === undefined) realm.host.queueMicrotask(() => (this.#last = undefined));
      this.#last = key;
      realm.loop.makeCallback(this, () => {
        if (!this.#initialized) return;
        AsyncWrap.callMethod(
          this,
          'onchange',
          0,
          type,
          name === null ? null : context.paths.encode(name, this.#encoding),
        );
      });
    }
  };
}

function isDirectory(context: FsContext, ino: number): boolean {
  const stat = context.sys.fs.stat(ino);
  return typeof stat !== 'number' && (stat.mode & FileMode.typeMask) === FileMode.directory;
}

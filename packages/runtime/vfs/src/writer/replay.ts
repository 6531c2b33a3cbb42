import { FileMode } from '@slipway/posix';
import type { KeepLog } from '../keep/keep-log.ts';
import { type KeepVisitor, type KeptInode, readRecords } from '../keep/keep-records.ts';
import { findEntry } from '../memory/directory.ts';
import { Entry, Inode, ROOT } from '../memory/layout.ts';
import { decodeText } from '../memory/text.ts';
import { ROOT_ID } from './keeper.ts';
import type { Store } from './store.ts';

/** Does what a log says, below `root`. The next free id, or `undefined` for a log that makes no sense. */
export function replayLog(store: Store, log: KeepLog, root: number): number | undefined {
  const replay = new Replay(store, root);
  const whole = log.read((records, last) => {
    if (!readRecords(records, replay)) return false;
    if (last) replay.endGroup();
    return true;
  });
  replay.dropNameless();
  return whole ? replay.next : undefined;
}

/** Pipes and sockets are never in a log. */
const KEPT_TYPES: readonly number[] = [FileMode.file, FileMode.directory, FileMode.link];

/** False from any of these says that the log makes no sense: whoever wrote it would not have. */
class Replay implements KeepVisitor {
  readonly #store: Store;
  readonly #root: number;
  readonly #indexes = new Map<number, number>();
  next = ROOT_ID + 1;

  constructor(store: Store, root: number) {
    this.#store = store;
    this.#root = root;
    this.#indexes.set(ROOT_ID, root);
  }

  inode({ id, mode, uid, gid, times }: KeptInode): boolean {
    const { memory, inodes } = this.#store;
    let index = this.#indexes.get(id);
    if (index === undefined) {
      if (id < ROOT_ID || !KEPT_TYPES.includes(mode & FileMode.typeMask)) return false;
      index = this.#store.create(mode);
      if (index === 0) return false;
      memory.words[memory.inode(index) + Inode.keep] = id | 0;
      this.#indexes.set(id, index);
      this.next = Math.max(this.next, id + 1);
      // An inode never changes its type.
    } else if (this.#store.type(index) !== (mode & FileMode.typeMask)) return false;
    const at = memory.inode(index);
    inodes.begin(index);
    memory.words[at + Inode.mode] = mode & (FileMode.typeMask | FileMode.permissions);
    memory.words[at + Inode.uid] = uid;
    memory.words[at + Inode.gid] = gid;
    memory.floats.set(times, (at + Inode.times) / 2);
    inodes.end(index);
    return true;
  }

  name(parentId: number, id: number, timeMs: number, name: Uint8Array): boolean {
    const store = this.#store;
    const parent = this.#folder(parentId);
    const index = this.#indexes.get(id);
    if (parent === undefined || index === undefined || index === this.#root || this.#isAbove(index, parent))
      return false;
    store.setTime(timeMs);
    const text = decodeText(name);
    const entry = findEntry(store.memory, parent, store.names.encode(text));
    if (entry === 0) return store.attach(parent, text, index);
    const old = store.memory.words[store.memory.entry(entry) + Entry.inode]!;
    // Where it stands in its folder, as rename(2) has it.
    store.retarget(entry, index, entry);
    this.#setAside(old);
    return true;
  }

  unname(parentId: number, timeMs: number, name: Uint8Array): boolean {
    const store = this.#store;
    const parent = this.#folder(parentId);
    if (parent === undefined) return false;
    store.setTime(timeMs);
    const entry = findEntry(store.memory, parent, store.names.encode(decodeText(name)));
    // What is not kept may have had the name.
    if (entry === 0) return true;
    const index = store.memory.words[store.memory.entry(entry) + Entry.inode]!;
    store.detach(entry, 'removed');
    this.#setAside(index);
    return true;
  }

  data(id: number, position: number, bytes: Uint8Array): boolean {
    const index = this.#content(id);
    return index !== undefined && this.#store.content.put(index, position, bytes) === bytes.length;
  }

  size(id: number, size: number): boolean {
    const index = this.#content(id);
    return index !== undefined && this.#store.content.truncate(index, size) === 0;
  }

  drop(id: number): boolean {
    const { memory } = this.#store;
    const index = this.#indexes.get(id);
    if (index === undefined || index === this.#root) return false;
    const at = memory.inode(index);
    if (memory.words[at + Inode.entry] !== 0) return false;
    if (this.#store.type(index) === FileMode.directory && memory.words[at + Inode.firstEntry] !== 0) return false;
    this.#indexes.delete(id);
    this.#store.orphans.add(index);
    return true;
  }

  endGroup(): void {
    this.#store.finish();
    this.#store.reclaim();
  }

  /** What was open without a name, or outside of what is kept, when the log ended. */
  dropNameless(): void {
    const store = this.#store;
    const { memory } = store;
    const nameless = [...this.#indexes.values()].filter(
      (index) => index !== this.#root && memory.words[memory.inode(index) + Inode.entry] === 0,
    );
    for (const top of nameless) {
      if (store.isFolder(top)) store.empty(top);
      store.orphans.add(top);
    }
    this.endGroup();
  }

  /** It may get a name again: a log says when an inode is gone. */
  #setAside(index: number): void {
    const { memory, orphans } = this.#store;
    orphans.rescue(index);
    const at = memory.inode(index);
    // What lies above a folder without a name is nothing.
    if (memory.words[at + Inode.entry] === 0 && this.#store.type(index) === FileMode.directory)
      memory.words[at + Inode.parent] = 0;
  }

  /** Undefined for an unknown id and for what is no folder. */
  #folder(id: number): number | undefined {
    const index = this.#indexes.get(id);
    return index !== undefined && this.#store.type(index) === FileMode.directory ? index : undefined;
  }

  #content(id: number): number | undefined {
    const index = this.#indexes.get(id);
    return index !== undefined && this.#store.type(index) !== FileMode.directory ? index : undefined;
  }

  /** A folder in itself would be walked for ever. */
  #isAbove(index: number, folder: number): boolean {
    const { memory } = this.#store;
    if (this.#store.type(index) !== FileMode.directory) return false;
    for (let current = folder; ; current = memory.words[memory.inode(current) + Inode.parent]!) {
      if (current === index) return true;
      // A folder that has no name has no parent either.
      if (current === this.#root || current === ROOT || current === 0) return false;
    }
  }
}

import type { Dirent, ImportEntry, Stat, Vfs, VfsChange, VfsUsage } from './contract.ts';
import { JournalReader } from './journal.ts';
import { SLOTS_AT, SLOT_WORDS, Slot, SlotState, Super } from './layout.ts';
import { Reader } from './reader.ts';
import { Requests } from './requests.ts';
import { RetainedTable } from './retained.ts';
import { SharedMemory } from './shared-memory.ts';
import { type Exchange, SlotPort } from './slot-port.ts';

export interface VfsClientOptions {
  /**
   * `owner`: the user everything belongs to; the owner's bits of a mode decide
   * what it may do, and it gives nothing away. `root`: may do everything.
   * A matter of behaviour, not of security: whoever has the memory has it all.
   */
  readonly as?: 'root' | 'owner';
}

/** The file system for a worker that may block: reads directly, asks the writer and waits for it. */
export class VfsClient implements Vfs {
  readonly #memory: SharedMemory;
  readonly #reader: Reader;
  readonly #journal: JournalReader;
  readonly #port: SlotPort;
  readonly #retained: RetainedTable;
  readonly #requests: Requests;

  constructor(buffer: SharedArrayBuffer, slot: number, { as = 'root' }: VfsClientOptions = {}) {
    this.#memory = new SharedMemory(buffer);
    Atomics.store(this.#memory.words, SLOTS_AT + slot * SLOT_WORDS + Slot.bound, as === 'owner' ? 1 : 0);
    this.#reader = new Reader(this.#memory, slot, () => {
      Atomics.wait(this.#memory.words, Super.pause, 0, 0.05);
    }, as === 'owner');
    this.#journal = new JournalReader(this.#memory);
    this.#port = new SlotPort(this.#memory, slot);
    this.#retained = new RetainedTable(this.#memory, slot);
    this.#requests = new Requests(this.#port, this.#reader, this.#retained, as === 'owner');
  }

  lookup(path: string, follow: boolean): number { return this.#reader.lookup(path, follow); }
  stat(ino: number): Stat | number { return this.#reader.stat(ino); }
  statPath(path: string, follow: boolean): Stat | number { return this.#reader.statPath(path, follow); }
  read(ino: number, position: number, into: Uint8Array): number { return this.#reader.read(ino, position, into); }
  readFile(path: string): Uint8Array<ArrayBuffer> | number { return this.#reader.readFile(path); }
  readdir(ino: number): readonly Dirent[] | number { return this.#reader.readdir(ino); }
  readlink(ino: number): string | number { return this.#reader.readlink(ino); }
  realpath(path: string): string | number { return this.#reader.realpath(path); }
  namesGeneration(): number { return this.#reader.namesGeneration(); }
  contentGeneration(ino: number): number { return this.#reader.contentGeneration(ino); }
  pathOf(ino: number): string | number { return this.#reader.pathOf(ino); }
  usage(): VfsUsage { return this.#reader.usage(); }

  open(path: string, flags: number, mode: number): number {
    // Most opens are of what is there, and a generator costs more than finding it.
    return this.#requests.openExisting(path, flags) ?? this.#run(this.#requests.openByWriter(path, flags, mode));
  }
  write(ino: number, position: number, bytes: Uint8Array): number { return this.#run(this.#requests.write(ino, position, bytes)); }
  append(ino: number, bytes: Uint8Array): number { return this.#run(this.#requests.append(ino, bytes)); }
  truncate(ino: number, size: number): number { return this.#run(this.#requests.truncate(ino, size)); }
  mkdir(path: string, mode: number): number { return this.#run(this.#requests.mkdir(path, mode)); }
  mkdirAll(path: string, mode: number): { errno: number; created?: string } { return this.#run(this.#requests.mkdirAll(path, mode)); }
  rmdir(path: string): number { return this.#run(this.#requests.rmdir(path)); }
  unlink(path: string): number { return this.#run(this.#requests.unlink(path)); }
  removeTree(path: string): number { return this.#run(this.#requests.removeTree(path)); }
  rename(from: string, to: string): number { return this.#run(this.#requests.rename(from, to)); }
  link(existing: string, path: string): number { return this.#run(this.#requests.link(existing, path)); }
  symlink(target: string, path: string): number { return this.#run(this.#requests.symlink(target, path)); }
  mknod(path: string, mode: number): number { return this.#run(this.#requests.mknod(path, mode)); }
  chmod(ino: number, mode: number): number { return this.#run(this.#requests.chmod(ino, mode)); }
  chown(ino: number, uid: number, gid: number): number { return this.#run(this.#requests.chown(ino, uid, gid)); }
  utimes(ino: number, atimeMs: number, mtimeMs: number): number { return this.#run(this.#requests.utimes(ino, atimeMs, mtimeMs)); }
  copyFile(from: string, to: string, exclusive: boolean): number { return this.#run(this.#requests.copyFile(from, to, exclusive)); }
  importEntries(base: string, entries: Iterable<ImportEntry>): number { return this.#run(this.#requests.importEntries(base, entries)); }
  writeFile(path: string, bytes: Uint8Array, mode: number): number { return this.#run(this.#requests.writeFile(path, bytes, mode)); }

  retain(ino: number): number { return this.#retained.retain(ino); }
  release(ino: number): void { this.#retained.release(ino); }

  sequence(): number { return this.#journal.sequence(); }
  changed(sequence: number): Promise<void> | undefined { return this.#journal.changed(sequence); }
  since(sequence: number): { sequence: number; changes: readonly VfsChange[]; overflow: boolean } { return this.#journal.since(sequence); }

  #run<T>(exchange: Exchange<T>): T {
    for (;;) {
      const step = exchange.next();
      if (step.done === true) return step.value;
      this.#port.send();
      const { stateWord } = this.#port;
      while (Atomics.load(this.#memory.words, stateWord) === SlotState.requested) {
        Atomics.wait(this.#memory.words, stateWord, SlotState.requested);
      }
    }
  }
}

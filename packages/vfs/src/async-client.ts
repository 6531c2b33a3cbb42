import { checkMemory } from './check.ts';
import type { AsyncVfs, Dirent, ImportEntry, Stat, VfsChange, VfsUsage } from './contract.ts';
import { JournalReader } from './journal.ts';
import { SlotState } from './layout.ts';
import { Reader } from './reader.ts';
import { Requests } from './requests.ts';
import { RetainedTable } from './retained.ts';
import { SharedMemory } from './shared-memory.ts';
import { type Exchange, SlotPort } from './slot-port.ts';

/**
 * The file system for the kernel, which must never block: changes are queued
 * and sent one at a time over its slot. Bytes handed in must stay as they are
 * until the promise settles.
 */
export class AsyncVfsClient implements AsyncVfs {
  readonly #memory: SharedMemory;
  readonly #reader: Reader;
  readonly #journal: JournalReader;
  readonly #port: SlotPort;
  readonly #retained: RetainedTable;
  readonly #requests: Requests;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(buffer: SharedArrayBuffer, slot = 0) {
    this.#memory = new SharedMemory(buffer);
    // The writer needs microseconds for what a reader can run into, so looking again is all there is to do.
    this.#reader = new Reader(this.#memory, slot, () => undefined);
    this.#journal = new JournalReader(this.#memory);
    this.#port = new SlotPort(this.#memory, slot);
    this.#retained = new RetainedTable(this.#memory, slot);
    this.#requests = new Requests(this.#port, this.#reader, this.#retained);
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

  open(path: string, flags: number, mode: number): Promise<number> { return this.#enqueue(() => this.#requests.open(path, flags, mode)); }
  write(ino: number, position: number, bytes: Uint8Array): Promise<number> { return this.#enqueue(() => this.#requests.write(ino, position, bytes)); }
  append(ino: number, bytes: Uint8Array): Promise<number> { return this.#enqueue(() => this.#requests.append(ino, bytes)); }
  truncate(ino: number, size: number): Promise<number> { return this.#enqueue(() => this.#requests.truncate(ino, size)); }
  mkdir(path: string, mode: number): Promise<number> { return this.#enqueue(() => this.#requests.mkdir(path, mode)); }
  mkdirAll(path: string, mode: number): Promise<{ errno: number; created?: string }> { return this.#enqueue(() => this.#requests.mkdirAll(path, mode)); }
  rmdir(path: string): Promise<number> { return this.#enqueue(() => this.#requests.rmdir(path)); }
  unlink(path: string): Promise<number> { return this.#enqueue(() => this.#requests.unlink(path)); }
  removeTree(path: string): Promise<number> { return this.#enqueue(() => this.#requests.removeTree(path)); }
  rename(from: string, to: string): Promise<number> { return this.#enqueue(() => this.#requests.rename(from, to)); }
  link(existing: string, path: string): Promise<number> { return this.#enqueue(() => this.#requests.link(existing, path)); }
  symlink(target: string, path: string): Promise<number> { return this.#enqueue(() => this.#requests.symlink(target, path)); }
  mknod(path: string, mode: number): Promise<number> { return this.#enqueue(() => this.#requests.mknod(path, mode)); }
  chmod(ino: number, mode: number): Promise<number> { return this.#enqueue(() => this.#requests.chmod(ino, mode)); }
  chown(ino: number, uid: number, gid: number): Promise<number> { return this.#enqueue(() => this.#requests.chown(ino, uid, gid)); }
  utimes(ino: number, atimeMs: number, mtimeMs: number): Promise<number> { return this.#enqueue(() => this.#requests.utimes(ino, atimeMs, mtimeMs)); }
  copyFile(from: string, to: string, exclusive: boolean): Promise<number> { return this.#enqueue(() => this.#requests.copyFile(from, to, exclusive)); }
  importEntries(base: string, entries: Iterable<ImportEntry>): Promise<number> { return this.#enqueue(() => this.#requests.importEntries(base, entries)); }
  writeFile(path: string, bytes: Uint8Array, mode: number): Promise<number> { return this.#enqueue(() => this.#requests.writeFile(path, bytes, mode)); }
  releaseSlot(slot: number): Promise<number> { return this.#enqueue(() => this.#requests.releaseSlot(slot)); }

  async check(): Promise<readonly string[]> {
    const errno = await this.#enqueue(() => this.#requests.quiesce());
    const problems = checkMemory(this.#memory.buffer);
    return errno < 0 ? [`A reader never leaves: quiesce answered ${errno}`, ...problems] : problems;
  }

  retain(ino: number): number { return this.#retained.retain(ino); }
  release(ino: number): void { this.#retained.release(ino); }

  sequence(): number { return this.#journal.sequence(); }
  changed(sequence: number): Promise<void> | undefined { return this.#journal.changed(sequence); }
  since(sequence: number): { sequence: number; changes: readonly VfsChange[]; overflow: boolean } { return this.#journal.since(sequence); }

  #enqueue<T>(begin: () => Exchange<T>): Promise<T> {
    const answer = this.#queue.then(() => this.#run(begin()));
    // A failed call is its caller's to handle; the queue goes on after it.
    this.#queue = answer.then(() => undefined, () => undefined);
    return answer;
  }

  async #run<T>(exchange: Exchange<T>): Promise<T> {
    for (;;) {
      const step = exchange.next();
      if (step.done === true) return step.value;
      this.#port.send();
      const { stateWord } = this.#port;
      while (Atomics.load(this.#memory.words, stateWord) === SlotState.requested) {
        const wait = Atomics.waitAsync(this.#memory.words, stateWord, SlotState.requested);
        if (wait.async) await wait.value;
      }
    }
  }
}

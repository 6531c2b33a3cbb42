import type { SharedMemory } from '../memory/shared-memory.ts';
import type { Dirent, Stat, VfsChange, VfsJournal, VfsReader, VfsReferences, VfsUsage } from '../protocol/contract.ts';
import { JournalReader } from '../reading/journal.ts';
import { Reader } from '../reading/reader.ts';
import { RetainedTable } from './retained.ts';

/** What every client does alone, without the writer: reading, following the journal, keeping inodes alive. */
export class VfsView implements VfsReader, VfsJournal, VfsReferences {
  protected readonly reader: Reader;
  protected readonly retained: RetainedTable;
  readonly #journal: JournalReader;

  /** `pause`: what a reader does before it looks again; `bound`: permission bits count. */
  constructor(memory: SharedMemory, slot: number, pause: () => void, bound: boolean) {
    this.reader = new Reader(memory, slot, pause, bound);
    this.retained = new RetainedTable(memory, slot);
    this.#journal = new JournalReader(memory);
  }

  lookup(path: string, follow: boolean): number {
    return this.reader.lookup(path, follow);
  }
  stat(ino: number): Stat | number {
    return this.reader.stat(ino);
  }
  statPath(path: string, follow: boolean): Stat | number {
    return this.reader.statPath(path, follow);
  }
  read(ino: number, position: number, into: Uint8Array): number {
    return this.reader.read(ino, position, into);
  }
  readFile(path: string): Uint8Array<ArrayBuffer> | number {
    return this.reader.readFile(path);
  }
  readdir(ino: number): readonly Dirent[] | number {
    return this.reader.readdir(ino);
  }
  readlink(ino: number): string | number {
    return this.reader.readlink(ino);
  }
  realpath(path: string): string | number {
    return this.reader.realpath(path);
  }
  namesGeneration(): number {
    return this.reader.namesGeneration();
  }
  contentGeneration(ino: number): number {
    return this.reader.contentGeneration(ino);
  }
  pathOf(ino: number): string | number {
    return this.reader.pathOf(ino);
  }
  usage(): VfsUsage {
    return this.reader.usage();
  }

  retain(ino: number): number {
    return this.retained.retain(ino);
  }
  release(ino: number): void {
    this.retained.release(ino);
  }

  sequence(): number {
    return this.#journal.sequence();
  }
  changed(sequence: number): Promise<unknown> | undefined {
    return this.#journal.changed(sequence);
  }
  since(sequence: number): { sequence: number; changes: readonly VfsChange[]; overflow: boolean } {
    return this.#journal.since(sequence);
  }
}

import { BUCKETS_AT, BUCKET_COUNT, Entry, Inode } from './layout.ts';
import type { EncodedName } from './names.ts';
import type { SharedMemory } from './shared-memory.ts';
import { decodeText } from './text.ts';

/**
 * All directories share one hash table over (parent, name), so that a directory
 * of any size is found into in one step; siblings are chained for listing.
 *
 * The writer publishes an entry by one store of the bucket and takes it out by
 * one store of its predecessor's link. A removed entry keeps its own links until
 * every reader has moved on, so a reader standing on it walks back into the chain.
 */
export function bucketOf(parent: number, hash: number): number {
  // Mixed well: the same few names are in every
  // directory, and inode numbers differ in low bits only.
  let mixed = hash ^ Math.imul(parent, 0x9e3779b1);
  mixed ^= mixed >>> 15;
  return BUCKETS_AT + ((Math.imul(mixed, 0x85ebca6b) >>> 8) % BUCKET_COUNT);
}

/** Entry id of `name` in directory `parent`, or 0. */
export function findEntry(memory: SharedMemory, parent: number, name: EncodedName): number {
  let id = Atomics.load(memory.words, bucketOf(parent, name.hash));
  while (id !== 0) {
    const at = memory.entry(id);
    const { words } = memory;
    // Plain reads: an entry is filled in before it is published,
    // and its words stay until the readers have left.
    if (words[at + Entry.hash] === name.hash && words[at + Entry.parent] === parent && sameName(words, at, name))
      return id;
    id = Atomics.load(words, at + Entry.nextHash);
  }
  return 0;
}

function sameName(words: Int32Array, at: number, name: EncodedName): boolean {
  if (words[at + Entry.nameLength] !== name.length) return false;
  for (let index = 0; index < name.words.length; index++) {
    if (words[at + Entry.name + index] !== name.words[index]) return false;
  }
  return true;
}

/** Turns names in shared memory into strings; holds the private buffer TextDecoder needs. */
export class NameDecoder {
  // 256 bytes: the longest name in whole words.
  readonly #words = new Int32Array(64);
  readonly #bytes = new Uint8Array(this.#words.buffer, 0, 256);

  decode(memory: SharedMemory, entryAt: number): string {
    return this.decodeWords(memory.words, entryAt + Entry.name, memory.words[entryAt + Entry.nameLength]!);
  }

  decodeWords(source: Int32Array, at: number, length: number): string {
    const bounded = Math.min(Math.max(length, 0), 255);
    for (let index = 0; index * 4 < bounded; index++) this.#words[index] = source[at + index]!;
    return decodeText(this.#bytes.subarray(0, bounded));
  }
}

/** Path of a directory by climbing, or `undefined` when it is not attached (or just moving). */
export function climb(memory: SharedMemory, index: number, root: number, names: NameDecoder): string | undefined {
  const parts: string[] = [];
  let current = index;
  for (let steps = 0; current !== root; steps++) {
    const entry = memory.words[memory.inode(current) + Inode.entry]!;
    // A circle can only be seen in the middle of a rename; no path has as many parts.
    if (entry === 0 || steps > 4096) return undefined;
    const at = memory.entry(entry);
    parts.push(names.decode(memory, at));
    current = memory.words[at + Entry.parent]!;
  }
  return '/' + parts.reverse().join('/');
}

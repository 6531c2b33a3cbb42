import { FileMode } from '@slipway/posix';
import {
  FREE_MAP_AT,
  INODE_WORDS,
  Inode,
  MAGIC,
  ROOT,
  Super,
  UNIT_BYTES,
  VERSION,
  firstDataUnit,
} from '../memory/layout.ts';
import { SharedMemory } from '../memory/shared-memory.ts';
import { Store } from './store.ts';

/** Only address space is reserved at first; memory is taken as it is used. */
export interface VfsMemoryOptions {
  /** How far the buffer may grow; address space, not memory. */
  readonly maxBytes?: number;
  /** What it has at once; the writer lets it grow. */
  readonly initialBytes?: number;
  /** Whom everything belongs to that is ever made; root unless told. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

const MEBIBYTE = 1024 * 1024;
const DEFAULT_MAX = 3 * 1024 * MEBIBYTE;
const DEFAULT_INITIAL = 32 * MEBIBYTE;

/** A new, empty file system: a root directory and nothing else. */
export function createVfsMemory(options: VfsMemoryOptions = {}): SharedArrayBuffer {
  const maxUnits = Math.floor((options.maxBytes ?? DEFAULT_MAX) / MEBIBYTE) * 1024;
  const first = firstDataUnit(maxUnits);
  // Room for the first chunks of inodes and entries, in whole map words.
  const least = Math.ceil((first + 1024) / 1024) * 1024;
  const units = Math.max(least, Math.floor((options.initialBytes ?? DEFAULT_INITIAL) / MEBIBYTE) * 1024);
  if (units > maxUnits)
    throw new Error(
      `Cannot create the file system: it needs ${least / 1024} MiB, "maxBytes" is ${maxUnits / 1024} MiB`,
    );
  const buffer = new SharedArrayBuffer(units * UNIT_BYTES, { maxByteLength: maxUnits * UNIT_BYTES });
  const words = new Int32Array(buffer, 0, (units * UNIT_BYTES) / 4);
  words[Super.magic] = MAGIC;
  words[Super.version] = VERSION;
  words[Super.maxUnits] = maxUnits;
  words[Super.committedUnits] = units;
  words[Super.usedUnits] = first;
  // 0 is no inode, no entry and no epoch.
  words[Super.inodeTop] = ROOT;
  words[Super.entryTop] = 1;
  words[Super.ownerUid] = options.owner?.uid ?? 0;
  words[Super.ownerGid] = options.owner?.gid ?? 0;
  words[Super.epoch] = 1;
  words[Super.namesGeneration] = 1;
  // What lies before the first data unit is taken for good.
  words.fill(-1, FREE_MAP_AT, FREE_MAP_AT + (first >>> 5));
  if ((first & 31) !== 0) words[FREE_MAP_AT + (first >>> 5)] = (1 << (first & 31)) - 1;
  makeRoot(buffer, options.now ?? Date.now);
  return buffer;
}

function makeRoot(buffer: SharedArrayBuffer, now: () => number): void {
  const memory = new SharedMemory(buffer);
  const store = new Store(memory, now);
  const root = store.create(FileMode.directory | 0o755);
  if (root !== ROOT)
    throw new Error(`Cannot create the file system: the root got inode ${root}, ${INODE_WORDS} words each`);
  const at = memory.inode(root);
  memory.words[at + Inode.parent] = root;
  memory.words[at + Inode.nlink] = 2;
}

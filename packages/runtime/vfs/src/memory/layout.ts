/**
 * Where everything lies in the shared buffer. All positions are Int32 word
 * indexes unless a name says otherwise.
 *
 *   superblock | inode chunk table | entry chunk table | hash buckets | journal ring | slots | free map | units …
 *
 * Everything after the free map is units of 1 KB, handed out by the allocator:
 * file contents, long extent tables, chunks of inodes and chunks of entries.
 */
export const UNIT_BYTES = 1024;
export const UNIT_WORDS = UNIT_BYTES / 4;

export const MAGIC = 0x51_1b_a7_01;
export const VERSION = 1;

/** Superblock words. Words that different workers hammer on lie on cache lines of their own. */
export const Super = {
  magic: 0,
  version: 1,
  maxUnits: 2,
  /** Units that exist now; only ever grows. */
  committedUnits: 3,
  usedUnits: 4,
  /** Freed, but a reader may still be looking at them. */
  limboUnits: 5,
  inodeChunks: 6,
  /** Inodes ever handed out; the next fresh index. */
  inodeTop: 7,
  inodesUsed: 8,
  entryChunks: 9,
  entryTop: 10,
  /** 1 when somebody released an inode that has no name any more. */
  sweep: 11,
  /** Who owns what is made. */
  ownerUid: 12,
  ownerGid: 13,
  doorbell: 16,
  /** Eight words: one bit per slot that has filled in a request. */
  pending: 32,
  namesGeneration: 48,
  epoch: 64,
  journalHead: 80,
  /** Set before a record is written: everything more than a ring behind it may be torn. */
  journalReserved: 81,
  /** Nobody ever notifies this word: readers sleep on it for a moment. */
  pause: 96,
} as const;

export const CHUNK_BITS = 10;
export const CHUNK_ITEMS = 1 << CHUNK_BITS;
export const CHUNK_MASK = CHUNK_ITEMS - 1;

export const INODE_INDEX_BITS = 20;
export const INODE_LIMIT = 1 << INODE_INDEX_BITS;
export const INODE_INDEX_MASK = INODE_LIMIT - 1;
export const INODE_CHUNKS_AT = 1024;
export const INODE_WORDS = 32;
export const INODE_CHUNK_UNITS = (CHUNK_ITEMS * INODE_WORDS) / UNIT_WORDS;

export const ENTRY_LIMIT = 1 << 21;
export const ENTRY_CHUNKS_AT = 2048;
export const CELL_WORDS = 16;
export const ENTRY_CHUNK_UNITS = (CHUNK_ITEMS * CELL_WORDS) / UNIT_WORDS;

export const BUCKETS_AT = 4096;
export const BUCKET_COUNT = 1 << 18;

export const JOURNAL_AT = BUCKETS_AT + BUCKET_COUNT;
export const JOURNAL_WORDS = 1 << 18;

export const SLOTS_AT = JOURNAL_AT + JOURNAL_WORDS;
export const SLOT_COUNT = 256;
export const RETAINED_LIMIT = 2048;
export const PAYLOAD_BYTES = 64 * 1024;

/** Words of a slot. One worker writes it; the writer answers in it. */
export const Slot = {
  /** `SlotState`; the worker waits on it. */
  state: 0,
  /** Bumped when the slot is released, so that a dying worker's last request is not taken for its successor's. */
  generation: 1,
  /** 1 when permission bits bind this worker: see `VfsClientOptions.as`. */
  bound: 2,
  /** Epoch in which the current read began; 0 = not reading. */
  epoch: 16,
  /** Stored to before a sequence recheck, to order the copy before it. */
  fence: 17,
  /** Retained positions at and above this are empty. */
  retainedTop: 18,
  op: 32,
  requestGeneration: 33,
  firstLength: 34,
  secondLength: 35,
  dataLength: 36,
  replyLength: 37,
  /** Float64 indexes are half of these. */
  result: 40,
  numbers: 42,
  retained: 256,
  payload: 256 + RETAINED_LIMIT,
} as const;
export const SLOT_NUMBERS = 6;
export const SLOT_WORDS = Slot.payload + PAYLOAD_BYTES / 4;

export const SlotState = { idle: 0, requested: 1, done: 2 } as const;

export const FREE_MAP_AT = SLOTS_AT + SLOT_COUNT * SLOT_WORDS;

/** First unit the allocator may hand out, for a buffer of at most `maxUnits`. */
export function firstDataUnit(maxUnits: number): number {
  return Math.ceil((FREE_MAP_AT + Math.ceil(maxUnits / 32)) / UNIT_WORDS);
}

/** Words of an inode. `sequence` is odd while the writer changes it. */
export const Inode = {
  sequence: 0,
  /** Bumped when the inode is freed: an ino is generation and index together. */
  generation: 1,
  mode: 2,
  nlink: 3,
  uid: 4,
  gid: 5,
  rdev: 6,
  flags: 7,
  sizeLow: 8,
  sizeHigh: 9,
  /** Four Float64: atime, mtime, ctime, birthtime. */
  times: 10,
  units: 18,
  /** Newest entry that names this inode; the others hang on it by `Entry.nextAlias`. */
  entry: 19,
  extentCount: 20,
  /** Up to four (start, length) pairs; with more, word 0 is the unit and word 1 the unit count of a table elsewhere. */
  extents: 21,
  firstEntry: 21,
  lastEntry: 22,
  entryCount: 23,
  parent: 24,
} as const;
export const INLINE_EXTENTS = 4;

export const InodeFlag = {
  /** The writer is deciding whether this nameless inode can go. */
  dying: 1,
  /** Freed, waiting for readers. */
  limbo: 2,
  /** Content of a file that is still being handed over by a slot. */
  staged: 4,
} as const;

/** Words of a directory entry: one to five contiguous cells. */
export const Entry = {
  /** Cell count, plus `limbo`; minus the count when free. */
  state: 0,
  hash: 1,
  parent: 2,
  inode: 3,
  nextHash: 4,
  nextSibling: 5,
  previousSibling: 6,
  nextAlias: 7,
  nameLength: 8,
  name: 9,
} as const;
export const ENTRY_LIMBO = 0x100;

export const NAME_LIMIT = 255;
export const PATH_LIMIT = 4095;
export const LINK_LIMIT = 40;
/** A file may claim to be this long (it need not be filled). */
export const SIZE_LIMIT = 2 ** 41;

export const ROOT = 1;

export const Mode = {
  typeMask: 0o170000, file: 0o100000, directory: 0o040000, link: 0o120000, fifo: 0o010000, socket: 0o140000, permissions: 0o7777,
} as const;

/** Permission bits of the owner. Everything belongs to the one user of a container, so no others are looked at. */
export const Permission = { read: 0o400, write: 0o200, search: 0o100 } as const;

export const inoOf = (generation: number, index: number): number => (generation >>> 0) * INODE_LIMIT + index;
export const indexOf = (ino: number): number => ino & INODE_INDEX_MASK;
export const generationOf = (ino: number): number => Math.floor(ino / INODE_LIMIT) | 0;

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
/** The same in words: word index and unit number differ by this factor. */
export const UNIT_WORDS = UNIT_BYTES / 4;

/** `Super.magic` of a memory of ours. */
export const MAGIC = 0x51_1b_a7_01;
/** `Super.version`; another build’s memory is refused. */
export const VERSION = 1;

/** Superblock words. Words that different workers hammer on lie on cache lines of their own. */
export const Super = {
  magic: 0,
  version: 1,
  maxUnits: 2,
  /** Units that exist now; only ever grows. */
  committedUnits: 3,
  /** What waits in limbo is counted, as it cannot be given out yet. */
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
  ownerUid: 12,
  ownerGid: 13,
  /** 1 when the page goes: what is kept is to be let go of at once. Whoever sets it rings the bell. */
  closing: 14,
  /** Counted up with each request; the writer sleeps on it. */
  doorbell: 16,
  /** Eight words: one bit per slot that has filled in a request. */
  pending: 32,
  /** Moves with every name: see `VfsReader.namesGeneration`. */
  namesGeneration: 48,
  /** Moves with each request that freed something; never 0, which means "not reading" in a slot. */
  epoch: 64,
  /** Words of records that are complete; who follows the journal waits on it. */
  journalHead: 80,
  /** Set before a record is written: everything more than a ring behind it may be torn. */
  journalReserved: 81,
  /** Nobody ever notifies this word: readers sleep on it for a moment. */
  pause: 96,
} as const;

/** Inodes and entries come in chunks of `CHUNK_ITEMS`, so that tables can grow. */
export const CHUNK_BITS = 10;
/** A chunk of inodes is 128 units in one run, a chunk of entries 64. */
export const CHUNK_ITEMS = 1 << CHUNK_BITS;
/** The place of an item in its chunk; the bits above are the number of the chunk. */
export const CHUNK_MASK = CHUNK_ITEMS - 1;

/** Lower bits of an ino; the generation is above them. */
export const INODE_INDEX_BITS = 20;
/** A million files and directories, index 0 (nobody's) counted. */
export const INODE_LIMIT = 1 << INODE_INDEX_BITS;
/** For `&`: an ino above 2^32 loses bits of its generation there, and none of its index. */
export const INODE_INDEX_MASK = INODE_LIMIT - 1;
/** A word for each chunk: the unit it begins at, 0 until the first of its inodes is made. */
export const INODE_CHUNKS_AT = 1024;
/** Two cache lines. Even, so that the times lie on Float64 boundaries. */
export const INODE_WORDS = 32;
/** One run: an inode is found by arithmetic. */
export const INODE_CHUNK_UNITS = (CHUNK_ITEMS * INODE_WORDS) / UNIT_WORDS;

/** Cells, not names: a name of more than 28 bytes takes more than one. */
export const ENTRY_LIMIT = 1 << 21;
/** As `INODE_CHUNKS_AT`: 2048 words, up to the buckets. */
export const ENTRY_CHUNKS_AT = 2048;
/** One cell holds a name of up to 28 bytes, five hold the longest. */
export const CELL_WORDS = 16;
/** No entry spans two chunks, so only a chunk must lie together. */
export const ENTRY_CHUNK_UNITS = (CHUNK_ITEMS * CELL_WORDS) / UNIT_WORDS;

/** A word for each bucket: the entry with which its chain begins, 0 for none. */
export const BUCKETS_AT = 4096;
/** Buckets of the hash of (parent, name): about four names each when all inodes are taken. */
export const BUCKET_COUNT = 1 << 18;

/** Where the ring of `reading/journal.ts` begins. */
export const JOURNAL_AT = BUCKETS_AT + BUCKET_COUNT;
/** Words of the journal’s ring; a power of two, so that positions may wrap. */
export const JOURNAL_WORDS = 1 << 18;

/** Slots lie one behind the other, each of `SLOT_WORDS`. */
export const SLOTS_AT = JOURNAL_AT + JOURNAL_WORDS;
/** Workers that may use one memory at a time; slot 0 is the kernel's. */
export const SLOT_COUNT = 256;
/** Inodes one worker may hold open. */
export const RETAINED_LIMIT = 2048;
/** Texts and bytes of one request. */
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
  /** The generation in which the sender believes itself. */
  requestGeneration: 33,
  /** Bytes of first text, second text and data, which follow each other in the payload. */
  firstLength: 34,
  secondLength: 35,
  dataLength: 36,
  /** Bytes in the payload that are text of the answer. */
  replyLength: 37,
  /** Float64 indexes are half of these. */
  result: 40,
  numbers: 42,
  /** Indexes of inodes, 0 = empty. */
  retained: 256,
  payload: 256 + RETAINED_LIMIT,
} as const;
/** A request with more would not fit a slot. */
export const SLOT_NUMBERS = 6;
/** 73 KiB. All slots together are 18 MiB of address space; memory is taken only where one is used. */
export const SLOT_WORDS = Slot.payload + PAYLOAD_BYTES / 4;

/** `Slot.state`. */
export const SlotState = { idle: 0, requested: 1, done: 2 } as const;

/**
 * A bit for each unit, 1 = taken. Sized for the maximum,
 * because the buffer grows and nothing in it moves.
 */
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
  /** Of content alone: a table of extents is not in st_blocks. */
  units: 18,
  /** Newest entry that names this inode; the others hang on it by `Entry.nextAlias`. */
  entry: 19,
  extentCount: 20,
  /** Up to four (start, length) pairs; with more, word 0 is the unit and word 1 the unit count of a table elsewhere. */
  extents: 21,
  /** Directories have their list where files have extents. */
  firstEntry: 21,
  lastEntry: 22,
  entryCount: 23,
  /** Of a directory: its `..`. The root is its own. */
  parent: 24,
  /** Its id in the log of what is kept, 0 for what is not: see `writer/keeper.ts`. */
  keep: 29,
} as const;
/** Extents that fit the inode itself. */
export const INLINE_EXTENTS = 4;

/** `Inode.flags`. */
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
  /** The next older name of the same inode. */
  nextAlias: 7,
  nameLength: 8,
  name: 9,
} as const;
/** In `Entry.state`: removed, but a reader may be looking at it. */
export const ENTRY_LIMBO = 0x100;

/** Bytes of one name: NAME_MAX of Linux. */
export const NAME_LIMIT = 255;
/** Bytes of a path: PATH_MAX of Linux, which counts the final zero. */
export const PATH_LIMIT = 4095;
/** Symbolic links one path may lead through before ELOOP: MAXSYMLINKS of Linux. */
export const LINK_LIMIT = 40;
/** A file may claim to be this long (it need not be filled). */
export const SIZE_LIMIT = 2 ** 41;

/** 0 stands for no inode, so the root is the first. */
export const ROOT = 1;

/** Permission bits of the owner. Everything belongs to the one user of a container, so no others are looked at. */
export const Permission = { read: 0o400, write: 0o200, search: 0o100 } as const;

/** A freed index comes back with a new generation, so an old ino never names the new file. */
export const inoOf = (generation: number, index: number): number => (generation >>> 0) * INODE_LIMIT + index;
/** The low bits of an ino: `INODE_LIMIT` is a power of two. */
export const indexOf = (ino: number): number => ino & INODE_INDEX_MASK;
/** Signed again (`| 0`), to be compared with the inode's word. */
export const generationOf = (ino: number): number => Math.floor(ino / INODE_LIMIT) | 0;

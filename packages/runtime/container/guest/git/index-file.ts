/** The index of a repository, gitformat-index(5), versions 2 and 3. */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, renameSync, type Stats, statSync, writeSync } from 'node:fs';
import { FileMode } from '@slipway/posix';

/** What an entry remembers of its file: as long as it is the same, nobody reads the file again. */
export interface EntryStat {
  readonly ctimeMs: number;
  readonly mtimeMs: number;
  readonly dev: number;
  readonly ino: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
}

/** `mode` as git writes it: type and permission bits; 644, 755, a link or another repository's commit. */
export interface IndexEntry {
  readonly path: string;
  readonly mode: number;
  readonly oid: string;
  /** 0, or 1 to 3 of what could not be merged: base, ours, theirs. */
  readonly stage: number;
  /** Absent where nothing is remembered. */
  readonly stat?: EntryStat | undefined;
  /** The bits beside length and stage: assume-valid, and those of version 3. */
  readonly flags?: number | undefined;
  readonly extended?: number | undefined;
}

/** Sorted as `compareEntries` does; entries in another order are sorted when they are written. */
export interface IndexFile {
  readonly entries: readonly IndexEntry[];
  /** When the file was written: what was changed in that very moment may have been changed afterwards as well. */
  readonly writtenMs: number;
}

/** Of a symbolic link: git keeps no permissions of it. */
export const LINK_MODE = FileMode.link;
/** Of a file that cannot be executed; whatever else its bits say, git writes this. */
export const FILE_MODE = 0o100644;
/** git knows only this one and 0o100644: group and others have no say. */
export const EXECUTABLE_MODE = 0o100755;
/** A commit of another repository: git's own number. */
export const GITLINK_MODE = FileMode.link | FileMode.directory;
/** Bit of the extended flags: `git add -N`, a path without content yet. */
export const INTENT_TO_ADD = 0x2000;
/** Bit of the extended flags, of a sparse checkout: the file is not there and not missed. */
export const SKIP_WORKTREE = 0x4000;
/** Bits of an entry's 16 flags; the lowest twelve are the name's length, with 0xfff for all that are longer. */
const ASSUME_VALID = 0x8000;
const EXTENDED = 0x4000;
const NAME_MASK = 0xfff;
const HEAD_BYTES = 12;
/**
 * Up to the name, without the two bytes that version 3 may put between. Entries are filled with NULs, one at
 * least, to a multiple of eight.
 */
const ENTRY_HEAD_BYTES = 62;
const HASH_BYTES = 20;

/** An empty one where there is none; throws on what is another version. */
export function readIndex(path: string): IndexFile {
  if (!existsSync(path)) return { entries: [], writtenMs: 0 };
  const bytes = readFileSync(path);
  if (bytes.length < HEAD_BYTES || bytes.toString('latin1', 0, 4) !== 'DIRC') throw new Error(`${path} is no index`);
  const version = bytes.readUInt32BE(4);
  if (version !== 2 && version !== 3) throw new Error(`${path} has version ${version}, which is not read here`);
  const entries: IndexEntry[] = [];
  let at = HEAD_BYTES;
  for (let left = bytes.readUInt32BE(8); left > 0; left--) {
    if (at + ENTRY_HEAD_BYTES > bytes.length) throw new Error(`${path} is cut off`);
    const flags = bytes.readUInt16BE(at + 60);
    const isExtended = version === 3 && (flags & EXTENDED) !== 0;
    const nameAt = at + ENTRY_HEAD_BYTES + (isExtended ? 2 : 0);
    const length = flags & NAME_MASK;
    const end = length === NAME_MASK ? bytes.indexOf(0, nameAt) : nameAt + length;
    if (end < nameAt || end > bytes.length) throw new Error(`${path} is cut off`);
    entries.push({
      path: bytes.toString('utf8', nameAt, end),
      mode: bytes.readUInt32BE(at + 24),
      oid: bytes.toString('hex', at + 40, at + 60),
      stage: (flags >> 12) & 3,
      stat: statOf(bytes, at),
      ...((flags & ASSUME_VALID) === 0 ? {} : { flags: ASSUME_VALID }),
      ...(isExtended ? { extended: bytes.readUInt16BE(at + ENTRY_HEAD_BYTES) } : {}),
    });
    at += (end - at + 8) & ~7;
  }
  return { entries, writtenMs: statSync(path).mtimeMs };
}

/** gitformat-index(5), an entry's ten words of 32 bits: both times, device, inode, mode, owner, size. */
function statOf(bytes: Buffer, at: number): EntryStat | undefined {
  const [mtime, ino] = [bytes.readUInt32BE(at + 8), bytes.readUInt32BE(at + 20)];
  // No file is from 1970 and without an inode: whoever wrote it remembered nothing.
  if (mtime === 0 && ino === 0) return undefined;
  return {
    ctimeMs: bytes.readUInt32BE(at) * 1000 + bytes.readUInt32BE(at + 4) / 1e6,
    mtimeMs: mtime * 1000 + bytes.readUInt32BE(at + 12) / 1e6,
    dev: bytes.readUInt32BE(at + 16),
    ino,
    uid: bytes.readUInt32BE(at + 28),
    gid: bytes.readUInt32BE(at + 32),
    size: bytes.readUInt32BE(at + 36),
  };
}

/** Writes beside and renames. Throws git's own words where another program writes as well. */
export function writeIndex(path: string, entries: readonly IndexEntry[]): void {
  const lock = `${path}.lock`;
  let descriptor: number;
  try {
    descriptor = openSync(lock, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Error(`Unable to create '${lock}': File exists.`, { cause: error });
  }
  const bytes = encodeIndex(entries);
  try {
    writeSync(descriptor, bytes);
  } finally {
    closeSync(descriptor);
  }
  renameSync(lock, path);
}

/**
 * Version 3 only where an entry needs its bits. Extensions (cached trees and the like) are left out: git
 * makes them again.
 */
function encodeIndex(entries: readonly IndexEntry[]): Buffer {
  const sorted = isSorted(entries) ? entries : entries.toSorted(compareEntries);
  const names = sorted.map(({ path }) => Buffer.from(path));
  const version = sorted.some(({ extended }) => extended !== undefined) ? 3 : 2;
  const sizes = sorted.map(
    ({ extended }, at) => ((names[at]?.length ?? 0) + ENTRY_HEAD_BYTES + (extended === undefined ? 0 : 2) + 8) & ~7,
  );
  const bytes = Buffer.alloc(sizes.reduce((sum, size) => sum + size, HEAD_BYTES) + HASH_BYTES);
  bytes.write('DIRC', 'latin1');
  bytes.writeUInt32BE(version, 4);
  bytes.writeUInt32BE(sorted.length, 8);
  let at = HEAD_BYTES;
  for (const [order, entry] of sorted.entries()) {
    const name = names[order] ?? Buffer.alloc(0);
    if (entry.stat !== undefined) writeStat(bytes, at, entry.stat);
    bytes.writeUInt32BE(entry.mode, at + 24);
    bytes.write(entry.oid, at + 40, 'hex');
    const extended = entry.extended === undefined ? 0 : EXTENDED;
    const flags = (entry.flags ?? 0) | extended | (entry.stage << 12) | Math.min(name.length, NAME_MASK);
    bytes.writeUInt16BE(flags, at + 60);
    if (entry.extended !== undefined) bytes.writeUInt16BE(entry.extended, at + ENTRY_HEAD_BYTES);
    name.copy(bytes, at + ENTRY_HEAD_BYTES + (entry.extended === undefined ? 0 : 2));
    at += sizes[order] ?? 0;
  }
  createHash('sha1').update(bytes.subarray(0, at)).digest().copy(bytes, at);
  return bytes;
}

/** Times as seconds and nanoseconds, all else cut to 32 bits, as git does it. */
function writeStat(bytes: Buffer, at: number, stat: EntryStat): void {
  const time = (ms: number, to: number): void => {
    const seconds = Math.floor(ms / 1000);
    bytes.writeUInt32BE(seconds >>> 0, to);
    bytes.writeUInt32BE(Math.round((ms - seconds * 1000) * 1e6), to + 4);
  };
  time(stat.ctimeMs, at);
  time(stat.mtimeMs, at + 8);
  for (const [order, value] of [stat.dev, stat.ino].entries()) bytes.writeUInt32BE(value >>> 0, at + 16 + order * 4);
  for (const [order, value] of [stat.uid, stat.gid, stat.size].entries())
    bytes.writeUInt32BE(value >>> 0, at + 28 + order * 4);
}

/** Of a file that was just read, in the words of an entry. */
export function toEntryStat(stats: Stats): EntryStat {
  return {
    // Whole milliseconds: what a double holds of nanoseconds would not come back as it was.
    ctimeMs: Math.floor(stats.ctimeMs),
    mtimeMs: Math.floor(stats.mtimeMs),
    dev: stats.dev >>> 0,
    ino: stats.ino >>> 0,
    uid: stats.uid,
    gid: stats.gid,
    size: stats.size >>> 0,
  };
}

/** Whether a file is as it was when its entry was made. */
export function isSameStat(stat: EntryStat, now: Stats): boolean {
  return (
    Math.floor(stat.mtimeMs) === Math.floor(now.mtimeMs) &&
    Math.floor(stat.ctimeMs) === Math.floor(now.ctimeMs) &&
    stat.size === now.size >>> 0 &&
    stat.ino === now.ino >>> 0
  );
}

/** By the bytes of the names, then by stage, as git wants them. */
export function compareEntries(a: IndexEntry, b: IndexEntry): number {
  return comparePaths(a.path, b.path) || a.stage - b.stage;
}

/** As memcmp of UTF-8: the same order as by UTF-16 units but where there are surrogates. */
export function comparePaths(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  const [one, two] = [a.charCodeAt(at), b.charCodeAt(at)];
  if (Number.isNaN(one) || Number.isNaN(two)) return a.length - b.length;
  if (one >= 0xd800 || two >= 0xd800) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return one - two;
}

function isSorted(entries: readonly IndexEntry[]): boolean {
  for (let at = 1; at < entries.length; at++) {
    const [before, now] = [entries[at - 1], entries[at]];
    if (before !== undefined && now !== undefined && compareEntries(before, now) >= 0) return false;
  }
  return true;
}

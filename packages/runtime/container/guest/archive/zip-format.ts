/** Zip archives: PKWARE's APPNOTE 6.3, sections 4.3 to 4.5, without encryption and without parts on several disks. */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

/** Signatures, little-endian: "PK" and two bytes (4.3.7, 4.3.12, 4.3.16). */
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** Fixed parts of the three records, without names, extra fields and comments. */
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
/** An archive's comment is at most so long. */
const MAX_COMMENT = 65_535;
/** Without zip64 an archive holds no more. */
const MAX_BYTES = 2 ** 32 - 1;
const MAX_ENTRIES = 65_535;
/** "Made by" Unix, version 3.0; needed to extract: 2.0 with folders and deflate, 1.0 without. */
const MADE_BY_UNIX = 0x031e;
const ENCRYPTED = 1;
const UTF8 = 0x800;
/** Numbers of APPNOTE.TXT 4.4.5; an entry with any other method is refused. */
export const STORED = 0;
/** Written only where it makes the contents smaller. */
export const DEFLATED = 8;
/** Time of a file by a Unix second, which zip's own field halves. */
const EXTENDED_TIME = 0x5455;

/** Still packed, so that copying it unpacks nothing. */
export interface ZipEntry {
  readonly name: string;
  readonly mode: number;
  /** Seconds. */
  readonly mtime: number;
  readonly method: number;
  readonly crc: number;
  readonly size: number;
  readonly packed: Buffer;
  readonly isEncrypted: boolean;
}

/** The bytes are no archive, or a broken one. */
export class ZipError extends Error {}

/** An entry of these contents. Packed where that makes it smaller; `level` 0 leaves it as it is. */
export function packEntry(name: string, bytes: Buffer, mode: number, mtime: number, level: number): ZipEntry {
  const deflated = level === 0 || bytes.length === 0 ? bytes : deflateRawSync(bytes, { level });
  const isSmaller = deflated.length < bytes.length;
  return {
    name,
    mode,
    mtime,
    method: isSmaller ? DEFLATED : STORED,
    crc: crc32(bytes),
    size: bytes.length,
    packed: isSmaller ? deflated : bytes,
    isEncrypted: false,
  };
}

/** The contents. Throws a ZipError where they are not what the archive says. */
export function unpackEntry(entry: ZipEntry): Buffer {
  if (entry.method !== STORED && entry.method !== DEFLATED)
    throw new ZipError(`unsupported compression method ${entry.method}`);
  let bytes: Buffer;
  try {
    // One byte more than promised is too many: a small archive must not fill the memory.
    bytes = entry.method === STORED ? entry.packed : inflateRawSync(entry.packed, { maxOutputLength: entry.size + 1 });
  } catch (error) {
    throw new ZipError('invalid compressed data to inflate', { cause: error });
  }
  if (crc32(bytes) !== entry.crc) throw new ZipError(`bad CRC ${hex(crc32(bytes))}  (should be ${hex(entry.crc)})`);
  return bytes;
}

const hex = (value: number): string => value.toString(16).padStart(8, '0');

/** Entries of an archive, in the order of its directory. Throws a ZipError. */
export function parseZip(bytes: Buffer): ZipEntry[] {
  const end = findEnd(bytes);
  if (end === undefined) throw new ZipError('End-of-central-directory signature not found');
  const count = bytes.readUInt16LE(end + 10);
  const entries: ZipEntry[] = [];
  // What stands before the archive (a program that unpacks itself) moves every offset.
  const shift = end - bytes.readUInt32LE(end + 12) - bytes.readUInt32LE(end + 16);
  let at = bytes.readUInt32LE(end + 16) + shift;
  for (let index = 0; index < count; index++) {
    if (at < 0 || at + CENTRAL_BYTES > bytes.length || bytes.readUInt32LE(at) !== CENTRAL)
      throw new ZipError('expected central file header signature not found');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    const lengths = [nameLength ?? 0, extraLength ?? 0, commentLength ?? 0] as const;
    entries.push(entryAt(bytes, at, lengths, shift));
    at += CENTRAL_BYTES + lengths[0] + lengths[1] + lengths[2];
  }
  return entries;
}

/** From the end: a comment may stand behind the record, and may even hold a signature of its own. */
function findEnd(bytes: Buffer): number | undefined {
  const lowest = Math.max(0, bytes.length - END_BYTES - MAX_COMMENT);
  for (let at = bytes.length - END_BYTES; at >= lowest; at--) if (bytes.readUInt32LE(at) === END) return at;
  return undefined;
}

/**
 * Of the directory (4.3.12). The local header repeats name and extra field in lengths of its own, so where
 * the bytes begin is read there.
 */
function entryAt(
  bytes: Buffer,
  at: number,
  [nameLength, extraLength]: readonly [number, number, number],
  shift: number,
): ZipEntry {
  const nameAt = at + CENTRAL_BYTES;
  const name = bytes.subarray(nameAt, nameAt + nameLength).toString();
  const extra = bytes.subarray(nameAt + nameLength, nameAt + nameLength + extraLength);
  const packedSize = bytes.readUInt32LE(at + 20);
  const local = bytes.readUInt32LE(at + 42) + shift;
  if (local < 0 || local + LOCAL_BYTES > bytes.length || bytes.readUInt32LE(local) !== LOCAL)
    throw new ZipError(`bad zipfile offset (local header sig):  ${local}`);
  const start = local + LOCAL_BYTES + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const attributes = bytes.readUInt32LE(at + 38) >>> 16;
  const isUnix = bytes[at + 5] === MADE_BY_UNIX >> 8;
  return {
    name,
    mode: isUnix && attributes !== 0 ? attributes : name.endsWith('/') ? 0o40755 : 0o100644,
    mtime: unixTime(extra) ?? dosTime(bytes.readUInt16LE(at + 14), bytes.readUInt16LE(at + 12)),
    method: bytes.readUInt16LE(at + 10),
    crc: bytes.readUInt32LE(at + 16),
    size: bytes.readUInt32LE(at + 24),
    packed: bytes.subarray(start, start + packedSize),
    isEncrypted: (bytes.readUInt16LE(at + 8) & ENCRYPTED) !== 0,
  };
}

/** The extra field 0x5455: bit 0 of its flags says that the time of modification follows. */
function unixTime(extra: Buffer): number | undefined {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2))
    if (extra.readUInt16LE(at) === EXTENDED_TIME && at + 9 <= extra.length && ((extra[at + 4] ?? 0) & 1) !== 0)
      return extra.readInt32LE(at + 5);
  return undefined;
}

/** Local time in steps of two seconds (4.4.6). */
function dosTime(date: number, time: number): number {
  const moment = new Date(
    1980 + (date >> 9),
    ((date >> 5) & 15) - 1,
    date & 31,
    time >> 11,
    (time >> 5) & 63,
    (time & 31) * 2,
  );
  return moment.getTime() / 1000;
}

/** The archive. Throws a ZipError where it would be larger than the format without zip64 can say. */
export function buildZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const extra = Buffer.alloc(9);
    extra.writeUInt16LE(EXTENDED_TIME, 0);
    extra.writeUInt16LE(5, 2);
    extra[4] = 1;
    extra.writeInt32LE(Math.floor(entry.mtime), 5);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(entry.method === DEFLATED || entry.name.endsWith('/') ? 20 : 10, 0);
    common.writeUInt16LE(/[^\x00-\x7f]/.test(entry.name) ? UTF8 : 0, 2);
    common.writeUInt16LE(entry.method, 4);
    writeDosTime(common, 6, entry.mtime);
    common.writeUInt32LE(entry.crc, 10);
    common.writeUInt32LE(entry.packed.length, 14);
    common.writeUInt32LE(entry.size, 18);
    common.writeUInt16LE(name.length, 22);
    common.writeUInt16LE(extra.length, 24);
    const head = Buffer.alloc(4);
    head.writeUInt32LE(LOCAL, 0);
    parts.push(head, common, name, extra, entry.packed);
    const central = Buffer.alloc(CENTRAL_BYTES);
    central.writeUInt32LE(CENTRAL, 0);
    central.writeUInt16LE(MADE_BY_UNIX, 4);
    common.copy(central, 6);
    // The lowest byte is DOS's: 16 is a folder.
    central.writeUInt32LE(((entry.mode << 16) | (entry.name.endsWith('/') ? 16 : 0)) >>> 0, 38);
    central.writeUInt32LE(offset, 42);
    directory.push(central, name, extra);
    offset += LOCAL_BYTES + name.length + extra.length + entry.packed.length;
    if (offset > MAX_BYTES || entries.length > MAX_ENTRIES)
      throw new ZipError('Entry too big to split, read, or write');
  }
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(
    directory.reduce((sum, { length }) => sum + length, 0),
    12,
  );
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

/** Years before 1980 cannot be said; the extra field has the true time. */
function writeDosTime(buffer: Buffer, at: number, seconds: number): void {
  const date = new Date(seconds * 1000);
  const year = Math.max(1980, date.getFullYear());
  buffer.writeUInt16LE((date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1), at);
  buffer.writeUInt16LE(((year - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate(), at + 2);
}

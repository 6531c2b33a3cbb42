/** Blocks of tar archives: POSIX ustar and pax (XCU pax, "Extended Description"), and what GNU tar adds. */

/** Bytes of a block: headers and contents are filled up to it. */
export const BLOCK = 512;
/** What a header's number fields can say in octal digits. */
const LARGEST_OCTAL_SIZE = 0o77777777777;
const NAME_BYTES = 100;

/** What a member is: file, hard link, symbolic link, devices, folder, pipe. */
export type MemberType = '0' | '1' | '2' | '3' | '4' | '5' | '6';

/** What pax records say has won over the header's short fields already. */
export interface TarMember {
  readonly name: string;
  readonly type: MemberType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly owner: string;
  readonly group: string;
  /** Bytes that follow. */
  readonly size: number;
  /** Seconds. */
  readonly mtime: number;
  readonly linkName: string;
}

/** The raw header: type is any character, names may be only beginnings. */
export interface TarHeader extends Omit<TarMember, 'type'> {
  readonly type: string;
}

/** A header of 512 bytes; undefined where its checksum is wrong. */
export function decodeHeader(block: Uint8Array): TarHeader | undefined {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.length);
  const sum = Number.parseInt(textAt(bytes, 148, 8).trim(), 8);
  if (sum !== checksum(bytes)) return undefined;
  const name = textAt(bytes, 0, NAME_BYTES);
  const prefix = textAt(bytes, 257, 6) === 'ustar' ? textAt(bytes, 345, 155) : '';
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    mode: numberAt(bytes, 100, 8) & 0o7777,
    uid: numberAt(bytes, 108, 8),
    gid: numberAt(bytes, 116, 8),
    size: numberAt(bytes, 124, 12),
    mtime: numberAt(bytes, 136, 12),
    type: String.fromCharCode(bytes[156] ?? 0).replace('\0', '0'),
    linkName: textAt(bytes, 157, NAME_BYTES),
    owner: textAt(bytes, 265, 32),
    group: textAt(bytes, 297, 32),
  };
}

/** The headers of a member as GNU tar writes them: names that are too long come before in blocks of their own. */
export function encodeMember(member: TarMember): Buffer {
  const owner = member.owner === '' ? '' : 'root';
  const long = (text: string, type: string): Buffer[] => {
    const bytes = Buffer.from(`${text}\0`);
    if (bytes.length <= NAME_BYTES + 1) return [];
    const head = { ...NO_MEMBER, name: '././@LongLink', type, size: bytes.length, owner, group: owner };

    return [encodeHeader(head), filled(bytes)];
  };
  return Buffer.concat([...long(member.linkName, 'K'), ...long(member.name, 'L'), encodeHeader(member)]);
}

/** What a header that carries a long name says beside it. */
const NO_MEMBER: TarHeader = {
  name: '',
  type: '0',
  mode: 0o644,
  uid: 0,
  gid: 0,
  owner: '',
  group: '',
  size: 0,
  mtime: 0,
  linkName: '',
};

/**
 * `ustar \0` is GNU's magic, not that of POSIX: the field of POSIX's prefix is then not read, and longer
 * names are in `@LongLink` members.
 */
function encodeHeader(member: TarHeader): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(member.name.slice(0, NAME_BYTES), 0, NAME_BYTES);
  octal(block, 100, 8, member.mode);
  octal(block, 108, 8, member.uid);
  octal(block, 116, 8, member.gid);
  octal(block, 124, 12, member.size);
  octal(block, 136, 12, Math.max(0, Math.floor(member.mtime)));
  block.write(member.type, 156);
  block.write(member.linkName, 157, NAME_BYTES);
  block.write('ustar  \0', 257);
  block.write(member.owner, 265, 31);
  block.write(member.group, 297, 31);
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** Contents up to the next block. */
export function filled(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(paddingOf(bytes.length))]);
}

/** Bytes from the end of contents to the next block. */
export const paddingOf = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/** With the checksum's own field as spaces. */
function checksum(block: Buffer): number {
  let sum = 0;
  for (const [at, byte] of block.entries()) sum += at >= 148 && at < 156 ? 0x20 : byte;
  return sum;
}

function textAt(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? length : end).toString();
}

/** Octal digits with blanks or NULs around; what is no number counts as 0. */
function numberAt(block: Buffer, at: number, length: number): number {
  // GNU: the top bit says that the rest is binary.
  if (((block[at] ?? 0) & 0x80) !== 0) {
    let value = 0;
    for (const byte of block.subarray(at + 1, at + length)) value = value * 256 + byte;
    return value;
  }
  return Number.parseInt(textAt(block, at, length).trim() || '0', 8) || 0;
}

/**
 * GNU's base-256 where the octal digits do not suffice: top bit of the first byte, then the number from its
 * highest byte on.
 */
function octal(block: Buffer, at: number, length: number, value: number): void {
  if (value <= LARGEST_OCTAL_SIZE && value < 8 ** (length - 1)) {
    block.write(value.toString(8).padStart(length - 1, '0'), at);
    return;
  }
  block[at] = 0x80;
  let left = value;
  for (let byte = length - 1; byte > 0; byte--) {
    block[at + byte] = left % 256;
    left = Math.floor(left / 256);
  }
}

/** pax: records of `<length> <keyword>=<value>`. */
export function parsePax(bytes: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const length = space === -1 ? 0 : Number(bytes.subarray(at, space).toString());
    if (!(length > space - at) || at + length > bytes.length) break;
    const record = bytes.subarray(space + 1, at + length - 1).toString();
    const equals = record.indexOf('=');
    if (equals > 0) records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

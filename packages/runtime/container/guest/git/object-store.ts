/** The objects of a repository on disk: loose ones and packs (gitformat-pack(5), index version 2). */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { storeRaw } from './store-raw.ts';

/** As the head of a loose object spells it. */
export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

/** An object as it is hashed, without its head. */
export interface StoredObject {
  readonly type: ObjectType;
  readonly bytes: Buffer;
}

/** gitformat-pack(5), "Object types". */
const PACK_TYPES: Readonly<Record<number, ObjectType>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' };
const OFFSET_DELTA = 6;
const REF_DELTA = 7;
/** Of `git gc` it is 50; whoever has more has made it on purpose. */
const DELTA_DEPTH = 4096;
const OID_BYTES = 20;
/** Before the oids of an index: magic, version, fan-out. */
const FANOUT_AT = 8;
const OIDS_AT = FANOUT_AT + 256 * 4;
/** So many objects of one command are compressed; more of them are stored as they are, in a tenth of the time. */
const COMPRESSED_OBJECTS = 1000;

/** A pack whose index is in memory; the pack itself is read where an object is. */
interface Pack {
  readonly path: string;
  readonly index: Buffer;
  readonly count: number;
}

/** Reads and writes objects; what was read is not kept. */
export class ObjectStore {
  readonly #folder: string;
  #packs: readonly Pack[] | undefined;
  /** Descriptors of packs by path, until `close`: one command reads thousands of entries. */
  #open = new Map<string, number>();
  #written = 0;

  constructor(objectsFolder: string) {
    this.#folder = objectsFolder;
  }

  /** Throws where there is none. */
  read(oid: string): StoredObject {
    const found = this.find(oid);
    if (found === undefined) throw new Error(`bad object ${oid}`);
    return found;
  }

  find(oid: string): StoredObject | undefined {
    return this.#loose(oid) ?? this.#packed(oid);
  }

  has(oid: string): boolean {
    return existsSync(this.#pathOf(oid)) || this.#locate(oid) !== undefined;
  }

  expand(prefix: string): readonly string[] {
    const found = new Set<string>();
    const folder = join(this.#folder, prefix.slice(0, 2));
    if (existsSync(folder))
      for (const rest of readdirSync(folder)) {
        const oid = prefix.slice(0, 2) + rest;
        if (/^[0-9a-f]{40}$/.test(oid) && oid.startsWith(prefix)) found.add(oid);
      }
    // The lowest id with this beginning: what follows it in the index shares the beginning until one does not.
    const first = Buffer.from(prefix.padEnd(40, '0'), 'hex');
    for (const { index, count } of this.#allPacks())
      for (let at = lowerBound(index, count, first); at < count; at++) {
        const oid = oidAt(index, at).toString('hex');
        if (!oid.startsWith(prefix)) break;
        found.add(oid);
      }
    return [...found];
  }

  /** The id that the object has, whether it is kept or not. */
  static idOf(type: ObjectType, bytes: Uint8Array): string {
    return createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex');
  }

  /** Nothing where the object is there already, loose or packed. Returns its id. */
  write(type: ObjectType, bytes: Uint8Array): string {
    const oid = ObjectStore.idOf(type, bytes);
    const path = this.#pathOf(oid);
    if (existsSync(path) || this.#locate(oid) !== undefined) return oid;
    const whole = Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]);
    mkdirSync(dirname(path), { recursive: true });
    // Nobody sees half an object, whoever is killed.
    const aside = `${path}.${process.pid}.part`;
    writeFileSync(aside, ++this.#written > COMPRESSED_OBJECTS ? storeRaw(whole) : deflateSync(whole, { level: 1 }));
    chmodSync(aside, 0o444);
    renameSync(aside, path);
    return oid;
  }

  close(): void {
    for (const descriptor of this.#open.values()) closeSync(descriptor);
    this.#open = new Map();
  }

  #pathOf(oid: string): string {
    return join(this.#folder, oid.slice(0, 2), oid.slice(2));
  }

  #loose(oid: string): StoredObject | undefined {
    let packed: Buffer;
    try {
      packed = readFileSync(this.#pathOf(oid));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    // `type size NUL bytes`, and the size must be true: a disk that was full leaves short ones.
    const whole = inflateSync(packed);
    const end = whole.indexOf(0);
    const [type = '', size = ''] = whole.toString('latin1', 0, end).split(' ');
    const bytes = whole.subarray(end + 1);
    if (!isType(type) || Number(size) !== bytes.length) throw new Error(`loose object ${oid} is corrupt`);
    return { type, bytes };
  }

  #packed(oid: string): StoredObject | undefined {
    const place = this.#locate(oid);
    return place === undefined ? undefined : this.#entry(place.pack, place.offset, 0);
  }

  /** The first pack that has it; the same object may be in several. */
  #locate(oid: string): { readonly pack: Pack; readonly offset: number } | undefined {
    const wanted = Buffer.from(oid, 'hex');
    for (const pack of this.#allPacks()) {
      const { index, count } = pack;
      const at = lowerBound(index, count, wanted);
      if (at < count && oidAt(index, at).equals(wanted)) return { pack, offset: offsetAt(index, count, at) };
    }
    return undefined;
  }

  /** gitformat-pack(5): type and size in the first bytes, seven bits at a time; a delta then names its base. */
  #entry(pack: Pack, offset: number, depth: number): StoredObject {
    if (depth > DELTA_DEPTH) throw new Error(`${pack.path} has a chain of deltas without an end`);
    const head = this.#bytes(pack, offset, 64);
    let at = 0;
    let byte = head[at++] ?? 0;
    const kind = (byte >> 4) & 7;
    let size = byte & 15;
    for (let shift = 4; (byte & 0x80) !== 0; shift += 7) {
      byte = head[at++] ?? 0;
      size += (byte & 0x7f) * 2 ** shift;
    }
    const plain = PACK_TYPES[kind];
    if (plain !== undefined) return { type: plain, bytes: this.#inflate(pack, offset + at, size) };
    let base: StoredObject;
    if (kind === OFFSET_DELTA) {
      byte = head[at++] ?? 0;
      // Each further byte adds one, so that no distance can be written in two ways.
      let back = byte & 0x7f;
      while ((byte & 0x80) !== 0) {
        byte = head[at++] ?? 0;
        back = (back + 1) * 128 + (byte & 0x7f);
      }
      base = this.#entry(pack, offset - back, depth + 1);
    } else if (kind === REF_DELTA) {
      // By id: in a thin pack the base may be anywhere.
      base = this.read(head.toString('hex', at, at + OID_BYTES));
      at += OID_BYTES;
    } else throw new Error(`${pack.path} has an entry of an unknown type`);
    return { type: base.type, bytes: applyDelta(base.bytes, this.#inflate(pack, offset + at, size)) };
  }

  /** What deflate makes of `size` bytes is hardly longer than they are: the rest of what is read is another entry's. */
  #inflate(pack: Pack, offset: number, size: number): Buffer {
    const bytes = inflateSync(this.#bytes(pack, offset, size + Math.ceil(size / 1000) + 64), {
      maxOutputLength: Math.max(size, 1),
    });
    if (bytes.length !== size) throw new Error(`${pack.path} is corrupt`);
    return bytes;
  }

  /** Fewer bytes where the pack ends before; throws where it begins behind the end. */
  #bytes(pack: Pack, offset: number, length: number): Buffer {
    let descriptor = this.#open.get(pack.path);
    if (descriptor === undefined) {
      descriptor = openSync(pack.path, 'r');
      this.#open.set(pack.path, descriptor);
    }
    const wanted = Math.min(length, fstatSync(descriptor).size - offset);
    if (wanted <= 0) throw new Error(`${pack.path} is corrupt`);
    const bytes = Buffer.alloc(wanted);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, wanted, offset));
  }

  #allPacks(): readonly Pack[] {
    this.#packs ??= readPacks(join(this.#folder, 'pack'));
    return this.#packs;
  }
}

/** A pack without its index is one that is being written, or was left by a fetch that broke off. */
function readPacks(folder: string): readonly Pack[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.idx') && existsSync(join(folder, name.replace(/idx$/, 'pack'))))
    .map((name) => {
      const index = readFileSync(join(folder, name));
      if (index.readUInt32BE(0) !== 0xff744f63 || index.readUInt32BE(4) !== 2)
        throw new Error(`${name} is of a version that is not read here: run git repack`);
      return { path: join(folder, name.replace(/idx$/, 'pack')), index, count: index.readUInt32BE(OIDS_AT - 4) };
    });
}

const oidAt = (index: Buffer, at: number): Buffer =>
  index.subarray(OIDS_AT + at * OID_BYTES, OIDS_AT + (at + 1) * OID_BYTES);

/** The first place whose id is not below `oid`. */
function lowerBound(index: Buffer, count: number, oid: Buffer): number {
  const first = oid[0] ?? 0;
  let low = first === 0 ? 0 : index.readUInt32BE(FANOUT_AT + (first - 1) * 4);
  let high = Math.min(count, index.readUInt32BE(FANOUT_AT + first * 4));
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Buffer.compare(oidAt(index, middle), oid) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Behind ids and checksums: 31 bits, or the place among the long ones. */
function offsetAt(index: Buffer, count: number, at: number): number {
  const offsets = OIDS_AT + count * (OID_BYTES + 4);
  const short = index.readUInt32BE(offsets + at * 4);
  if (short < 2 ** 31) return short;
  return Number(index.readBigUInt64BE(offsets + count * 4 + (short - 2 ** 31) * 8));
}

/** For a word from outside: an object's head, or an argument. */
export const isType = (text: string): text is ObjectType => /^(?:commit|tree|blob|tag)$/.test(text);

/** gitformat-pack(5), "Deltified representation". */
function applyDelta(base: Buffer, delta: Buffer): Buffer {
  let at = 0;
  const length = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = delta[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) return value;
    }
  };
  if (length() !== base.length) throw new Error('a delta is not of its base');
  const result = Buffer.alloc(length());
  let filled = 0;
  while (at < delta.length) {
    const code = delta[at++] ?? 0;
    if ((code & 0x80) === 0) {
      // Reserved, gitformat-pack(5).
      if (code === 0) throw new Error('a delta is corrupt');
      filled += delta.copy(result, filled, at, at + code);
      at += code;
      continue;
    }
    let offset = 0;
    let size = 0;
    for (let bit = 0; bit < 4; bit++) if ((code & (1 << bit)) !== 0) offset += (delta[at++] ?? 0) * 2 ** (8 * bit);
    for (let bit = 0; bit < 3; bit++) if ((code & (16 << bit)) !== 0) size += (delta[at++] ?? 0) * 2 ** (8 * bit);
    // A size of 0 stands for 64 KiB.
    filled += base.copy(result, filled, offset, offset + (size === 0 ? 0x10000 : size));
  }
  if (filled !== result.length) throw new Error('a delta is corrupt');
  return result;
}

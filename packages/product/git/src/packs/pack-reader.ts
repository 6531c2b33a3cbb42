import { GitError } from '../objects/git-error.ts';
import { checkObject, type GitObject, linksOf } from '../objects/git-object.ts';
import { type ObjectType, type Oid, oidOf } from '../objects/oid.ts';
import { ByteCache } from './byte-cache.ts';
import { applyDelta, readDeltaSizes } from './delta.ts';
import { deflatedLimit, HEADER_LIMIT_BYTES, inflateEntry, readEntryHeader } from './pack-entry.ts';
import { PACK_LIMITS, type PackLimits } from './pack-limits.ts';
import { type PackSpool, SpoolWindow } from './pack-spool.ts';
import { readPackHeader } from './receive-spool.ts';

/** Without `bases` a thin pack is refused. */
export interface PackReaderOptions {
  /** Objects outside of the pack on which its deltas may stand (a thin pack). Those that are missing are left out. */
  bases?: (oids: readonly Oid[]) => Promise<ReadonlyMap<Oid, GitObject>>;
  limits?: PackLimits;
  signal?: AbortSignal;
  /** Is told of every object once, when it has been checked. */
  onObject?: (oid: Oid, object: GitObject) => void;
}

/** `z` can go into another pack as it is, where `base` is there, too. */
export interface PackedObject extends GitObject {
  oid: Oid;
  /** As the pack has it: deflated bytes of the object or, with `base`, of a delta against that object. */
  z: Uint8Array;
  base: Oid | undefined;
  /** Inflated length of the delta; 0 of an object that is whole. */
  deltaBytes: number;
  /** How many deltas it stands on within this pack and outside. */
  depth: number;
}

/** One entry. It is resolved when its id is known. */
interface Entry {
  at: number;
  /** Where its deflated bytes are, and how many. */
  dataAt: number;
  zBytes: number;
  size: number;
  /** Inflated length of the delta; 0 of an object that is whole. */
  deltaBytes: number;
  /** The entry that it is a delta against, or an object outside. */
  base: Entry | Oid | undefined;
  type: ObjectType | undefined;
  oid: Oid | undefined;
  depth: number;
}

/** Bytes of bases that are kept: what does not fit is put together again. */
const CACHE_BYTES = 64 * 1024 * 1024;
/** Bytes of work after which others get their turn. */
const TURN_BYTES = 4 * 1024 * 1024;

/**
 * Reads a pack that lies in a spool (gitformat-pack(5)).
 *
 *   index()   looks at every entry: inflates it, puts it together, hashes and checks it. Afterwards the ids are known,
 * and what the objects lead to. A pack that lies in any way is refused here, before anybody has got any of it.
 *   objects() hands them on, one after another, each id once.
 *
 * Bases that stand in the pack come first or later, by distance or by id; cycles cannot be written by distance, and by
 * id they are never resolved.
 */
export class PackReader {
  readonly #window: SpoolWindow;
  readonly #options: PackReaderOptions;
  readonly #limits: PackLimits;
  readonly #entries: Entry[] = [];
  readonly #byOid = new Map<Oid, Entry>();
  readonly #links = new Map<Oid, ObjectType>();
  /** Entries that wait for another one, or for an object, to be resolved. */
  readonly #waiting = new Map<Entry | Oid, Entry[]>();
  readonly #cache = new ByteCache<Entry | Oid>(CACHE_BYTES);
  readonly #outside = new Map<Oid, ObjectType>();
  #workBytes = 0;
  #turnBytes = 0;

  constructor(spool: PackSpool, options: PackReaderOptions = {}) {
    this.#window = new SpoolWindow(spool);
    this.#options = options;
    this.#limits = options.limits ?? PACK_LIMITS;
  }

  /**
   * Reads every entry, resolves all deltas and names each object. Throws a GitError for a pack that is not
   * whole or breaks a limit.
   */
  async index(): Promise<void> {
    const count = readPackHeader(await this.#window.read(0, 12), this.#limits);
    const byOffset = new Map<number, Entry>();
    // Behind the header: `PACK`, version, count.
    let at = 12;
    for (let index = 0; index < count; index++) {
      const entry = await this.#scan(at, byOffset);
      byOffset.set(at, entry);
      this.#entries.push(entry);
      at = entry.dataAt + entry.zBytes;
    }
    // The last 20 bytes are the pack's own SHA-1.
    if (at !== this.#window.size - 20) throw new GitError('bad-pack', 'pack has junk at the end');
    await this.#resolveOutside();
    // What the pack holds itself is no link to the outside.
    for (const oid of this.#byOid.keys()) this.#links.delete(oid);
  }

  get size(): number {
    return this.#byOid.size;
  }

  oids(): Iterable<Oid> {
    return this.#byOid.keys();
  }

  typeOf(oid: Oid): ObjectType | undefined {
    return this.#byOid.get(oid)?.type;
  }

  headOf(oid: Oid): { type: ObjectType; size: number } | undefined {
    const entry = this.#byOid.get(oid);
    return entry?.type && { type: entry.type, size: entry.size };
  }

  /** How many bytes storing it takes: of blobs whole, of the others as they came. */
  get storedBytes(): number {
    let bytes = 0;
    for (const { type, size, zBytes } of this.#byOid.values()) bytes += type === 'blob' ? size : zBytes;
    return bytes;
  }

  /** Bytes of all objects together, whole. */
  get unpackedBytes(): number {
    let bytes = 0;
    for (const { size } of this.#byOid.values()) bytes += size;
    return bytes;
  }

  /** What the pack's objects lead to and the pack does not hold, with the type that it must have. */
  get outsideLinks(): ReadonlyMap<Oid, ObjectType> {
    return this.#links;
  }

  /** Objects outside of the pack on which its deltas stand. */
  get outsideBases(): ReadonlySet<Oid> {
    return new Set(this.#outside.keys());
  }

  /** One object's bytes, such as those of a commit that somebody wants to know about. */
  async read(oid: Oid): Promise<GitObject | undefined> {
    const entry = this.#byOid.get(oid);
    return entry?.type && { type: entry.type, bytes: await this.#bytesOf(entry) };
  }

  /** Every object, each id once, in the pack's order. */
  async *objects(): AsyncGenerator<PackedObject> {
    for (const entry of this.#entries) {
      const { type, oid, base, depth } = entry;
      if (type === undefined || oid === undefined || this.#byOid.get(oid) !== entry) continue;
      const bytes = await this.#bytesOf(entry);
      // A copy, because whoever keeps a few bytes of a piece keeps the piece.
      const z = Buffer.from(await this.#window.read(entry.dataAt, entry.zBytes));
      yield {
        oid,
        type,
        bytes,
        z,
        base: typeof base === 'object' ? base.oid : base,
        deltaBytes: entry.deltaBytes,
        depth,
      };
    }
  }

  /** Reads the entry at `at`, and resolves it if its base is. */
  async #scan(at: number, byOffset: ReadonlyMap<number, Entry>): Promise<Entry> {
    const end = this.#window.size - 20;
    const header = readEntryHeader(await this.#window.read(at, Math.min(HEADER_LIMIT_BYTES, end - at)), at);
    this.#checkSize(header.size);
    const dataAt = at + header.length;
    const inflated = await this.#inflate(dataAt, Math.min(deflatedLimit(header.size), end - dataAt), header.size);
    const entry: Entry = {
      at,
      dataAt,
      zBytes: inflated.used,
      size: header.size,
      deltaBytes: header.base === undefined ? 0 : header.size,
      base: undefined,
      type: header.type,
      oid: undefined,
      depth: 0,
    };
    if (header.base === undefined) {
      await this.#resolved(entry, inflated.bytes);
      return entry;
    }
    const base = typeof header.base === 'string' ? header.base : byOffset.get(at - header.base);
    // A distance must lead to the start of an entry: into the middle of one, or nowhere, it is an attack.
    if (base === undefined || header.base === 0)
      throw new GitError('bad-pack', `pack has bad object at offset ${at}: delta base offset is out of bound`);
    // Refused by what it says before it is put together: a small delta can make a gigabyte.
    this.#checkSize(readDeltaSizes(inflated.bytes).result);
    const known = typeof base === 'string' ? this.#byOid.get(base) : base;
    entry.base = known ?? base;
    if (known?.oid !== undefined) await this.#resolveDelta(entry, known, inflated.bytes);
    else {
      const waiting = this.#waiting.get(entry.base);
      if (waiting) waiting.push(entry);
      else this.#waiting.set(entry.base, [entry]);
    }
    return entry;
  }

  /** Puts a delta together whose base is known. */
  async #resolveDelta(entry: Entry, base: Entry | Oid, delta?: Uint8Array): Promise<void> {
    entry.base = base;
    entry.depth = (typeof base === 'string' ? 0 : base.depth) + 1;
    if (entry.depth > this.#limits.chain)
      throw new GitError(
        'bad-pack',
        `pack has bad object at offset ${entry.at}: delta chain is longer than ${this.#limits.chain}`,
      );
    entry.type = typeof base === 'string' ? this.#outside.get(base) : base.type;
    const bytes = delta
      ? this.#apply(await (typeof base === 'string' ? this.#outsideBytes(base) : this.#bytesOf(base)), delta)
      : await this.#bytesOf(entry);
    await this.#resolved(entry, bytes);
  }

  /** Whoever waited for the entry goes on, and so on: as a list, because chains are as long as the pack likes. */
  async #resolved(first: Entry, firstBytes: Uint8Array): Promise<void> {
    const ready: Entry[] = [...this.#accept(first, firstBytes)];
    for (let entry = ready.pop(); entry; entry = ready.pop()) {
      const { base } = entry;
      const known = typeof base === 'string' ? this.#byOid.get(base) : base;
      if (known === undefined) throw new Error('Cannot resolve delta: its base is not there');
      entry.base = known;
      entry.depth = known.depth + 1;
      if (entry.depth > this.#limits.chain)
        throw new GitError(
          'bad-pack',
          `pack has bad object at offset ${entry.at}: delta chain is longer than ${this.#limits.chain}`,
        );
      entry.type = known.type;
      ready.push(...this.#accept(entry, await this.#bytesOf(entry)));
    }
    await this.#takeTurn();
  }

  /** Hashes and checks an object; returns who waited for it. */
  #accept(entry: Entry, bytes: Uint8Array): Entry[] {
    if (entry.type === undefined) throw new Error('Cannot accept object: its type is not known');
    const object: GitObject = { type: entry.type, bytes };
    const oid = oidOf(entry.type, bytes);
    this.#work(bytes.length);
    entry.oid = oid;
    entry.size = bytes.length;
    this.#cache.put(entry, bytes);
    // The same object twice in a pack is legal; the first one counts.
    if (!this.#byOid.has(oid)) {
      this.#check(oid, object);
      this.#byOid.set(oid, entry);
      this.#options.onObject?.(oid, object);
    }
    const waiting = [...(this.#waiting.get(entry) ?? []), ...(this.#waiting.get(oid) ?? [])];
    this.#waiting.delete(entry);
    this.#waiting.delete(oid);
    return waiting;
  }

  #check(oid: Oid, object: GitObject): void {
    try {
      checkObject(object);
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      throw new GitError(error.code, `object ${oid}: ${error.message}`);
    }
    for (const link of linksOf(object)) {
      const type = this.#byOid.get(link.oid)?.type ?? this.#links.get(link.oid);
      if (type !== undefined && type !== link.type)
        throw new GitError('bad-pack', `object ${link.oid} is a ${type}, not a ${link.type}`);
      this.#links.set(link.oid, link.type);
    }
    // Whoever led here before may have taken it for something else.
    const claimed = this.#links.get(oid);
    if (claimed !== undefined && claimed !== object.type)
      throw new GitError('bad-pack', `object ${oid} is a ${object.type}, not a ${claimed}`);
    if (this.#links.size > this.#limits.links)
      throw new GitError('too-large', `pack leads to more than ${this.#limits.links} objects`);
  }

  /** What still waits stands on objects outside, or on nothing. */
  async #resolveOutside(): Promise<void> {
    const wanted = [...this.#waiting.keys()].filter((base) => typeof base === 'string');
    for (let from = 0; from < wanted.length; from += OUTSIDE_AT_ONCE) {
      const oids = wanted.slice(from, from + OUTSIDE_AT_ONCE);
      const found = (await this.#options.bases?.(oids)) ?? new Map<Oid, GitObject>();
      for (const [oid, { type, bytes }] of found) {
        this.#outside.set(oid, type);
        this.#cache.put(oid, bytes);
      }
      for (const oid of oids) await this.#resolveWaiting(oid);
    }
    let unresolved = 0;
    for (const waiting of this.#waiting.values()) unresolved += waiting.length;
    if (unresolved > 0)
      throw new GitError('missing-object', `pack has ${unresolved} unresolved delta${unresolved === 1 ? '' : 's'}`);
  }

  async #resolveWaiting(oid: Oid): Promise<void> {
    const waiting = this.#waiting.get(oid);
    // An object of the pack that was put together meanwhile may have been the base.
    if (!waiting || !this.#outside.has(oid)) return;
    this.#waiting.delete(oid);
    for (const entry of waiting) await this.#resolveDelta(entry, oid);
  }

  /** The bytes of a resolved entry, by way of the nearest base that is kept. */
  async #bytesOf(entry: Entry): Promise<Uint8Array> {
    const chain: Entry[] = [];
    let at: Entry | Oid = entry;
    let bytes: Uint8Array | undefined;
    while (bytes === undefined) {
      if (typeof at === 'string') {
        bytes = await this.#outsideBytes(at);
        break;
      }
      bytes = this.#cache.get(at);
      if (bytes) break;
      if (at.base === undefined) {
        bytes = (await this.#inflate(at.dataAt, at.zBytes, at.size)).bytes;
        break;
      }
      chain.push(at);
      at = at.base;
    }
    for (let link = chain.pop(); link; link = chain.pop()) {
      const delta = await this.#inflate(link.dataAt, link.zBytes, link.deltaBytes);
      bytes = this.#apply(bytes, delta.bytes);
    }
    this.#cache.put(entry, bytes);
    await this.#takeTurn();
    return bytes;
  }

  /** Asked for again where the cache has dropped it. */
  async #outsideBytes(oid: Oid): Promise<Uint8Array> {
    const kept = this.#cache.get(oid) ?? (await this.#options.bases?.([oid]))?.get(oid)?.bytes;
    if (kept === undefined) throw new GitError('missing-object', `object ${oid} is missing`);
    this.#cache.put(oid, kept);
    return kept;
  }

  #apply(base: Uint8Array, delta: Uint8Array): Uint8Array {
    const result = applyDelta(base, delta, this.#limits.objectBytes);
    this.#work(result.length);
    return result;
  }

  async #inflate(at: number, length: number, size: number): Promise<{ bytes: Buffer; used: number }> {
    this.#work(size);
    return inflateEntry(await this.#window.read(at, length), size, at);
  }

  #checkSize(size: number): void {
    if (size > this.#limits.objectBytes)
      throw new GitError(
        'too-large',
        `object of ${size} bytes exceeds maximum allowed size (${this.#limits.objectBytes} bytes)`,
      );
  }

  /** Bounds the whole pack, not only each object: a bomb may be made of many small ones. */
  #work(bytes: number): void {
    this.#turnBytes += bytes;
    this.#workBytes += bytes;
    if (this.#workBytes > this.#limits.workBytes)
      throw new GitError('too-large', `pack unpacks to more than ${this.#limits.workBytes} bytes`);
  }

  /** Others get their turn after some megabytes, and whoever has gone away ends it. */
  async #takeTurn(): Promise<void> {
    if (this.#turnBytes < TURN_BYTES) return;
    this.#turnBytes = 0;
    this.#options.signal?.throwIfAborted();
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}

/** Bases asked for in one question. */
const OUTSIDE_AT_ONCE = 500;

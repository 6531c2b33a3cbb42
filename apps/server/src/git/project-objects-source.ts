import { promisify } from 'node:util';
import { deflate, inflateSync } from 'node:zlib';
import type { BlobStore } from '@slipway/blobs';
import {
  type Db,
  getObjectHeads,
  getObjects,
  getObjectsWithBases,
  listReachableCommits,
  type StoredObject,
} from '@slipway/db';
import {
  applyDelta,
  type CommitNode,
  type GitObject,
  type ObjectSource,
  type ObjectType,
  PACK_LIMITS,
  type PackItem,
} from '@slipway/git';

const deflated = promisify(deflate);

/** So many names go into one statement, so that neither it nor its answer grows with a push. */
const ROWS_AT_ONCE = 500;
/** A single larger blob still comes alone: this bounds how many are read together, not how large one is. */
const BLOB_BYTES_AT_ONCE = 8 * 1024 * 1024;

/** The objects of one project, whose right the caller has looked at. */
export class ProjectObjectSource implements ObjectSource {
  readonly #db: Db;
  readonly #blobs: BlobStore;
  readonly #projectId: string;
  /** Of every object that was read: how many stored deltas it stands on. */
  readonly depths = new Map<string, number>();

  constructor({ db, blobs }: { db: Db; blobs: BlobStore }, projectId: string) {
    this.#db = db;
    this.#blobs = blobs;
    this.#projectId = projectId;
  }

  /**
   * What is not there is left out. Blobs of files are read from the blob store, all else from the rows, whose
   * deltas are applied.
   */
  async read(oids: readonly string[]): Promise<Map<string, GitObject>> {
    const found = new Map<string, GitObject>();
    for (const page of pagesOf(oids, ROWS_AT_ONCE)) {
      const rows = await getObjectsWithBases(this.#db, this.#projectId, page);
      const byOid = new Map(rows.map((row) => [row.oid, row]));
      const asked = page.flatMap((oid) => byOid.get(oid) ?? []);
      for (const blobs of bySize(asked.filter(({ sha256 }) => sha256 !== null))) {
        for (const [row, bytes] of await this.#readBlobs(blobs)) found.set(row.oid, { type: 'blob', bytes });
      }
      const decoded = new Map<string, Uint8Array>();
      for (const row of asked)
        if (row.sha256 === null) found.set(row.oid, { type: row.type, bytes: this.#decode(row, byOid, decoded) });
    }
    return found;
  }

  async heads(oids: readonly string[]): Promise<Map<string, { type: ObjectType; size: number }>> {
    const found = new Map<string, { type: ObjectType; size: number }>();
    for (const page of pagesOf(oids, 10 * ROWS_AT_ONCE))
      for (const { oid, type, size } of await getObjectHeads(this.#db, this.#projectId, page))
        found.set(oid, { type, size });
    return found;
  }

  /** All commits below these, from the table of commits: no object is read for it. */
  async history(from: readonly string[]): Promise<CommitNode[]> {
    return await listReachableCommits(this.#db, this.#projectId, { from });
  }

  async *pack(oids: readonly string[], usable: (base: string) => boolean): AsyncGenerator<PackItem> {
    for (const page of pagesOf(oids, ROWS_AT_ONCE)) {
      const rows = await getObjects(this.#db, this.#projectId, page);
      const byOid = new Map(rows.map((row) => [row.oid, row]));
      const inOrder = page.map((oid) => {
        const row = byOid.get(oid);
        if (!row) throw new Error(`Cannot pack object ${oid}: it is not there any more`);
        return row;
      });
      // In the order that was asked for, in pieces whose blobs fit into memory together.
      for (const piece of bySize(inOrder)) yield* await this.#items(piece, usable);
    }
  }

  /** Stored bytes go into a pack as they are where that is possible; the rest is read whole and deflated. */
  async #items(rows: readonly StoredObject[], usable: (base: string) => boolean): Promise<PackItem[]> {
    const kept = (row: StoredObject): boolean =>
      row.z !== null && (row.baseOid === null ? row.sha256 === null : usable(row.baseOid));
    const whole = await this.read(rows.filter((row) => !kept(row)).map(({ oid }) => oid));
    return await Promise.all(
      rows.map(async (row): Promise<PackItem> => {
        const { oid, type, size, z, baseOid } = row;
        if (z && kept(row))
          return baseOid === null
            ? { oid, type, size, z }
            : { oid, type, size: inflateSync(z).length, z, base: baseOid };
        const bytes = whole.get(oid)?.bytes;
        if (!bytes) throw new Error(`Cannot pack object ${oid}: its bytes are not there`);
        return { oid, type, size, z: await deflated(bytes) };
      }),
    );
  }

  /** Throws where bytes are gone that a row names: a pack with a hole would be taken for a broken project. */
  async #readBlobs(rows: readonly StoredObject[]): Promise<[StoredObject, Uint8Array][]> {
    const bytes = await this.#blobs.readMany([...new Set(rows.map(({ sha256 }) => sha256 ?? ''))]);
    return rows.map((row) => {
      const found = bytes.get(row.sha256 ?? '');
      if (!found) throw new Error(`Cannot read object ${row.oid}: blob "${row.sha256}" is not stored`);
      return [row, found];
    });
  }

  /** Of objects that are kept in their rows: whole, or as a delta on another such. */
  #decode(row: StoredObject, byOid: ReadonlyMap<string, StoredObject>, decoded: Map<string, Uint8Array>): Uint8Array {
    const chain: StoredObject[] = [];
    let at: StoredObject = row;
    while (!decoded.has(at.oid) && at.baseOid !== null) {
      chain.push(at);
      const base = byOid.get(at.baseOid);
      if (!base || chain.length > byOid.size)
        throw new Error(`Cannot read object ${row.oid}: its base ${at.baseOid} is not there`);
      at = base;
    }
    let bytes = decoded.get(at.oid) ?? inflated(at);
    if (!decoded.has(at.oid)) this.depths.set(at.oid, 0);
    decoded.set(at.oid, bytes);
    for (let link = chain.pop(); link; link = chain.pop()) {
      bytes = applyDelta(bytes, inflated(link), PACK_LIMITS.objectBytes);
      decoded.set(link.oid, bytes);
      this.depths.set(link.oid, (this.depths.get(link.baseOid ?? '') ?? 0) + 1);
    }
    return bytes;
  }
}

/** With a bound, so that a row that lies about its size does not fill the memory. */
function inflated({ oid, z }: StoredObject): Uint8Array {
  if (!z) throw new Error(`Cannot read object ${oid}: its row has no bytes`);
  return inflateSync(z, { maxOutputLength: PACK_LIMITS.objectBytes });
}

function* pagesOf<T>(items: readonly T[], length: number): Generator<T[]> {
  for (let from = 0; from < items.length; from += length) yield items.slice(from, from + length);
}

/** Pieces of which each is of so many bytes, or one object. */
function* bySize(rows: readonly StoredObject[]): Generator<StoredObject[]> {
  let piece: StoredObject[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (piece.length > 0 && bytes + row.size > BLOB_BYTES_AT_ONCE) {
      yield piece;
      piece = [];
      bytes = 0;
    }
    piece.push(row);
    bytes += row.size;
  }
  if (piece.length > 0) yield piece;
}

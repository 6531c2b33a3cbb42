import { deflateSync, inflateSync } from 'node:zlib';
import { applyDelta, encodeDelta } from '@slipway/git';
import { type MadeObject, ObjectStore } from '@slipway/history';
import type { DbOrTx } from '../../connection/database.ts';
import { getObjectsWithBases } from './get-objects-with-bases.ts';
import type { StoredObject } from './stored-object.ts';

/** A tree above this is stored as a delta against the one it replaces. */
const WHOLE_TREE_BYTES = 4 * 1024;
/** Of trees; a longer one would make each read of the last tree as many steps. */
const TREE_CHAIN_LIMIT = 32;
/** Nothing that is kept in a row is larger. */
const OBJECT_LIMIT_BYTES = 64 * 1024 ** 2;

/** The objects of a project that are kept in rows (trees, commits, short blobs), and the way to store new ones. */
export class ProjectObjects {
  readonly store: ObjectStore;
  /** Of every object that was read: how many deltas it stands on. */
  readonly #depths = new Map<string, number>();

  constructor(db: DbOrTx, projectId: string) {
    this.store = new ObjectStore(async (oids) => this.#decode(await getObjectsWithBases(db, projectId, oids), oids));
  }

  /** What was made, as rows; a wide tree as a delta against the one it replaces, where that is shorter. */
  async toStored(): Promise<StoredObject[]> {
    return await Promise.all(this.store.made.map((made) => this.#encode(made)));
  }

  async #encode({ oid, type, bytes, replaces }: MadeObject): Promise<StoredObject> {
    const whole = { oid, type, size: bytes.length, sha256: null, z: deflateSync(bytes), baseOid: null };
    const depth = replaces === undefined ? undefined : this.#depths.get(replaces);
    if (replaces === undefined || bytes.length <= WHOLE_TREE_BYTES || depth === undefined || depth >= TREE_CHAIN_LIMIT)
      return whole;
    const delta = deflateSync(encodeDelta(await this.store.read(replaces), bytes));
    return delta.length * 2 < whole.z.length ? { ...whole, z: delta, baseOid: replaces } : whole;
  }

  #decode(rows: readonly StoredObject[], oids: readonly string[]): Map<string, Uint8Array> {
    const byOid = new Map(rows.map((row) => [row.oid, row]));
    const decoded = new Map<string, Uint8Array>();
    const decode = (oid: string, steps: number): Uint8Array | undefined => {
      const known = decoded.get(oid);
      const row = byOid.get(oid);
      if (known || !row?.z || steps > byOid.size) return known;
      const z = inflateSync(row.z, { maxOutputLength: OBJECT_LIMIT_BYTES });
      const base = row.baseOid === null ? undefined : decode(row.baseOid, steps + 1);
      if (row.baseOid !== null && !base)
        throw new Error(`Cannot read object ${oid}: its base ${row.baseOid} is not there`);
      const bytes = base ? applyDelta(base, z, OBJECT_LIMIT_BYTES) : z;
      this.#depths.set(oid, row.baseOid === null ? 0 : (this.#depths.get(row.baseOid) ?? 0) + 1);
      decoded.set(oid, bytes);
      return bytes;
    };
    const found = new Map<string, Uint8Array>();
    for (const oid of oids) {
      const bytes = decode(oid, 0);
      if (bytes) found.set(oid, bytes);
    }
    return found;
  }
}

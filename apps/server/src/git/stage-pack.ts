import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { type BlobStore, storeManyOwned, storeOwned } from '@slipway/blobs';
import type { Db, StoredObject } from '@slipway/db';
import { type PackReader, readCommitLinks } from '@slipway/git';
import type { ProjectObjectSource } from './project-objects-source.ts';

const deflated = promisify(deflate);

/** No stored chain of deltas is longer: each read of its end would be as many steps. */
const CHAIN_LIMIT = 32;
/** A blob that is larger is stored by itself. */
const SMALL_BLOB_BYTES = 1024 * 1024;
/** What is held of small blobs until they are stored together. */
const BATCH_BYTES = 8 * 1024 * 1024;
const BATCH_BLOBS = 2000;

/** The objects of a pack as rows, and what its commits say. */
export interface StagedPack {
  objects: StoredObject[];
  commits: { oid: string; tree: string; parents: string[] }[];
}

/**
 * Brings a pack's objects into the form in which they are kept. Bytes of blobs are stored now, before anything is
 * locked; what nobody names in the end is swept like any other. A delta stays one where the chain that it makes is
 * known to be short.
 */
export async function stagePack(
  { db, blobs, owner }: { db: Db; blobs: BlobStore; owner: string },
  pack: PackReader,
  source: ProjectObjectSource,
): Promise<StagedPack> {
  const staged: StagedPack = { objects: [], commits: [] };
  const kept = new Map<string, number>();
  // What the project has stays as it is there, on a chain that may be long.
  const known = await source.heads([...pack.oids()]);
  const batch = new BlobBatch({ db, blobs, owner });
  for await (const packed of pack.objects()) {
    const { oid, type, bytes, base } = packed;
    const below = base === undefined ? undefined : (kept.get(base) ?? source.depths.get(base));
    const isDelta = base !== undefined && below !== undefined && below < CHAIN_LIMIT;
    if (!known.has(oid)) kept.set(oid, isDelta ? below + 1 : 0);
    if (type === 'blob') {
      const sha256 = await batch.add(oid, bytes);
      const delta = isDelta ? { z: packed.z, baseOid: base } : { z: null, baseOid: null };
      staged.objects.push({ oid, type, size: bytes.length, sha256, ...delta });
      continue;
    }
    if (type === 'commit') {
      const { tree, parents } = readCommitLinks(bytes);
      staged.commits.push({ oid, tree, parents });
    }
    const ownBytes = isDelta || base === undefined;
    const z = ownBytes ? packed.z : await deflated(bytes);
    staged.objects.push({ oid, type, size: bytes.length, sha256: null, z, baseOid: isDelta ? base : null });
  }
  await batch.flush();
  return staged;
}

class BlobBatch {
  readonly #services: { db: Db; blobs: BlobStore; owner: string };
  #waiting: { sha256: string; oid: string; bytes: Uint8Array }[] = [];
  #bytes = 0;

  constructor(services: { db: Db; blobs: BlobStore; owner: string }) {
    this.#services = services;
  }

  /** The SHA-256 by which the blob is kept; it is stored only when the batch is. */
  async add(oid: string, bytes: Uint8Array): Promise<string> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (bytes.length > SMALL_BLOB_BYTES) {
      const { blobs, db, owner } = this.#services;
      const put = await storeOwned(blobs, db, owner, { sha256, body: bytes });
      if (put.outcome !== 'stored') throw new Error(`Cannot store object ${oid}: its blob is ${put.outcome}`);
      return sha256;
    }
    this.#waiting.push({ sha256, oid, bytes });
    this.#bytes += bytes.length;
    if (this.#bytes >= BATCH_BYTES || this.#waiting.length >= BATCH_BLOBS) await this.flush();
    return sha256;
  }

  async flush(): Promise<void> {
    const { blobs, db, owner } = this.#services;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    await storeManyOwned(blobs, db, owner, waiting);
  }
}

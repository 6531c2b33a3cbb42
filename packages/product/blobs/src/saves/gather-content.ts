import { createHash } from 'node:crypto';
import type { BlobStore, NewBlob } from '../store/blob-store.ts';
import { readBlob } from '../store/read-blob.ts';
import { storeManyOwned } from '../store/store-owned.ts';
import type { SaveChange } from '@slipway/contracts';
import {
  type Db,
  findBlobOids,
  findProjectBlobs,
  getObjectHeads,
  type ProjectObjects,
  type SnapshotHead,
  type StoredObject,
} from '@slipway/db';
import { oidOf } from '@slipway/git';
import { applySplice, findEntry, type PathChange } from '@slipway/history';
import type { ReadSave } from './read-save.ts';

type FileChange = Extract<SaveChange, { kind: 'file' }> & { bytes?: Uint8Array<ArrayBuffer> };

/** The changes of a save with their contents stored, or what has to be sent again. */
export type Gathered =
  | { outcome: 'gathered'; changes: PathChange[]; blobs: StoredObject[] }
  | { outcome: 'missing'; paths: string[] }
  | { outcome: 'mismatch'; path: string }
  | { outcome: 'too-large'; limitBytes: number };

/** With the owner, since a hash alone gives no right to its bytes. */
export interface ContentNeeds {
  db: Db;
  blobs: BlobStore;
  ownerId: string;
  projectId: string;
  objects: ProjectObjects;
  limitBytes: number;
}

/** Bytes that are stored with one question; a difference may stand on a large file. */
const WAITING_BYTES = 8 * 1024 * 1024;

/**
 * Stores the bytes of what a save brought, and finds those that it says are there. Of
 * what is there, only the project's own and what its owner put himself counts (HI-04).
 */
export async function gatherContent(
  needs: ContentNeeds,
  base: SnapshotHead | undefined,
  save: ReadSave,
): Promise<Gathered> {
  const files = save.changes.filter((change): change is FileChange => change.kind === 'file');
  const known = await findKnown(
    needs,
    files.filter(({ content }) => content.as === 'known').map((file) => file.sha256),
  );
  const blobs = new Map<string, StoredObject>();
  const oids = new Map<FileChange, string>();
  const missing: string[] = [];
  let waiting: NewBlob[] = [];
  const storeWaiting = async (): Promise<void> => {
    const stored = waiting;
    waiting = [];
    await storeManyOwned(needs.blobs, needs.db, needs.ownerId, stored);
  };
  let waitingBytes = 0;
  for (const file of files) {
    const { path, sha256, size, content } = file;
    if (size > needs.limitBytes) return { outcome: 'too-large', limitBytes: needs.limitBytes };
    const found = content.as === 'known' ? known.get(sha256) : undefined;
    const bytes = found ? undefined : await bytesOf(needs, base, file);
    if (!found && !bytes) missing.push(path);
    else if ((found?.size ?? bytes?.length) !== size) return { outcome: 'mismatch', path };
    const oid = found?.oid ?? (bytes && oidOf('blob', bytes));
    if (oid === undefined) continue;
    if (bytes) {
      if (hashOf(bytes) !== sha256) return { outcome: 'mismatch', path };
      waiting.push({ sha256, oid, bytes });
      waitingBytes += bytes.length;
      if (waitingBytes > WAITING_BYTES) {
        await storeWaiting();
        waitingBytes = 0;
      }
    }
    oids.set(file, oid);
    blobs.set(oid, { oid, type: 'blob', size, sha256, z: null, baseOid: null });
  }
  if (missing.length > 0) return { outcome: 'missing', paths: missing };
  if (waiting.length > 0) await storeWaiting();
  const { store } = needs.objects;
  const changes = save.changes.map((change): PathChange => {
    switch (change.kind) {
      case 'gone':
      case 'dir':
        return change;
      case 'link': {
        const { kind, path, target, hidden = false } = change;
        return { kind, path, hidden, oid: store.put('blob', new TextEncoder().encode(target)) };
      }
      case 'file': {
        const { kind, path, mode, hidden = false } = change;
        return { kind, path, mode, hidden, oid: oids.get(change)! };
      }
    }
  });
  return { outcome: 'gathered', changes, blobs: [...blobs.values()] };
}

/**
 * Hashes whose bytes are here already: put by this owner, or in any snapshot of the project. No other owner's
 * are told of.
 */
async function findKnown(
  { db, ownerId, projectId }: ContentNeeds,
  hashes: readonly string[],
): Promise<Map<string, { oid: string; size: number }>> {
  if (hashes.length === 0) return new Map();
  const [put, has] = await Promise.all([findBlobOids(db, ownerId, hashes), findProjectBlobs(db, projectId, hashes)]);
  return new Map([...put, ...has]);
}

/** What came, put together where it came as a splice; undefined where that does not come out as it should. */
async function bytesOf(
  needs: ContentNeeds,
  base: SnapshotHead | undefined,
  { path, content, sha256, bytes }: FileChange,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (content.as !== 'splice' || !bytes) return bytes;
  const before = base && (await readFileOf(needs, base, path));
  const after = before && applySplice(before, { ...content, inserted: bytes });
  return after && hashOf(after) === sha256 ? after : undefined;
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Undefined where the base has no such file: then a splice has nothing to stand on. */
async function readFileOf(
  { db, blobs, projectId, objects }: ContentNeeds,
  base: SnapshotHead,
  path: string,
): Promise<Uint8Array | undefined> {
  const found = await findEntry(objects.store, base, path);
  if (found?.entry.kind !== 'file') return undefined;
  const [head] = await getObjectHeads(db, projectId, [found.entry.oid]);
  return head?.sha256 ? await readBlob(blobs, head.sha256) : undefined;
}

import { createHash } from 'node:crypto';
import { compareTreePaths, type TreeEntry } from '@slipway/contracts';
import { type DbOrTx, getObjectHeads, getSnapshotHead, ProjectObjects } from '@slipway/db';
import { type ListedEntry, listEntries, type SnapshotTrees } from '@slipway/history';
import type { BlobStore } from './blob-store.ts';
import { readBlob } from './read-blob.ts';

/** What an entry of a snapshot is read with, besides what everybody is told of it. */
export interface ReadableEntry {
  entry: TreeEntry;
  /** Bytes that are no blob of the store: they are short, and came with the entry. */
  bytes?: Uint8Array<ArrayBuffer>;
}

/** A part of a tree: at most so many entries behind a path, which need not be one of them. */
export interface TreeSpan {
  readonly after: string | undefined;
  readonly limit: number;
}

/**
 * The entries of a snapshot, by (project, snapshot, owner); undefined when there is no
 * such snapshot (P-07). Folders are among them only where nothing else tells of them.
 */
export async function readSnapshotEntries(
  store: BlobStore,
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  snapshotId: string,
  span?: TreeSpan,
): Promise<TreeEntry[] | undefined> {
  const head = await getSnapshotHead(db, ownerId, projectId, snapshotId);
  return head && (await readTreeEntries(store, db, projectId, head, span)).map(({ entry }) => entry);
}

/** The entries of trees that the caller already found through an owner-scoped row. */
export async function readTreeEntries(
  store: BlobStore,
  db: DbOrTx,
  projectId: string,
  trees: SnapshotTrees,
  span?: TreeSpan,
): Promise<ReadableEntry[]> {
  const objects = new ProjectObjects(db, projectId);
  const listed = cut((await listEntries(objects.store, trees)).filter(isEntry), span);
  const oids = new Set(listed.flatMap((entry) => (entry.kind === 'dir' ? [] : [entry.oid])));
  const heads = new Map((await getObjectHeads(db, projectId, [...oids])).map((head) => [head.oid, head]));
  const read = async (entry: ListedEntry): Promise<ReadableEntry> => {
    const { path } = entry;
    if (entry.kind === 'dir') return { entry: { kind: 'dir', path, mode: entry.mode } };
    const head = heads.get(entry.oid);
    if (!head) throw new Error(`Cannot read "${path}" of a snapshot: object ${entry.oid} is not there`);
    const bytesOf = async (): Promise<Uint8Array<ArrayBuffer>> => {
      const bytes = head.sha256 === null ? await objects.store.read(entry.oid) : await readBlob(store, head.sha256);
      if (!bytes) throw new Error(`Cannot read "${path}" of a snapshot: blob "${String(head.sha256)}" is not stored`);
      return new Uint8Array(bytes);
    };
    if (entry.kind === 'link')
      return { entry: { kind: 'link', path, target: new TextDecoder().decode(await bytesOf()) } };
    const file = { kind: 'file', path, mode: entry.mode, size: head.size } as const;
    if (head.sha256 !== null) return { entry: { ...file, sha256: head.sha256 } };
    const bytes = await bytesOf();
    return { entry: { ...file, sha256: createHash('sha256').update(bytes).digest('hex') }, bytes };
  };
  return await Promise.all(listed.map(read));
}

/** An ordinary folder is where its files are. */
const isEntry = (entry: ListedEntry): boolean => entry.kind !== 'dir' || entry.empty === true || entry.mode !== 0o755;

/** In the order of their paths, what is behind one of them: only of that are objects and bytes read. */
function cut(listed: readonly ListedEntry[], span: TreeSpan | undefined): readonly ListedEntry[] {
  const sorted = listed.toSorted((a, b) => compareTreePaths(a.path, b.path));
  if (span === undefined) return sorted;
  const { after, limit } = span;
  const from = after === undefined ? 0 : sorted.findIndex(({ path }) => compareTreePaths(path, after) > 0);
  return from < 0 ? [] : sorted.slice(from, from + limit);
}

import { createHash } from 'node:crypto';
import type { BlobStore } from '../store/blob-store.ts';
import { readBlob } from '../store/read-blob.ts';
import type { HistoryEntry, SnapshotDiffResponse, TreeChange } from '@slipway/contracts';
import { type DbOrTx, getObjectHeads, type ProjectObjects, type StoredObject } from '@slipway/db';
import type { PathDifference, SnapshotEntry } from '@slipway/history';

/** Contents are read only for the paths that differ. */
export interface DifferenceNeeds {
  db: DbOrTx;
  blobs: BlobStore;
  projectId: string;
  objects: ProjectObjects;
}

type Head = Omit<StoredObject, 'z'>;

/** What a device has to do to get from `before` to `after`. `fresh` are blobs that are not in the project yet. */
export async function describeDifferences(
  needs: DifferenceNeeds,
  differences: readonly PathDifference[],
  fresh: readonly StoredObject[] = [],
): Promise<TreeChange[]> {
  const heads = await headsOf(
    needs.db,
    needs.projectId,
    differences.map(({ after }) => after),
    fresh,
  );
  const described = await Promise.all(
    differences.map(async ({ path, after }): Promise<TreeChange> => {
      if (!after) return { kind: 'gone', path };
      if (after.kind === 'dir') return { kind: 'dir', path, mode: after.mode };
      if (after.kind === 'link') return { kind: 'link', path, target: await readTarget(needs, after.oid, heads) };
      return { kind: 'file', path, mode: after.mode, ...(await hashOf(needs, after.oid, heads)) };
    }),
  );
  // What goes first makes room for what comes.
  const isGone = (change: TreeChange): boolean => change.kind === 'gone';
  return [...described.filter(isGone), ...described.filter((change) => !isGone(change))];
}

/** Texts are told as entries: their bytes are fetched one by one. */
export async function describeEntries(
  needs: DifferenceNeeds,
  differences: readonly PathDifference[],
): Promise<SnapshotDiffResponse['changes']> {
  const entries = differences.flatMap(({ before, after }) => [before, after]);
  const heads = await headsOf(needs.db, needs.projectId, entries, []);
  const describe = async (entry: SnapshotEntry | undefined): Promise<HistoryEntry | null> => {
    if (!entry) return null;
    if (entry.kind === 'dir') return { kind: 'dir', mode: entry.mode };
    if (entry.kind === 'link') return { kind: 'link', target: await readTarget(needs, entry.oid, heads) };
    return { kind: 'file', mode: entry.mode, ...(await hashOf(needs, entry.oid, heads)) };
  };
  return await Promise.all(
    differences.map(async ({ path, before, after }) => ({
      path,
      before: await describe(before),
      after: await describe(after),
    })),
  );
}

/** By how many files and bytes a snapshot grows. */
export async function measureDifferences(
  db: DbOrTx,
  projectId: string,
  differences: readonly PathDifference[],
  fresh: readonly StoredObject[],
): Promise<{ files: number; bytes: number }> {
  const entries = differences.flatMap(({ before, after }) => [before, after]);
  const heads = await headsOf(db, projectId, entries, fresh);
  const sizeOf = (entry: SnapshotEntry | undefined): number =>
    entry?.kind === 'file' ? (heads.get(entry.oid)?.size ?? 0) : 0;
  const countOf = (entry: SnapshotEntry | undefined): number => (entry?.kind === 'file' ? 1 : 0);
  let [files, bytes] = [0, 0];
  for (const { before, after } of differences) {
    files += countOf(after) - countOf(before);
    bytes += sizeOf(after) - sizeOf(before);
  }
  return { files, bytes };
}

async function headsOf(
  db: DbOrTx,
  projectId: string,
  entries: readonly (SnapshotEntry | undefined)[],
  fresh: readonly StoredObject[],
): Promise<Map<string, Head>> {
  const heads = new Map<string, Head>(fresh.map((blob) => [blob.oid, blob]));
  const asked = new Set(entries.flatMap((entry) => (entry && entry.kind !== 'dir' ? [entry.oid] : [])));
  for (const oid of heads.keys()) asked.delete(oid);
  for (const head of await getObjectHeads(db, projectId, [...asked])) heads.set(head.oid, head);
  return heads;
}

/** The hash of a file's bytes; of a short one that is no blob of the store it is made here. */
async function hashOf(
  { objects }: DifferenceNeeds,
  oid: string,
  heads: ReadonlyMap<string, Head>,
): Promise<{ sha256: string; size: number }> {
  const head = heads.get(oid);
  if (head?.sha256) return { sha256: head.sha256, size: head.size };
  const bytes = await objects.store.read(oid);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length };
}

async function readTarget(
  { objects, blobs }: DifferenceNeeds,
  oid: string,
  heads: ReadonlyMap<string, Head>,
): Promise<string> {
  const sha256 = heads.get(oid)?.sha256;
  const bytes = sha256 ? await readBlob(blobs, sha256) : await objects.store.read(oid);
  return new TextDecoder().decode(bytes);
}

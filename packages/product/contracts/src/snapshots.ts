import * as z from 'zod';
import { id, micros, oid, sha256 } from './ids.ts';
import { treeEntries } from './tree.ts';

/** Who asked for a snapshot. `save`: nobody, it followed an edit; `merge`: a save on top of another device's. */
export const snapshotKinds = ['save', 'merge', 'checkpoint', 'restore', 'publish', 'push', 'import', 'fork'] as const;
export type SnapshotKind = (typeof snapshotKinds)[number];

export const snapshot = z.strictObject({
  id,
  projectId: id,
  parentId: id.nullable(),
  /** Git's id of its commit. */
  commit: oid,
  kind: z.enum(snapshotKinds),
  /** Which tab or machine made it, in that one's own words. */
  device: z.string().nullable(),
  message: z.string().nullable(),
  /** The project's revision this snapshot made. */
  revision: z.int().positive(),
  files: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  createdAt: micros,
});
export type Snapshot = z.infer<typeof snapshot>;

/**
 * POST /api/v1/blobs/missing: which of these the caller still has to upload. Answered from the
 * caller's own rights alone.
 */
export const missingBlobsBody = z.strictObject({ sha256: z.array(sha256).max(100_000) });
export type MissingBlobsBody = z.infer<typeof missingBlobsBody>;
export const missingBlobsResponse = z.strictObject({ missing: z.array(sha256) });
export type MissingBlobsResponse = z.infer<typeof missingBlobsResponse>;

/** PUT /api/v1/blobs/:sha256 takes the raw bytes; a body with another hash is BLOB_MISMATCH. */
export const putBlobResponse = z.strictObject({ sha256, size: z.int().nonnegative() });
export type PutBlobResponse = z.infer<typeof putBlobResponse>;

/**
 * POST /api/v1/projects/:id/snapshots. `baseRevision` is the project revision the
 * caller started from; when the project moved on, the answer is STALE_REVISION
 * with `details.revision`, so that the tab can rebase without a second call.
 */
export const commitSnapshotBody = z.strictObject({
  baseRevision: z.int().nonnegative(),
  entries: treeEntries,
});
export type CommitSnapshotBody = z.infer<typeof commitSnapshotBody>;

export const snapshotResponse = z.strictObject({ snapshot });
export type SnapshotResponse = z.infer<typeof snapshotResponse>;

export const snapshotTreeResponse = z.strictObject({ snapshot, entries: treeEntries });
export type SnapshotTreeResponse = z.infer<typeof snapshotTreeResponse>;

export const snapshotListResponse = z.strictObject({ snapshots: z.array(snapshot) });
export type SnapshotListResponse = z.infer<typeof snapshotListResponse>;

/** `details` of MISSING_BLOBS and STALE_REVISION. */
export const missingBlobsDetails = z.strictObject({ missing: z.array(sha256) });
export const staleRevisionDetails = z.strictObject({
  revision: z.int().nonnegative(),
  /** Of a save: the newest commit. */
  head: oid.nullable().optional(),
  /** Of a save: paths that changed since its base, or null where the server does not know that base (any more). */
  changed: z.array(z.string()).nullable().optional(),
});

import * as z from 'zod';
import { id, micros, oid, sha256 } from './ids.ts';
import { treeEntries, treePage, treePath } from './tree.ts';

/** Who asked for a snapshot. `save`: nobody, it followed an edit; `merge`: a save on top of another device's. */
export const snapshotKinds = ['save', 'merge', 'checkpoint', 'restore', 'publish', 'push', 'import', 'fork'] as const;
/** One of `snapshotKinds`; shown in the history, and decides nothing. */
export type SnapshotKind = (typeof snapshotKinds)[number];

/** The files of a project at one moment, which are a commit; never changed afterwards. */
export const snapshot = z.strictObject({
  id,
  projectId: id,
  parentId: id.nullable(),
  commit: oid,
  kind: z.enum(snapshotKinds),
  /** Which tab or machine made it, in that one's own words. */
  device: z.string().nullable(),
  message: z.string().nullable(),
  revision: z.int().positive(),
  files: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  createdAt: micros,
});
/** `parentId` is null for the first; `device` and `message` where nobody said. */
export type Snapshot = z.infer<typeof snapshot>;

/**
 * POST /api/v1/blobs/missing: which of these the caller still has to upload. Answered from the
 * caller's own rights alone.
 */
export const missingBlobsBody = z.strictObject({ sha256: z.array(sha256).max(100_000) });
/** Asked before an upload, so that bytes which are there already do not travel. */
export type MissingBlobsBody = z.infer<typeof missingBlobsBody>;
/** Bytes that only others have are missing too: an answer must not tell what they store. */
export const missingBlobsResponse = z.strictObject({ missing: z.array(sha256) });
/** Each hash once, in no particular order. */
export type MissingBlobsResponse = z.infer<typeof missingBlobsResponse>;

/** PUT /api/v1/blobs/:sha256 takes the raw bytes; a body with another hash is BLOB_MISMATCH. */
export const putBlobResponse = z.strictObject({ sha256, size: z.int().nonnegative() });
/** Success means the bytes are stored: they may be named in a tree from now on. */
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
/** The whole tree each time; who knows what changed sends a `saveBody` instead. */
export type CommitSnapshotBody = z.infer<typeof commitSnapshotBody>;

/** The answer to a snapshot that was committed, and GET of one. */
export const snapshotResponse = z.strictObject({ snapshot });
/** Its `revision` is the `baseRevision` of the next. */
export type SnapshotResponse = z.infer<typeof snapshotResponse>;

/** GET of a snapshot with a page of its files; bytes are fetched by hash. */
export const snapshotTreeResponse = z.strictObject({
  snapshot,
  /** In the order of their paths. */
  entries: treeEntries.max(treePage.entries),
  /** The last path of this page, where there are more: it goes into `?after=`, with the id of this snapshot. */
  next: treePath.optional(),
});
/** The bytes are not in it: `apiPaths.snapshotMount` has them with the tree. */
export type SnapshotTreeResponse = z.infer<typeof snapshotTreeResponse>;

/** GET /api/v1/projects/:id/snapshots, newest first. */
export const snapshotListResponse = z.strictObject({ snapshots: z.array(snapshot) });
/** The newest ones alone; `historyResponse` goes back further, in pages. */
export type SnapshotListResponse = z.infer<typeof snapshotListResponse>;

/** `details` of MISSING_BLOBS and STALE_REVISION. */
export const missingBlobsDetails = z.strictObject({ missing: z.array(sha256) });
/** `details` of STALE_REVISION: what the caller needs to rebase without a second request. */
export const staleRevisionDetails = z.strictObject({
  revision: z.int().nonnegative(),
  /** Of a save: the newest commit. */
  head: oid.nullable().optional(),
  /** Of a save: paths that changed since its base, or null where the server does not know that base (any more). */
  changed: z.array(z.string()).nullable().optional(),
});

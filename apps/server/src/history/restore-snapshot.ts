import { type BlobStore, describeDifferences, measureDifferences } from '@slipway/blobs';
import type { SnapshotKind, Snapshot, TreeChange } from '@slipway/contracts';
import {
  type Db,
  getAuthor,
  getSnapshot,
  getSnapshotHead,
  ProjectObjects,
  recordSnapshot,
  type SnapshotHead,
} from '@slipway/db';
import {
  applyChanges,
  changesOf,
  diffSnapshots,
  makeCommit,
  type PathDifference,
  type SnapshotTrees,
} from '@slipway/history';

/** Others keep saving: the restore is told to try later. */
const ATTEMPTS = 5;

/** `before` was the newest until then: restoring it undoes the restore. */
export type RestoreResult =
  | { outcome: 'restored' | 'unchanged'; snapshot: Snapshot; before: string | null; changes: TreeChange[] }
  | { outcome: 'missing' | 'busy' };

/** Without `paths` all of the snapshot comes back. */
export interface RestoreRequest {
  ownerId: string;
  projectId: string;
  snapshotId: string;
  device: string;
  /** These alone, with what is below them. */
  paths?: readonly string[] | undefined;
  message?: string | undefined;
  kind?: SnapshotKind;
}

/**
 * Makes a new snapshot whose files are those of an older one (CK-03): nothing that was
 * saved is lost, and a restore is undone by another.
 */
export async function restoreSnapshot(
  { db, blobs }: { db: Db; blobs: BlobStore },
  request: RestoreRequest,
): Promise<RestoreResult> {
  const { ownerId, projectId } = request;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const [target, head] = await Promise.all([
      getSnapshotHead(db, ownerId, projectId, request.snapshotId),
      getSnapshotHead(db, ownerId, projectId, 'latest'),
    ]);
    if (!target || !head) return { outcome: 'missing' };
    const objects = new ProjectObjects(db, projectId);
    const trees = await restoredTrees(objects, head, target, request.paths);
    const differences = await diffSnapshots(objects.store, head, trees);
    const changes = await describeDifferences({ db, blobs, projectId, objects }, differences);
    if (differences.length === 0) {
      const snapshot = await getSnapshot(db, ownerId, projectId, head.id);
      return snapshot ? { outcome: 'unchanged', snapshot, before: head.id, changes } : { outcome: 'missing' };
    }
    const result = await record(db, objects, { request, head, target, trees, differences });
    if (result === 'again') continue;
    if (result === 'missing') return { outcome: 'missing' };
    return { outcome: 'restored', snapshot: result, before: head.id, changes };
  }
  return { outcome: 'busy' };
}

/** With paths: the head's trees with what is different at or below these paths taken from the older one. */
async function restoredTrees(
  objects: ProjectObjects,
  head: SnapshotHead,
  target: SnapshotHead,
  paths: readonly string[] | undefined,
): Promise<SnapshotTrees> {
  if (!paths) return { tree: target.tree, aside: target.aside };
  const differences = await diffSnapshots(objects.store, head, target);
  const wanted = differences.filter(({ path }) => paths.some((one) => path === one || path.startsWith(`${one}/`)));
  return await applyChanges(objects.store, head, changesOf(wanted));
}

/** `again` where somebody saved in between: then it is compared with what is there now. */
async function record(
  db: Db,
  objects: ProjectObjects,
  made: {
    request: RestoreRequest;
    head: SnapshotHead;
    target: SnapshotHead;
    trees: SnapshotTrees;
    differences: readonly PathDifference[];
  },
): Promise<Snapshot | 'again' | 'missing'> {
  const { request, head, target, trees, differences } = made;
  const { ownerId, projectId } = request;
  const author = await getAuthor(db, ownerId);
  const message = request.message ?? `Restore of revision ${target.revision}`;
  const parents = [head.commit];
  const { timeSeconds } = author;
  const oid = makeCommit(objects.store, { tree: trees.tree, parents, author, timeSeconds, message });
  const grown = await measureDifferences(db, projectId, differences, []);
  const result = await recordSnapshot(db, ownerId, projectId, {
    base: { revision: head.revision, commit: head.commit },
    keeps: [target.id],
    commits: [{ oid, tree: trees.tree, parents }],
    aside: trees.aside ?? null,
    objects: await objects.toStored(),
    kind: request.kind ?? 'restore',
    device: request.device,
    message,
    files: head.files + grown.files,
    bytes: head.bytes + grown.bytes,
  });
  switch (result.outcome) {
    case 'recorded':
      return result.snapshot;
    // No holder was named: only a project that is gone ends so.
    case 'holder-lost':
    case 'project-missing':
      return 'missing';
    case 'conflict':
      throw new Error(`Cannot restore project ${projectId}: object ${result.oid} has other bytes there`);
    case 'stale':
    case 'blob-gone':
      return 'again';
  }
}

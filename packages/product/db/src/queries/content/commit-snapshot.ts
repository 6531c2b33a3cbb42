import type { Snapshot, SnapshotKind, TreeEntry } from '@slipway/contracts';
import { applyChanges, makeCommit, type PathChange } from '@slipway/history';
import type { Db } from '../../connection/database.ts';
import { findBlobOids } from '../history/find-blob-oids.ts';
import { getAuthor } from '../history/get-author.ts';
import { getSnapshotHead } from '../history/get-snapshot-head.ts';
import { ProjectObjects } from '../history/project-objects.ts';
import { recordSnapshot } from '../history/record-snapshot.ts';
import type { StoredObject } from '../history/stored-object.ts';
import { getProject } from '../projects/get-project.ts';

/**
 * `stale` says the revision that is current; `missing-blobs`
 * and `wrong-size` name what the client has to send again.
 */
export type CommitSnapshotResult =
  | { outcome: 'committed'; snapshot: Snapshot }
  | { outcome: 'project-missing' }
  | { outcome: 'stale'; revision: number }
  | { outcome: 'missing-blobs'; missing: string[] }
  | { outcome: 'wrong-size'; paths: string[] };

/**
 * Makes the next revision of a project of a whole tree whose bytes are stored, all or
 * nothing. Trees are made and hashed before anything is locked.
 */
export async function commitSnapshot(
  db: Db,
  ownerId: string,
  projectId: string,
  commit: {
    baseRevision: number;
    entries: readonly TreeEntry[];
    kind?: SnapshotKind;
    message?: string;
  },
): Promise<CommitSnapshotResult> {
  const project = await getProject(db, ownerId, projectId);
  if (!project) return { outcome: 'project-missing' };
  if (project.revision !== commit.baseRevision) return { outcome: 'stale', revision: project.revision };
  const files = commit.entries.filter((entry) => entry.kind === 'file');
  const held = await findBlobOids(
    db,
    ownerId,
    files.map((file) => file.sha256),
  );
  const missing = files.filter((file) => !held.has(file.sha256)).map((file) => file.sha256);
  if (missing.length > 0) return { outcome: 'missing-blobs', missing: [...new Set(missing)] };
  const wrong = files.filter((file) => held.get(file.sha256)?.size !== file.size);
  if (wrong.length > 0) return { outcome: 'wrong-size', paths: wrong.map((file) => file.path) };

  const [base, author] = await Promise.all([getSnapshotHead(db, ownerId, projectId, 'latest'), getAuthor(db, ownerId)]);
  const objects = new ProjectObjects(db, projectId);
  const changes = commit.entries.map((entry): PathChange => {
    switch (entry.kind) {
      case 'dir':
        return entry;
      case 'link':
        return { ...entry, oid: objects.store.put('blob', new TextEncoder().encode(entry.target)) };
      case 'file':
        return { ...entry, oid: held.get(entry.sha256)!.oid };
    }
  });
  const trees = await applyChanges(objects.store, undefined, changes);
  const message = commit.message ?? 'Save';
  const parents = base ? [base.commit] : [];
  const oid = makeCommit(objects.store, {
    tree: trees.tree,
    parents,
    author,
    timeSeconds: author.timeSeconds,
    message,
  });
  const blobs = files.map(({ sha256, size }): StoredObject => {
    const { oid: blob } = held.get(sha256)!;
    return { oid: blob, type: 'blob', size, sha256, z: null, baseOid: null };
  });
  const result = await recordSnapshot(db, ownerId, projectId, {
    base: { revision: commit.baseRevision, commit: base?.commit ?? null },
    commits: [{ oid, tree: trees.tree, parents }],
    aside: trees.aside ?? null,
    objects: [...blobs, ...(await objects.toStored())],
    kind: commit.kind ?? 'save',
    device: null,
    message: commit.message ?? null,
    files: files.length,
    bytes: files.reduce((sum, file) => sum + file.size, 0),
  });
  switch (result.outcome) {
    case 'recorded':
      return { outcome: 'committed', snapshot: result.snapshot };
    case 'blob-gone':
      // Swept between the question and the answer: to be sent again like one that never was.
      return {
        outcome: 'missing-blobs',
        missing: blobs.flatMap(({ oid, sha256 }) => (oid === result.oid && sha256 ? [sha256] : [])),
      };
    case 'holder-lost':
      throw new Error(`Cannot commit to project ${projectId}: no holder was named`);
    case 'conflict':
      throw new Error(`Cannot commit to project ${projectId}: object ${result.oid} has other bytes there`);
    default:
      return result;
  }
}

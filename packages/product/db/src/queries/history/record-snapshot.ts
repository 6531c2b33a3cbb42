import type { HolderFence, Snapshot, SnapshotKind } from '@slipway/contracts';
import { lockHeld } from '@slipway/leases';
import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';
import { getSnapshot } from '../content/get-snapshot.ts';
import { publishEvent } from '../events/publish-event.ts';
import { heldProject } from '../runs/holder-lease.ts';
import { lockProject } from './lock-project.ts';
import { moveRefs } from './move-refs.ts';
import { type CommitRow, putCommits } from './put-commits.ts';
import { putObjects } from './put-objects.ts';
import type { StoredObject } from './stored-object.ts';

/** Where the snapshots of a project go, one on top of the other. No clone shows it. */
export const SAVES_REF = 'refs/slipway/saves';

/** A snapshot that was made outside of any lock, on top of `base`. */
export interface NewSnapshot {
  /** The revision and commit it was made on; null where there was none. */
  base: { revision: number; commit: string | null };
  /** Snapshots whose objects it takes over: they must still be there, or their objects may not be. */
  keeps?: readonly string[];
  /** Its own commit last; others that it has as ancestors and that are new too, before. */
  commits: readonly [...CommitRow[], CommitRow];
  aside: string | null;
  objects: readonly StoredObject[];
  kind: SnapshotKind;
  device: string | null;
  message: string | null;
  files: number;
  bytes: number;
  /** Whoever makes it as the project's holder makes none once another has the project. */
  holder?: HolderFence;
}

/**
 * `stale`: another one came first. `holder-lost`: `holder` has the project no more. `blobs-gone`: bytes were swept
 * since they were stored. `conflict`: one id, other bytes.
 */
export type RecordSnapshotResult =
  | { outcome: 'recorded'; snapshot: Snapshot }
  | { outcome: 'project-missing' }
  | { outcome: 'holder-lost' }
  | { outcome: 'stale'; revision: number }
  | { outcome: 'blob-gone' | 'conflict'; oid: string };

/** Ends a transaction whose result is a refusal. */
export class SnapshotRefused extends Error {
  readonly result: RecordSnapshotResult;
  constructor(result: RecordSnapshotResult) {
    super(result.outcome);
    this.result = result;
  }
}

/**
 * Makes the next revision of a project, all or nothing. The project's row is locked
 * first, so two devices that save at once queue here and the second is told it is
 * stale. Another owner's project is missing, by the WHERE clause itself.
 */
export async function recordSnapshot(
  db: Db,
  ownerId: string,
  projectId: string,
  made: NewSnapshot,
): Promise<RecordSnapshotResult> {
  try {
    return await db.transaction((tx) => recordSnapshotIn(tx, ownerId, projectId, made));
  } catch (error) {
    if (error instanceof SnapshotRefused) return error.result;
    throw error;
  }
}

/** `recordSnapshot` as a part of a larger transaction, which must not commit where it throws. */
export async function recordSnapshotIn(
  tx: DbOrTx,
  ownerId: string,
  projectId: string,
  made: NewSnapshot,
): Promise<RecordSnapshotResult> {
  const project = await lockProject(tx, ownerId, projectId);
  if (!project) return { outcome: 'project-missing' };
  if (made.holder && !(await lockHeld(tx, heldProject(ownerId, projectId, made.holder))))
    return { outcome: 'holder-lost' };
  if (project.revision !== made.base.revision) return { outcome: 'stale', revision: project.revision };
  const { keeps = [] } = made;
  const kept = await tx.execute(sql`
    select from snapshots where project_id = ${projectId}
      and id in (select jsonb_array_elements_text(${JSON.stringify(keeps)}::jsonb)::uuid)`);
  if (kept.length < new Set(keeps).size) return { outcome: 'stale', revision: project.revision };
  const commit = made.commits.at(-1)!;
  const put = await putObjects(tx, projectId, await withoutKnown(tx, projectId, made.objects));
  if (put.outcome !== 'stored') throw new SnapshotRefused(put);
  await putCommits(tx, projectId, made.commits);
  const moved = await moveRefs(
    tx,
    project,
    [{ name: SAVES_REF, from: made.base.commit, to: commit.oid }],
    made.device === null ? made.kind : `${made.kind} by ${made.device}`,
  );
  if (moved.outcome !== 'moved') throw new SnapshotRefused({ outcome: 'stale', revision: project.revision });
  const revision = project.revision + 1;
  const [row] = await tx.execute<{ id: string }>(sql`
    insert into snapshots (project_id, owner_id, parent_id, commit_oid, aside_oid, kind, device, message, files, bytes,
      revision)
    values (${projectId}, ${ownerId}, ${project.latestSnapshotId}, ${commit.oid}, ${made.aside}, ${made.kind},
      ${made.device}, ${made.message}, ${made.files}, ${made.bytes}, ${revision})
    returning id`);
  const snapshotId = row!.id;
  await tx.execute(sql`
    update projects set revision = ${revision}, latest_snapshot_id = ${snapshotId}, updated_at = slipway_now()
    where id = ${projectId}`);
  const snapshot = await getSnapshot(tx, ownerId, projectId, snapshotId);
  await publishEvent(tx, ownerId, { type: 'project', payload: { projectId, revision } });
  return { outcome: 'recorded', snapshot: snapshot! };
}

/** What the project has under its own name needs no second row; under the lock nothing takes it away. */
async function withoutKnown(
  tx: DbOrTx,
  projectId: string,
  objects: readonly StoredObject[],
): Promise<readonly StoredObject[]> {
  const known = await tx.execute<{ oid: string; type: string; size: number; sha256: string | null }>(sql`
    select oid, type, size, sha256 from objects where project_id = ${projectId}
      and oid in (select jsonb_array_elements_text(${JSON.stringify(objects.map(({ oid }) => oid))}::jsonb))`);
  const same = new Map(known.map((row) => [row.oid, row]));
  return objects.filter(({ oid, type, size, sha256 }) => {
    const row = same.get(oid);
    return !row || row.type !== type || row.size !== size || (sha256 !== null && row.sha256 !== sha256);
  });
}

import type { ObjectType } from '@slipway/git';
import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';
import { getObjectHeads } from './get-object-heads.ts';
import { type LockedProject, lockProject } from './lock-project.ts';
import { moveRefs, type RefMove } from './move-refs.ts';
import { type CommitRow, putCommits } from './put-commits.ts';
import { putObjects } from './put-objects.ts';
import { type NewSnapshot, recordSnapshotIn, SnapshotRefused } from './record-snapshot.ts';
import type { StoredObject } from './stored-object.ts';

/** What a push brings. Bytes of blobs are in the blob store already. */
export interface NewPush {
  objects: readonly StoredObject[];
  commits: readonly CommitRow[];
  /** What the objects lead to and are not: still there, and of this type, or nothing is stored. */
  needed: ReadonlyMap<string, ObjectType>;
  moves: readonly RefMove[];
  actor: string;
  /** What the move of the main branch makes the project; its objects and commits are those above. */
  snapshot: (Omit<NewSnapshot, 'objects' | 'commits'> & { commit: CommitRow }) | undefined;
}

/** `raced`: these refs, or with none the saves, were elsewhere. `incomplete`: something needed is gone. */
export type RecordPushResult =
  | { outcome: 'recorded' }
  | { outcome: 'project-missing' }
  | { outcome: 'raced'; names: string[] }
  | { outcome: 'incomplete' | 'too-many-refs' }
  | { outcome: 'blob-gone' | 'conflict'; oid: string };

class PushRefused extends Error {
  readonly result: RecordPushResult;
  constructor(result: RecordPushResult) {
    super(result.outcome);
    this.result = result;
  }
}

/** So many names in one question; a push may bring more. */
const HEADS_AT_ONCE = 10_000;

/**
 * Stores what was pushed and moves the refs, all or nothing, under the lock of the
 * project's row: saves and other pushes queue here. A pack may be large, so its
 * statements may take their time; it was received before.
 */
export async function recordPush(db: Db, ownerId: string, projectId: string, push: NewPush): Promise<RecordPushResult> {
  try {
    return await db.transaction(async (tx) => {
      await tx.execute(sql`select set_config('statement_timeout', '5min', true)`);
      const project = await lockProject(tx, ownerId, projectId);
      if (!project) return { outcome: 'project-missing' };
      if (!(await hasAll(tx, projectId, push.needed))) return { outcome: 'incomplete' };
      // First, because a race is found here, and then nothing is to be written for it.
      const moved = await moveRefs(tx, project, push.moves, push.actor);
      if (moved.outcome === 'raced') return moved;
      if (moved.outcome === 'too-many') return { outcome: 'too-many-refs' };
      const put = await putObjects(tx, projectId, push.objects);
      if (put.outcome !== 'stored') throw new PushRefused(put);
      await putCommits(tx, projectId, push.commits);
      if (push.snapshot) await recordIts(tx, project, push.snapshot);
      return { outcome: 'recorded' };
    });
  } catch (error) {
    if (error instanceof PushRefused) return error.result;
    if (error instanceof SnapshotRefused) return { outcome: 'raced', names: [] };
    throw error;
  }
}

async function recordIts(
  tx: DbOrTx,
  project: LockedProject,
  { commit, ...made }: NonNullable<NewPush['snapshot']>,
): Promise<void> {
  const recorded = await recordSnapshotIn(tx, project.ownerId, project.id, { ...made, commits: [commit], objects: [] });
  if (recorded.outcome !== 'recorded') throw new PushRefused({ outcome: 'raced', names: [] });
}

async function hasAll(tx: DbOrTx, projectId: string, needed: ReadonlyMap<string, ObjectType>): Promise<boolean> {
  const oids = [...needed.keys()];
  for (let from = 0; from < oids.length; from += HEADS_AT_ONCE) {
    const page = oids.slice(from, from + HEADS_AT_ONCE);
    const heads = await getObjectHeads(tx, projectId, page);
    if (heads.length < page.length || heads.some(({ oid, type }) => needed.get(oid) !== type)) return false;
  }
  return true;
}

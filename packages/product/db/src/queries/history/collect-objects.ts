import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { reachableObjects } from './reachable-objects.ts';

/** Younger objects stay: somebody may be about to name them. */
const KEEP_US = 86_400_000_000;

/**
 * Deletes what nothing of a project leads to any more (HI-10). What is reachable is
 * looked for without a lock; then, under the project's, only if nothing moved
 * meanwhile, since an old object may have been named again by who found it there.
 */
export async function collectObjects(
  db: Db,
  projectId: string,
  keepUs = KEEP_US,
): Promise<{ outcome: 'collected'; count: number } | { outcome: 'moved' | 'missing' }> {
  const before = await stateOf(db, projectId);
  if (before === undefined) return { outcome: 'missing' };
  const reachable = await reachableObjects(db, projectId);
  return await db.transaction(async (tx) => {
    const locked = await tx.execute(sql`select from projects where id = ${projectId} for update`);
    if (locked.length === 0) return { outcome: 'missing' };
    if ((await stateOf(tx, projectId)) !== before) return { outcome: 'moved' };
    const old = await tx.execute<{ oid: string }>(sql`
      select oid from objects where project_id = ${projectId} and added_at < slipway_now() - ${keepUs}::bigint`);
    const gone = JSON.stringify(old.flatMap(({ oid }) => (reachable.has(oid) ? [] : [oid])));
    await tx.execute(sql`
      delete from commits where project_id = ${projectId}
        and oid in (select jsonb_array_elements_text(${gone}::jsonb))`);
    const deleted = await tx.execute(sql`
      delete from objects where project_id = ${projectId}
        and oid in (select jsonb_array_elements_text(${gone}::jsonb)) returning 1`);
    return { outcome: 'collected', count: deleted.length };
  });
}

/** Changes with every move of a ref, every snapshot that comes or goes, every fork. */
async function stateOf(db: Pick<Db, 'execute'>, projectId: string): Promise<string | undefined> {
  const [row] = await db.execute<{ state: string }>(sql`
    select concat_ws(' ', revision, (select max(id) from ref_log where project_id = p.id),
      (select count(*) from snapshots where project_id = p.id),
      (select count(*) from project_origins where origin_id = p.id)) as state
    from projects p where p.id = ${projectId}`);
  return row?.state;
}

import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { lineage } from './lineage.ts';
import { reachableObjects } from './reachable-objects.ts';

/**
 * Gives a fork rows of its own for all that it reads from its origin, and no more
 * (HI-09); then the origin may go. Again where the fork was saved to meanwhile.
 */
export async function settleFork(db: Db, forkId: string): Promise<void> {
  for (let settled = false; !settled;) {
    const reachable = JSON.stringify([...(await reachableObjects(db, forkId))]);
    settled = await db.transaction(async (tx) => {
      await tx.execute(sql`select from projects where id = ${forkId} for update`);
      await tx.execute(sql`
        with recursive ${lineage(forkId)}
        insert into objects (project_id, oid, type, size, sha256, z, base_oid)
        select distinct on (o.oid) ${forkId}::uuid, o.oid, o.type, o.size, o.sha256, o.z, o.base_oid
        from lineage l join objects o on o.project_id = l.project_id
        where o.oid in (select jsonb_array_elements_text(${reachable}::jsonb))
        order by o.oid, l.step on conflict do nothing`);
      await tx.execute(sql`
        with recursive ${lineage(forkId)}
        insert into commits (project_id, oid, tree, parents)
        select distinct on (c.oid) ${forkId}::uuid, c.oid, c.tree, c.parents
        from lineage l join commits c on c.project_id = l.project_id
        where c.oid in (select jsonb_array_elements_text(${reachable}::jsonb))
        order by c.oid, l.step on conflict do nothing`);
      const [left] = await tx.execute<{ count: number }>(sql`
        select count(*)::int as count from snapshots s where s.project_id = ${forkId}
          and not exists (select from commits c where c.project_id = ${forkId} and c.oid = s.commit_oid)`);
      if (left!.count > 0) return false;
      await tx.execute(sql`delete from project_origins where project_id = ${forkId}`);
      return true;
    });
  }
}

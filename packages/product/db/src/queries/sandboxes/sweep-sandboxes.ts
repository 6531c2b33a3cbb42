import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { deleteProject } from '../projects/delete-project.ts';

/** How long a verb waits for a worker, and how long its answer is kept, in microseconds. */
const WAIT_US = 300_000_000;
const KEEP_US = 3_600_000_000;
const BATCH = 50;

/** Fails verbs that no worker took, and forgets old answers. */
export async function expireSandboxRequests(db: Db): Promise<void> {
  await db.execute(sql`
    update sandbox_requests r set state = 'failed', updated_at = slipway_now(),
      problem = 'no worker took it within five minutes: see that one runs'
    where r.state = 'waiting' and r.created_at < slipway_now() - ${WAIT_US}::bigint`);
  await db.execute(sql`
    delete from sandbox_requests where id in (
      select id from sandbox_requests where state <> 'waiting' and updated_at < slipway_now() - ${KEEP_US}::bigint
      limit 1000 for update skip locked)`);
}

/** Forgets sandboxes that ended so long ago, with the projects that are their files. Returns how many went. */
export async function deleteOldSandboxes(db: Db, keepUs: number): Promise<number> {
  const old = await db.execute<{ ownerId: string; projectId: string }>(sql`
    select owner_id as "ownerId", project_id as "projectId" from sandboxes
    where status in ('exited', 'destroyed') and ended_at < slipway_now() - ${keepUs}::bigint
    order by ended_at limit ${BATCH}`);
  for (const { ownerId, projectId } of old) await deleteProject(db, ownerId, projectId);
  return old.length;
}

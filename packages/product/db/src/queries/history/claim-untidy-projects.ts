import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** How often a project's history is looked through. */
const EVERY_US = 24 * 3_600_000_000;

/** Some projects whose history nobody has tidied for a day; they count as tidied from now on. */
export async function claimUntidyProjects(db: DbOrTx, limit: number): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    update projects set tidied_at = slipway_now() where id in (
      select id from projects where tidied_at < slipway_now() - ${EVERY_US}::bigint
      order by tidied_at limit ${limit} for update skip locked)
    returning id`);
  return rows.map(({ id }) => id);
}

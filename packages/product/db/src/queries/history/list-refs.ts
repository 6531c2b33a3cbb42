import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** A name for an object, or for another name. */
export type Ref = { name: string; oid: string; target: null } | { name: string; oid: null; target: string };

/** Refs whose names begin so, in the order of their bytes. */
export async function listRefs(db: DbOrTx, projectId: string, prefix = ''): Promise<Ref[]> {
  return await db.execute<Ref & Record<string, unknown>>(sql`
    select name, oid, target from refs where project_id = ${projectId} and starts_with(name, ${prefix})
    order by name collate "C"`);
}

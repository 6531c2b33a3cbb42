import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** `oldOid` is null for a ref that was made, `newOid` for one that was deleted. */
export interface RefLogLine {
  id: number;
  name: string;
  oldOid: string | null;
  newOid: string | null;
  actor: string;
  createdAt: number;
}

/** Newest first, before the line `before`. */
export async function readRefLog(
  db: DbOrTx,
  projectId: string,
  { name, before = Number.MAX_SAFE_INTEGER, limit = 100 }: { name: string; before?: number; limit?: number },
): Promise<RefLogLine[]> {
  return await db.execute<RefLogLine & Record<string, unknown>>(sql`
    select id, name, old_oid as "oldOid", new_oid as "newOid", actor, created_at as "createdAt" from ref_log
    where project_id = ${projectId} and name = ${name} and id < ${before} order by id desc limit ${limit}`);
}

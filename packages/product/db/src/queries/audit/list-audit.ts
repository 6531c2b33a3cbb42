import type { AuditEntry } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** A page of the audit log, newest first: of one person, what she did and what was done to her, or all of it. */
export async function listAudit(
  db: DbOrTx,
  of: { personId: string | null; before: number | null; limit: number },
): Promise<AuditEntry[]> {
  const rows = await db.execute<AuditEntry & Record<string, unknown>>(sql`
    select log.id, log.created_at as at, actor_id as "actorId", actors.email as actor, person_id as "personId",
      people.email as person, action, target, details, log.address
    from audit_log as log
      left join users as actors on actors.id = actor_id
      left join users as people on people.id = person_id
    where log.id < coalesce(${of.before}::bigint, 9223372036854775807)
      and (${of.personId}::uuid is null or actor_id = ${of.personId}::uuid or person_id = ${of.personId}::uuid)
    order by log.id desc limit ${of.limit}`);
  return [...rows];
}

import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** The person of `personId` reads it, too: nothing secret belongs into `details`. */
export interface AuditLine {
  /** Who did it; null: nobody who was signed in, or the server itself. */
  actorId: string | null;
  /** Whom it concerns besides: that person sees the line too. */
  personId?: string | undefined;
  /** What was done, as `thing.verb`. */
  action: string;
  target?: string | undefined;
  details?: Record<string, string | number | boolean | null> | undefined;
  address?: string | undefined;
  requestId?: string | undefined;
}

/**
 * Adds a line to the audit log (SV-15). Given the transaction of what it tells of,
 * it stands exactly when that was done.
 */
export async function recordAudit(db: DbOrTx, line: AuditLine): Promise<void> {
  await db.execute(sql`
    insert into audit_log (actor_id, person_id, action, target, details, address, request_id)
    values (${line.actorId}::uuid, ${line.personId ?? line.actorId}::uuid, ${line.action}, ${line.target ?? null},
      ${JSON.stringify(line.details ?? {})}::jsonb, ${line.address ?? null}, ${line.requestId ?? null})`);
}

import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { patientStatement } from '../../connection/patient-statement.ts';

/**
 * Forgets what opened a door and opens none any more: tickets at once, invitations,
 * password links, access tokens and shares a month after their end, since people look for
 * why one no longer works.
 */
export async function deleteExpiredGrants(db: Db, keepUs = 30 * 86_400_000_000): Promise<void> {
  await patientStatement(db, (tx) => tx.execute(sql`delete from tickets where expires_at < slipway_now()`));
  for (const table of ['invitations', 'password_resets', 'access_tokens', 'shares']) {
    await patientStatement(db, (tx) =>
      tx.execute(sql`delete from ${sql.identifier(table)} where expires_at < slipway_now() - ${keepUs}::bigint`),
    );
  }
}

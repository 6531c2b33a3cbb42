import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { patientStatement } from '../../connection/patient-statement.ts';

/** Forgets families a day after they ended, whose tokens go by cascade, and sign-in attempts that are all back. */
export async function deleteDeadSessions(db: Db): Promise<void> {
  await patientStatement(db, (tx) => tx.execute(sql`delete from sign_in_attempts where full_at < slipway_now()`));
  await patientStatement(db, (tx) =>
    tx.execute(sql`
    delete from refresh_families
    where least(expires_at, coalesce(revoked_at, expires_at)) < slipway_now() - 86400000000`),
  );
}

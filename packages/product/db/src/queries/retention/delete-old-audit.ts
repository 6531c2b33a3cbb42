import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { patientStatement } from '../../connection/patient-statement.ts';

/** Lines of the audit log are kept so long; before, the database itself refuses to delete one (SV-15). */
const KEEP_US = 400 * 86_400_000_000;

/** Forgets the oldest lines of the audit log (SV-08). */
export async function deleteOldAudit(db: Db): Promise<void> {
  await patientStatement(db, (tx) =>
    tx.execute(sql`delete from audit_log where created_at < slipway_now() - ${KEEP_US}::bigint`),
  );
}

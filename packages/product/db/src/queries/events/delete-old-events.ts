import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { patientStatement } from '../../connection/patient-statement.ts';

/** A browser that was away longer than they are kept reads all state anew. */
export async function deleteOldEvents(db: Db, keepUs: number): Promise<void> {
  await patientStatement(db, (tx) =>
    tx.execute(sql`delete from owner_events where created_at < slipway_now() - ${keepUs}::bigint`),
  );
}

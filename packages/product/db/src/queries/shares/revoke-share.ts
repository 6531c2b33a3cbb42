import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Ends a share at once; another owner's is missing. */
export async function revokeShare(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  shareId: string,
): Promise<{ outcome: 'revoked'; kind: string } | { outcome: 'missing' }> {
  const [row] = await db.execute<{ kind: string }>(sql`
    delete from shares where id = ${shareId} and project_id = ${projectId} and owner_id = ${ownerId} returning kind`);
  return row ? { outcome: 'revoked', kind: row.kind } : { outcome: 'missing' };
}

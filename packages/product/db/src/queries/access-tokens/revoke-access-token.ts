import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Ends a token at once; another person's is missing. */
export async function revokeAccessToken(
  db: DbOrTx,
  userId: string,
  tokenId: string,
): Promise<{ outcome: 'revoked'; name: string } | { outcome: 'missing' }> {
  const [row] = await db.execute<{ name: string }>(
    sql`delete from access_tokens where id = ${tokenId} and user_id = ${userId} returning name`,
  );
  return row ? { outcome: 'revoked', name: row.name } : { outcome: 'missing' };
}

import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Holds all admins until commit, in one order: of two who remove each other, one is left. */
export async function isLastAdmin(tx: DbOrTx, userId: string): Promise<boolean> {
  const admins = await tx.execute<{ id: string }>(
    sql`select id from users where role = 'admin' order by id for update`,
  );
  return admins.length === 1 && admins[0]!.id === userId;
}

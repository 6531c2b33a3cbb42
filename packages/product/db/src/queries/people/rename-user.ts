import type { User } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { getUser } from '../users/get-user.ts';

/** Undefined where the account is gone meanwhile. */
export async function renameUser(db: DbOrTx, userId: string, name: string): Promise<User | undefined> {
  await db.execute(sql`update users set name = ${name}, updated_at = slipway_now() where id = ${userId}`);
  return await getUser(db, userId);
}

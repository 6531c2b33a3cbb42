import type { User } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { getUser } from '../users/get-user.ts';

/** Gives a person another name. */
export async function renameUser(db: DbOrTx, userId: string, name: string): Promise<User | undefined> {
  await db.execute(sql`update users set name = ${name}, updated_at = slipway_now() where id = ${userId}`);
  return await getUser(db, userId);
}

import type { User } from '@slipway/contracts';
import { eq } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { users } from '../../schema/index.ts';
import { userColumns } from './user-row.ts';

/** Undefined where the account was deleted while its access token still lives. */
export async function getUser(db: DbOrTx, userId: string): Promise<User | undefined> {
  const [user] = await db.select(userColumns).from(users).where(eq(users.id, userId));
  return user;
}

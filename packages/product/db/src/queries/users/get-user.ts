import type { User } from '@slipway/contracts';
import { eq } from 'drizzle-orm';
import type { DbOrTx } from '../../database.ts';
import { users } from '../../schema/index.ts';
import { userColumns } from './user-row.ts';

export async function getUser(db: DbOrTx, userId: string): Promise<User | undefined> {
  const [user] = await db.select(userColumns).from(users).where(eq(users.id, userId));
  return user;
}

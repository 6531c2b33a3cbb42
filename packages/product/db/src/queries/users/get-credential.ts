import type { User } from '@slipway/contracts';
import { eq } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { credentials, users } from '../../schema/index.ts';
import { userColumns } from './user-row.ts';

/** The one query that reads a password hash. */
export async function getCredential(
  db: DbOrTx,
  email: string,
): Promise<{ user: User; passwordHash: string } | undefined> {
  const [row] = await db
    .select({ user: userColumns, passwordHash: credentials.passwordHash })
    .from(users)
    .innerJoin(credentials, eq(credentials.userId, users.id))
    .where(eq(users.email, email));
  return row;
}

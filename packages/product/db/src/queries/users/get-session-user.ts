import type { User } from '@slipway/contracts';
import { eq, sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { refreshFamilies, users } from '../../schema/index.ts';
import { userColumns } from './user-row.ts';

/** The user of a living family: a revoked sign-in ends at once, not when its access token runs out. */
export async function getSessionUser(db: DbOrTx, familyId: string): Promise<User | undefined> {
  const { id, revokedAt, expiresAt } = refreshFamilies;
  const [user] = await db
    .select(userColumns)
    .from(refreshFamilies)
    .innerJoin(users, eq(users.id, refreshFamilies.userId))
    .where(sql`${id} = ${familyId} and ${revokedAt} is null and ${expiresAt} > slipway_now()`);
  return user;
}

import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';

/**
 * Stores a password hash and signs every other browser of the user out.
 *
 * `previousHash` is the hash that the caller checked, null for "there is none".
 * The user's row is locked first, so of two first visitors of the local-owner
 * mode exactly one sets the password.
 */
export async function setPassword(
  db: Db,
  change: {
    userId: string;
    previousHash: string | null;
    passwordHash: string;
    email: string | undefined;
    keepFamilyId: string | null;
  },
): Promise<{ outcome: 'set' | 'changed-elsewhere' | 'email-taken' }> {
  return await db.transaction(async (tx) => {
    await tx.execute(sql`select from users where id = ${change.userId} for update`);
    const [found] = await tx.execute<{ passwordHash: string }>(sql`
      select password_hash as "passwordHash" from credentials where user_id = ${change.userId}`);
    if ((found?.passwordHash ?? null) !== change.previousHash) return { outcome: 'changed-elsewhere' };
    if (change.email !== undefined) {
      const taken = await tx.execute(sql`select from users where email = ${change.email} and id <> ${change.userId}`);
      if (taken.length > 0) return { outcome: 'email-taken' };
      await tx.execute(
        sql`update users set email = ${change.email}, updated_at = slipway_now() where id = ${change.userId}`,
      );
    }
    await tx.execute(sql`
      insert into credentials (user_id, password_hash) values (${change.userId}, ${change.passwordHash})
      on conflict (user_id) do update set password_hash = excluded.password_hash, updated_at = slipway_now()`);
    await tx.execute(sql`
      update refresh_families set revoked_at = slipway_now()
      where user_id = ${change.userId} and id is distinct from ${change.keepFamilyId}::uuid and revoked_at is null`);
    return { outcome: 'set' };
  });
}

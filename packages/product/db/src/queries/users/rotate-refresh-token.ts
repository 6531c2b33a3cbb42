import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';

/** `invalid` and `reused` are one to the browser, which signs in anew; only here they differ. */
export type RotateResult =
  | { outcome: 'rotated'; familyId: string; userId: string }
  /** Unknown, expired, or of a revoked family. */
  | { outcome: 'invalid' }
  /** A rotated-out token came back after the grace window: its family is revoked now (AU-09). */
  | { outcome: 'reused' };

/**
 * Trades a refresh token for the next one of its family.
 *
 * Two tabs that refresh at once both send the same token: the row lock queues
 * them, and the second finds it rotated a moment ago. Inside the grace window it
 * gets a sibling; after it, a rotated-out token can only be a stolen copy.
 */
export async function rotateRefreshToken(
  db: Db,
  rotation: { tokenHash: string; nextTokenHash: string; lifetimeUs: number; graceUs: number },
): Promise<RotateResult> {
  return await db.transaction(async (tx): Promise<RotateResult> => {
    const [token] = await tx.execute<{ familyId: string; userId: string; usable: boolean; late: boolean }>(sql`
      select f.id as "familyId", f.user_id as "userId",
        f.revoked_at is null and f.expires_at > slipway_now() as usable,
        t.rotated_at is not null and t.rotated_at + ${rotation.graceUs}::bigint < slipway_now() as late
      from refresh_tokens t join refresh_families f on f.id = t.family_id
      where t.token_hash = ${rotation.tokenHash}
      for update`);
    if (!token?.usable) return { outcome: 'invalid' };
    if (token.late) {
      await tx.execute(sql`update refresh_families set revoked_at = slipway_now() where id = ${token.familyId}`);
      return { outcome: 'reused' };
    }
    await tx.execute(sql`
      update refresh_tokens set rotated_at = coalesce(rotated_at, slipway_now())
        where token_hash = ${rotation.tokenHash}`);
    await tx.execute(sql`
      update refresh_families
      set expires_at = slipway_now() + ${rotation.lifetimeUs}::bigint, last_used_at = slipway_now()
        where id = ${token.familyId}`);
    await tx.execute(
      sql`insert into refresh_tokens (token_hash, family_id) values (${rotation.nextTokenHash}, ${token.familyId})`,
    );
    return { outcome: 'rotated', familyId: token.familyId, userId: token.userId };
  });
}

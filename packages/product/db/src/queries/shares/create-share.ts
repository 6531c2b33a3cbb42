import { type Share, type ShareKind, SHARES_LIMIT } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { listShares } from './list-shares.ts';

/** A missing project is somebody else's, or none. */
export type CreateShareResult = { outcome: 'created'; share: Share } | { outcome: 'project-missing' | 'too-many' };

/**
 * Stores the hash of a share's token. The project's row is locked, so that two requests at
 * once do not both take the last place; shares that have ended take none.
 */
export async function createShare(
  db: Db,
  ownerId: string,
  projectId: string,
  share: { kind: ShareKind; tokenHash: string; ending: string; lifetimeUs: number },
): Promise<CreateShareResult> {
  return await db.transaction(async (tx): Promise<CreateShareResult> => {
    const [project] = await tx.execute(sql`
      select from projects where id = ${projectId} and owner_id = ${ownerId} for no key update`);
    if (!project) return { outcome: 'project-missing' };
    await tx.execute(sql`delete from shares where project_id = ${projectId} and expires_at <= slipway_now()`);
    const [counted] = await tx.execute<{ shares: number }>(sql`
      select count(*)::int as shares from shares where project_id = ${projectId}`);
    if (counted!.shares >= SHARES_LIMIT) return { outcome: 'too-many' };
    const [made] = await tx.execute<{ id: string }>(sql`
      insert into shares (project_id, owner_id, kind, token_hash, ending, expires_at)
      values (${projectId}, ${ownerId}, ${share.kind}, ${share.tokenHash}, ${share.ending},
        slipway_now() + ${share.lifetimeUs}::bigint)
      returning id`);
    const [listed] = await listShares(tx, ownerId, projectId, made!.id);
    return { outcome: 'created', share: listed! };
  });
}

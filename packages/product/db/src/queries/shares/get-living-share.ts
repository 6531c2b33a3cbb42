import type { ShareKind } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** The kind of an owner's living share, and for how many ms it lives on; undefined for one that has ended. */
export async function getLivingShare(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  shareId: string,
): Promise<{ kind: ShareKind; remainingMs: number } | undefined> {
  const [row] = await db.execute<{ kind: ShareKind; remainingMs: number }>(sql`
    select kind, ((expires_at - slipway_now()) / 1000)::int as "remainingMs" from shares
    where id = ${shareId} and owner_id = ${ownerId} and project_id = ${projectId} and expires_at > slipway_now()`);
  return row;
}

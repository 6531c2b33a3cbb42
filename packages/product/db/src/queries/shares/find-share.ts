import type { ShareKind } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Neither an expired nor a revoked one is found. */
export interface FoundShare {
  id: string;
  kind: ShareKind;
  projectId: string;
  ownerId: string;
  projectName: string;
  template: string | null;
  ownerName: string;
  expiresAt: number;
  /** The server that a live preview's tab is connected to, as host and port. */
  liveAt: string | null;
}

/** Finds a living share by its token's hash, and counts what it is used for. */
export async function findShare(
  db: DbOrTx,
  tokenHash: string,
  use: 'view' | 'copy' | 'look' = 'look',
): Promise<FoundShare | undefined> {
  const [row] = await db.execute<FoundShare & Record<string, unknown>>(sql`
    with found as (
      select * from shares where token_hash = ${tokenHash} and expires_at > slipway_now()
    ), counted as (
      update shares set views = views + ${use === 'view' ? 1 : 0}, copies = copies + ${use === 'copy' ? 1 : 0}
      where id = (select id from found) and ${use !== 'look'}
    )
    select f.id, f.kind, f.project_id as "projectId", f.owner_id as "ownerId", p.name as "projectName", p.template,
      u.name as "ownerName", f.expires_at as "expiresAt", f.live_at as "liveAt"
    from found f join projects p on p.id = f.project_id join users u on u.id = f.owner_id`);
  return row;
}

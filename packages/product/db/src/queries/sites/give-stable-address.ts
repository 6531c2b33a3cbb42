import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/**
 * The project's own label, if it has none yet (P-35): its name as far as a host can say it, and forty random
 * bits, since this address is the one that people pass on. The caller holds the project's row.
 */
export async function giveStableAddress(tx: DbOrTx, projectId: string): Promise<void> {
  await tx.execute(sql`
    insert into site_hosts (project_id, owner_id, kind, host, verified_at)
    select p.id, p.owner_id, 'stable', slipway_site_label(p.name, ${randomBytes(5).toString('hex')}), slipway_now()
    from projects p
    where p.id = ${projectId} and not exists (
      select from site_hosts h where h.project_id = p.id and h.kind = 'stable')`);
}

import type { QuotaName } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { storedBytes } from './stored-bytes.ts';

/** What the database can count; the rest belongs to the server that serves it. */
export type StoredUsage = Record<Exclude<QuotaName, 'streams' | 'mirrorBytesPerHour'>, number>;

/** Counted from the rows themselves with each call. */
export async function countUsage(db: DbOrTx, ownerId: string): Promise<StoredUsage> {
  const [row] = await db.execute<StoredUsage>(sql`
    select (select count(*) from projects where owner_id = ${ownerId}) as projects,
      ${storedBytes(ownerId)} as "storedBytes",
      (select count(*) from runtime_jobs where owner_id = ${ownerId} and status in ('queued', 'running'))
        as "buildsWaiting",
      (select count(*) from runtime_jobs where owner_id = ${ownerId} and status in ('queued', 'running')
        and lease_expires_at >= slipway_now()) as "buildsAtOnce",
      (select count(*) from sandboxes where owner_id = ${ownerId} and status <> 'destroyed') as sandboxes`);
  return row!;
}

import type { BuildSettings } from '@slipway/contracts';
import { type SQL, sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Sets how a project is built and served from its next version on (P-29). */
export async function setBuildSettings(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  settings: BuildSettings,
): Promise<{ outcome: 'set' | 'missing' }> {
  return await upsert(db, { ownerId, projectId }, 'settings', sql`${JSON.stringify(settings)}::jsonb`);
}

/** A hash and never the password; null opens the addresses to everybody. */
export async function setSitePassword(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  passwordHash: string | null,
): Promise<{ outcome: 'set' | 'missing' }> {
  return await upsert(db, { ownerId, projectId }, 'password_hash', sql`${passwordHash}::text`);
}

async function upsert(
  db: DbOrTx,
  { ownerId, projectId }: { ownerId: string; projectId: string },
  column: 'settings' | 'password_hash',
  value: SQL,
): Promise<{ outcome: 'set' | 'missing' }> {
  const name = sql.raw(column);
  const rows = await db.execute(sql`
    insert into project_sites (project_id, owner_id, ${name})
    select id, owner_id, ${value} from projects where id = ${projectId} and owner_id = ${ownerId}
    on conflict (project_id) do update set ${name} = excluded.${name}, updated_at = slipway_now()
    returning project_id`);
  return { outcome: rows.length > 0 ? 'set' : 'missing' };
}

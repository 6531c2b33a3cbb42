import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import type { LockedProject } from './lock-project.ts';

/** Makes a symbolic ref such as HEAD name another one, which need not be there yet. The caller holds the lock. */
export async function pointRef(tx: DbOrTx, project: LockedProject, name: string, target: string): Promise<void> {
  await tx.execute(sql`
    insert into refs (project_id, name, target) values (${project.id}, ${name}, ${target})
    on conflict (project_id, name) do update set oid = null, target = excluded.target, updated_at = slipway_now()`);
}

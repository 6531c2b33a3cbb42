import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';

/** A remote as it is stored; only the server that calls it opens the credential. */
export interface StoredRemote {
  id: string;
  name: string;
  url: string;
  credential: string | null;
}

/** A project's remotes by name; none of another owner's project. */
export async function listRemotes(db: DbOrTx, ownerId: string, projectId: string): Promise<StoredRemote[]> {
  return await db.execute<StoredRemote & Record<string, unknown>>(sql`
    select r.id, r.name, r.url, r.credential from remotes r join projects p on p.id = r.project_id
    where r.project_id = ${projectId} and p.owner_id = ${ownerId} order by r.name`);
}

/**
 * Sets one remote, credential and all: what was sealed for another address is never sent to this one. The project's row
 * is locked, so that of many at once no more get through than there is room for.
 */
export async function setRemote(
  db: Db,
  ownerId: string,
  projectId: string,
  remote: StoredRemote & { limit: number },
): Promise<{ outcome: 'set' | 'missing' | 'too-many' }> {
  return await db.transaction(async (tx): Promise<{ outcome: 'set' | 'missing' | 'too-many' }> => {
    const [project] = await tx.execute<{ full: boolean }>(sql`
      select (select count(*) from remotes r where r.project_id = p.id and r.name <> ${remote.name})
        >= ${remote.limit} as full
      from projects p where p.id = ${projectId} and p.owner_id = ${ownerId} for update of p`);
    if (!project) return { outcome: 'missing' };
    if (project.full) return { outcome: 'too-many' };
    await tx.execute(sql`
      insert into remotes (id, project_id, name, url, credential)
      values (${remote.id}, ${projectId}, ${remote.name}, ${remote.url}, ${remote.credential})
      on conflict (project_id, name) do update
        set id = excluded.id, url = excluded.url, credential = excluded.credential, updated_at = slipway_now()`);
    return { outcome: 'set' };
  });
}

/** Its sealed credential is in the row, and goes with it; what was fetched stays. */
export async function deleteRemote(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  name: string,
): Promise<{ outcome: 'deleted' | 'missing' }> {
  const rows = await db.execute(sql`
    delete from remotes r using projects p
    where p.id = r.project_id and p.owner_id = ${ownerId} and r.project_id = ${projectId} and r.name = ${name}
    returning r.name`);
  return { outcome: rows.length > 0 ? 'deleted' : 'missing' };
}

import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';

/** A variable as it is stored; who may see its value opens it. */
export interface SealedVariable {
  id: string;
  name: string;
  secret: boolean;
  sealed: string;
}

/** Values stay sealed; somebody else's project has none. */
export async function listBuildVariables(db: DbOrTx, ownerId: string, projectId: string): Promise<SealedVariable[]> {
  return await db.execute<SealedVariable & Record<string, unknown>>(sql`
    select id, name, secret, sealed from build_variables
    where project_id = ${projectId} and owner_id = ${ownerId} order by name`);
}

/**
 * Sets one variable. The project's row is locked, so that of many at once no more get through than there is room for.
 */
export async function setBuildVariable(
  db: Db,
  ownerId: string,
  projectId: string,
  variable: SealedVariable & { limit: number },
): Promise<{ outcome: 'set' | 'missing' | 'too-many' }> {
  return await db.transaction(async (tx): Promise<{ outcome: 'set' | 'missing' | 'too-many' }> => {
    const [project] = await tx.execute<{ full: boolean }>(sql`
      select (select count(*) from build_variables v where v.project_id = p.id and v.name <> ${variable.name})
        >= ${variable.limit} as full
      from projects p where p.id = ${projectId} and p.owner_id = ${ownerId} for update of p`);
    if (!project) return { outcome: 'missing' };
    if (project.full) return { outcome: 'too-many' };
    await tx.execute(sql`
      insert into build_variables (id, project_id, owner_id, name, secret, sealed)
      values (${variable.id}, ${projectId}, ${ownerId}, ${variable.name}, ${variable.secret}, ${variable.sealed})
      on conflict (project_id, name) do update
        set id = excluded.id, secret = excluded.secret, sealed = excluded.sealed, updated_at = slipway_now()`);
    return { outcome: 'set' };
  });
}

/** `missing` also where the project is somebody else's. */
export async function deleteBuildVariable(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  name: string,
): Promise<{ outcome: 'deleted' | 'missing' }> {
  const rows = await db.execute(sql`
    delete from build_variables where project_id = ${projectId} and owner_id = ${ownerId} and name = ${name}
    returning name`);
  return { outcome: rows.length > 0 ? 'deleted' : 'missing' };
}

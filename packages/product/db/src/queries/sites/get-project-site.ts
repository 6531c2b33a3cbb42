import type { BuildSettings } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** What is detected is read from the files, which no row has. */
export interface ProjectSite {
  activeBuildId: string | null;
  hasPassword: boolean;
  views: number;
  settings: BuildSettings | null;
}

/** Undefined where the owner has no such project. */
export async function getProjectSite(db: DbOrTx, ownerId: string, projectId: string): Promise<ProjectSite | undefined> {
  const [row] = await db.execute<ProjectSite & Record<string, unknown>>(sql`
    select p.active_build_id as "activeBuildId", s.password_hash is not null as "hasPassword",
      coalesce(s.views, 0) as views, s.settings
    from projects p left join project_sites s on s.project_id = p.id
    where p.id = ${projectId} and p.owner_id = ${ownerId}`);
  return row;
}

import type { Build } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { type BuildRow, buildColumns } from './build-row.ts';

/** Newest first, with the state of each build's job. */
export async function listBuilds(db: DbOrTx, ownerId: string, projectId: string, limit = 50): Promise<Build[]> {
  return await db.execute<BuildRow>(sql`
    select ${buildColumns} from preview_builds b join runtime_jobs j on j.preview_build_id = b.id
    where b.project_id = ${projectId} and b.owner_id = ${ownerId}
    order by b.created_at desc, b.id limit ${limit}`);
}

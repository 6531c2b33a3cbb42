import type { Build } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { type BuildRow, buildColumns } from './build-row.ts';

/** The owner is part of the question: another's build is undefined. */
export async function getBuild(db: DbOrTx, ownerId: string, buildId: string): Promise<Build | undefined> {
  const [build] = await db.execute<BuildRow>(sql`
    select ${buildColumns} from preview_builds b join runtime_jobs j on j.preview_build_id = b.id
    where b.id = ${buildId} and b.owner_id = ${ownerId}`);
  return build;
}

import type { ProjectHolder } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** The project's holder while its lease lasts; `alsoLapsed`: the last one there was. */
export async function getHolder(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  { alsoLapsed = false }: { alsoLapsed?: boolean } = {},
): Promise<ProjectHolder | undefined> {
  const [row] = await db.execute<ProjectHolder & Record<string, unknown>>(sql`
    select holder_id as "holderId", kind, epoch from project_holders
    where project_id = ${projectId} and owner_id = ${ownerId} and (${alsoLapsed} or lapses_at >= slipway_now())`);
  return row;
}

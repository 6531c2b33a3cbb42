import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** The owner's project that has this label for its container; another owner's is undefined. */
export async function getProjectOfContainer(
  db: DbOrTx,
  ownerId: string,
  containerId: string,
): Promise<string | undefined> {
  const [row] = await db.execute<{ id: string }>(sql`
    select id from projects where container_id = ${containerId} and owner_id = ${ownerId}`);
  return row?.id;
}

import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Whose project has this label for its container, if one has. */
export async function getOwnerOfContainer(db: DbOrTx, containerId: string): Promise<string | undefined> {
  const [row] = await db.execute<{ ownerId: string }>(sql`
    select owner_id as "ownerId" from projects where container_id = ${containerId}`);
  return row?.ownerId;
}

import type { HolderCommand, HolderFence } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** What waits for an answer of this holder, in the order in which it came: for one that reads the database itself. */
export async function listHolderCommands(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  { holderId, epoch }: HolderFence,
): Promise<HolderCommand[]> {
  return await db.execute<HolderCommand & Record<string, unknown>>(sql`
    select id, project_id as "projectId", holder_id as "holderId", epoch, verb, body,
      ceil((deadline_at - slipway_now()) / 1000.0)::int as "remainingMs"
    from project_commands
    where owner_id = ${ownerId} and project_id = ${projectId} and holder_id = ${holderId} and epoch = ${epoch}
      and state = 'sent' and deadline_at > slipway_now()
    order by created_at`);
}

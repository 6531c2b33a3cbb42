import type { HolderCommand } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** What an event needs of a command that waits: undefined once it is answered, over or swept. */
export async function readCommand(
  db: DbOrTx,
  ownerId: string,
  commandId: string,
): Promise<Pick<HolderCommand, 'body' | 'remainingMs'> | undefined> {
  const [row] = await db.execute<{ body: string; remainingMs: number }>(sql`
    select body, ceil((deadline_at - slipway_now()) / 1000.0)::int as "remainingMs" from project_commands
    where id = ${commandId} and owner_id = ${ownerId} and state = 'sent' and deadline_at > slipway_now()`);
  return row;
}

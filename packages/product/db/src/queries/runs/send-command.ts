import { type CommandVerb, commandLimits } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { publishEvent } from '../events/publish-event.ts';

/** What is asked of a holder. `id` is the caller's: the same id is the same command. */
export interface Command {
  id: string;
  projectId: string;
  verb: CommandVerb;
  /** JSON text, which the holder parses and the database does not. */
  body: string;
  deadlineMs: number;
}

/** `missing` also of another owner's project. */
export type SendCommandResult =
  /** On its way, or it was before by this id. */
  | { outcome: 'sent' }
  | { outcome: 'no-holder' }
  /** `commandLimits.waiting` commands of the project wait already. */
  | { outcome: 'too-many' }
  | { outcome: 'missing' };

/**
 * Writes a command to the project's living holder and puts it on the owner's stream (RN-15). The
 * holder's row is locked, so that a takeover comes either before, and is who it goes to, or after.
 */
export async function sendCommand(
  db: Db,
  ownerId: string,
  { id, projectId, verb, body, deadlineMs }: Command,
): Promise<SendCommandResult> {
  const patienceMs = Math.min(deadlineMs, commandLimits.deadlineMs);
  return await db.transaction(async (tx): Promise<SendCommandResult> => {
    const [holder] = await tx.execute<{ holderId: string; epoch: number }>(sql`
      select holder_id as "holderId", epoch from project_holders
      where project_id = ${projectId} and owner_id = ${ownerId} and lapses_at >= slipway_now() for update`);
    if (!holder) {
      const found = await tx.execute(sql`select from projects where id = ${projectId} and owner_id = ${ownerId}`);
      return { outcome: found.length > 0 ? 'no-holder' : 'missing' };
    }
    const { holderId, epoch } = holder;
    const [queue] = await tx.execute<{ waiting: number }>(sql`
      select count(*)::int as waiting from project_commands
      where project_id = ${projectId} and state = 'sent' and epoch = ${epoch} and deadline_at > slipway_now()`);
    if ((queue?.waiting ?? 0) >= commandLimits.waiting) return { outcome: 'too-many' };
    const [sent] = await tx.execute(sql`
      insert into project_commands (id, project_id, owner_id, holder_id, epoch, verb, body, deadline_at)
      values (${id}, ${projectId}, ${ownerId}, ${holderId}, ${epoch}, ${verb}, ${body},
        slipway_now() + ${patienceMs * 1000}::bigint)
      on conflict (id) do nothing returning id`);
    // Not ours to say whether it was this owner's command: whoever waits for it reads by owner.
    if (!sent) return { outcome: 'sent' };
    await publishEvent(tx, ownerId, {
      type: 'command',
      payload: { commandId: id, projectId, holderId, epoch, verb },
    });
    return { outcome: 'sent' };
  });
}

import type { HolderFence } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { EVENT_CHANNEL } from '../events/publish-event.ts';

/** `missing`: no such command was ever sent to this holder and epoch. */
export type AnswerCommandResult =
  /** Kept now, or by an earlier answer of the same holder: the first one stays. */
  | { outcome: 'kept' }
  /** Past its deadline, or sent to an epoch that is over: nobody waits for it. */
  | { outcome: 'over' }
  | { outcome: 'missing' };

/** Keeps the holder's answer and wakes whoever waits for it. */
export async function answerCommand(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  commandId: string,
  { holderId, epoch }: HolderFence,
  answer: string,
): Promise<AnswerCommandResult> {
  const [row] = await db.execute<{ kept: boolean; known: boolean; answered: boolean }>(sql`
    with known as (
      select id, state from project_commands
      where id = ${commandId} and owner_id = ${ownerId} and project_id = ${projectId}
        and holder_id = ${holderId} and epoch = ${epoch}
    ), kept as (
      update project_commands c set state = 'answered', answer = ${answer} from known
      where c.id = known.id and c.state = 'sent' and c.deadline_at > slipway_now()
        and exists (
          select from project_holders h
          where h.project_id = c.project_id and h.holder_id = c.holder_id and h.epoch = c.epoch
        )
      returning c.id
    )
    select exists (select from kept) as kept, exists (select from known) as known,
      exists (select from known where state = 'answered') as answered,
      (select pg_notify(${EVENT_CHANNEL}, ${ownerId}) from kept)`);
  if (row?.kept || row?.answered) return { outcome: 'kept' };
  return { outcome: row?.known ? 'over' : 'missing' };
}

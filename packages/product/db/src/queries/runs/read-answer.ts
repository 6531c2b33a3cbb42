import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Only `waiting` may become something else later. */
export type ReadAnswerResult =
  | { outcome: 'answered'; answer: string }
  /** Look again when something is heard, or after `lookInMs`: then its lease or the deadline is over. */
  | { outcome: 'waiting'; lookInMs: number }
  /** Its holder lapsed, went or was replaced: no answer will come. */
  | { outcome: 'holder-lost' }
  | { outcome: 'deadline' }
  | { outcome: 'missing' };

/** Where a command is at. One short statement: whoever waits holds nothing in between. */
export async function readAnswer(db: DbOrTx, ownerId: string, commandId: string): Promise<ReadAnswerResult> {
  const [row] = await db.execute<{ answer: string | null; leftUs: number; leaseUs: number | null }>(sql`
    select c.answer, c.deadline_at - slipway_now() as "leftUs", h.lapses_at - slipway_now() as "leaseUs"
    from project_commands c
    left join project_holders h on h.project_id = c.project_id and h.holder_id = c.holder_id and h.epoch = c.epoch
    where c.id = ${commandId} and c.owner_id = ${ownerId}`);
  if (!row) return { outcome: 'missing' };
  if (row.answer !== null) return { outcome: 'answered', answer: row.answer };
  if (row.leaseUs === null || row.leaseUs < 0) return { outcome: 'holder-lost' };
  if (row.leftUs <= 0) return { outcome: 'deadline' };
  return { outcome: 'waiting', lookInMs: Math.ceil(Math.min(row.leftUs, row.leaseUs) / 1000) + 1 };
}

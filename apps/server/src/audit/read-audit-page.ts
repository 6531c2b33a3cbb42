import type { AuditResponse } from '@slipway/contracts';
import { type Db, listAudit } from '@slipway/db';
import type { Context } from 'hono';
import { fail } from '../http/api-error.ts';
import type { UserEnv } from '../http/server-env.ts';

/** One more is read from the database: whether there is one decides `next`. */
const PAGE_LINES = 50;

/** The page of the audit log that `?before=` asks for: one person's, or everybody's. */
export async function readAuditPage(
  db: Db,
  c: Context<UserEnv>,
  personId: string | null,
): Promise<{ outcome: 'read'; entries: AuditResponse } | { outcome: 'refused'; answer: Response }> {
  const asked = c.req.query('before');
  const before = asked === undefined ? null : Number(asked);
  if (before !== null && (!Number.isSafeInteger(before) || before < 0)) {
    const details = [{ field: 'before', message: 'must be the number of a line' }];
    return { outcome: 'refused', answer: fail(c, 'VALIDATION_ERROR', 'Invalid input', details) };
  }
  const entries = await listAudit(db, { personId, before, limit: PAGE_LINES + 1 });
  const next = entries.length > PAGE_LINES ? entries[PAGE_LINES - 1]!.id : null;
  return { outcome: 'read', entries: { entries: entries.slice(0, PAGE_LINES), next } };
}

import { type AuditLine, type DbOrTx, recordAudit } from '@slipway/db';
import type { Context } from 'hono';
import { clientAddress } from '../http/client-address.ts';
import type { ServerEnv, UserEnv } from '../http/server-env.ts';

/**
 * Writes down what a request did (SV-15): who, from where, and under which id the
 * log has it. Of a request without a session the caller says whose doing it was.
 */
export async function auditRequest<E extends ServerEnv | UserEnv>(
  db: DbOrTx,
  c: Context<E>,
  line: Omit<AuditLine, 'actorId' | 'address' | 'requestId'> & { actorId?: string | null },
): Promise<void> {
  const owner: unknown = c.get('owner' as never);
  await recordAudit(db, {
    ...line,
    actorId: line.actorId ?? (typeof owner === 'string' ? owner : null),
    address: clientAddress(c.env),
    requestId: c.env.requestId,
  });
}

import type { SandboxRequest, SandboxRequestBody } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { requestColumns, type RequestRow } from './sandbox-row.ts';

/** Workers listen here; the payload is the sandbox's id. */
export const SANDBOX_CHANNEL = 'slipway_sandboxes';

/** So many verbs of one sandbox may wait. */
export const SANDBOX_REQUESTS_LIMIT = 20;

/** `too-many`: SANDBOX_REQUESTS_LIMIT verbs wait already, so no worker seems to be doing them. */
export type RequestSandboxResult =
  | { outcome: 'asked'; request: SandboxRequest }
  | { outcome: 'missing' }
  | { outcome: 'too-many'; limit: number };

/** Only queued: `getSandboxRequest` tells how far it is. */
export async function requestSandbox(
  db: Db,
  ownerId: string,
  name: string,
  body: SandboxRequestBody,
): Promise<RequestSandboxResult> {
  return await db.transaction(async (tx): Promise<RequestSandboxResult> => {
    const [sandbox] = await tx.execute<{ id: string; waiting: number }>(sql`
      select s.id, (select count(*)::int from sandbox_requests r where r.sandbox_id = s.id and r.state = 'waiting')
        as waiting
      from sandboxes s where s.owner_id = ${ownerId} and s.name = ${name} for update of s`);
    if (!sandbox) return { outcome: 'missing' };
    if (sandbox.waiting >= SANDBOX_REQUESTS_LIMIT) return { outcome: 'too-many', limit: SANDBOX_REQUESTS_LIMIT };
    const checkpoint = 'checkpointId' in body ? body.checkpointId : null;
    const [request] = await tx.execute<RequestRow>(sql`
      with r as (
        insert into sandbox_requests (sandbox_id, owner_id, verb, checkpoint_name)
        values (${sandbox.id}, ${ownerId}, ${body.verb}, ${checkpoint}) returning *
      ) select ${requestColumns} from r`);
    await tx.execute(sql`select pg_notify(${SANDBOX_CHANNEL}, ${sandbox.id})`);
    return { outcome: 'asked', request: request! };
  });
}

import type { SandboxRequest } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { requestColumns, type RequestRow } from './sandbox-row.ts';

/** How far a verb is, by (owner, sandbox, request). */
export async function getSandboxRequest(
  db: DbOrTx,
  ownerId: string,
  name: string,
  requestId: string,
): Promise<SandboxRequest | undefined> {
  const [row] = await db.execute<RequestRow>(sql`
    select ${requestColumns} from sandbox_requests r join sandboxes s on s.id = r.sandbox_id
    where r.id = ${requestId} and s.owner_id = ${ownerId} and s.name = ${name}`);
  return row;
}

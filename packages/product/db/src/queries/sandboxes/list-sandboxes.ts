import type { Sandbox } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { sandboxColumns, type SandboxRow } from './sandbox-row.ts';

/** The owner's sandboxes, the newest first, destroyed ones too until retention takes them. */
export async function listSandboxes(db: DbOrTx, ownerId: string, limit = 500): Promise<Sandbox[]> {
  return await db.execute<SandboxRow>(sql`
    select ${sandboxColumns} from sandboxes s where s.owner_id = ${ownerId}
    order by s.created_at desc, s.id limit ${limit}`);
}

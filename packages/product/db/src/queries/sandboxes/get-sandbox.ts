import type { Sandbox } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { sandboxColumns, type SandboxRow } from './sandbox-row.ts';

/** One of the owner's sandboxes by the id that he gave it. */
export async function getSandbox(db: DbOrTx, ownerId: string, name: string): Promise<Sandbox | undefined> {
  const [row] = await db.execute<SandboxRow>(sql`
    select ${sandboxColumns} from sandboxes s where s.owner_id = ${ownerId} and s.name = ${name}`);
  return row;
}

import type { Sandbox } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { sandboxColumns, type SandboxRow } from './sandbox-row.ts';

/** Behind which sandbox a page begins: the order is by the time when it was made, then by name. */
export type SandboxCursor = Pick<Sandbox, 'createdAt' | 'id'>;

/** A page of the owner's sandboxes, the newest first, destroyed ones too until retention takes them. */
export async function listSandboxes(
  db: DbOrTx,
  ownerId: string,
  { after, limit }: { after?: SandboxCursor | undefined; limit: number },
): Promise<{ sandboxes: Sandbox[]; next: SandboxCursor | undefined }> {
  const behind = after
    ? sql`and (s.created_at < ${after.createdAt} or s.created_at = ${after.createdAt} and s.name > ${after.id})`
    : sql``;
  const rows = await db.execute<SandboxRow>(sql`
    select ${sandboxColumns} from sandboxes s where s.owner_id = ${ownerId} ${behind}
    order by s.created_at desc, s.name limit ${limit + 1}`);
  const sandboxes = rows.slice(0, limit);
  return { sandboxes, next: rows.length > limit ? sandboxes.at(-1) : undefined };
}

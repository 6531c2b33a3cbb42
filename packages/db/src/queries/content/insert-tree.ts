import { createHash } from 'node:crypto';
import { encodeTree, type TreeEntry } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../database.ts';

/**
 * Stores a tree under the hash of its text, unless it is there. Must run in a
 * transaction: `created_at` is touched either way, which holds the row against
 * the sweep until whatever names the tree is committed too.
 */
export async function insertTree(tx: DbOrTx, entries: readonly TreeEntry[]): Promise<string> {
  const id = createHash('sha256').update(encodeTree(entries)).digest('hex');
  const files = entries.filter((entry) => entry.kind === 'file');
  const bytes = files.reduce((sum, entry) => sum + entry.size, 0);
  const [row] = await tx.execute<{ inserted: boolean }>(sql`
    insert into trees (id, files, bytes) values (${id}, ${files.length}, ${bytes})
    on conflict (id) do update set created_at = excluded.created_at
    returning xmax = 0 as inserted`);
  if (row!.inserted && entries.length > 0) {
    const rows = entries.map((entry) => ({ mode: 0o777, ...entry }));
    await tx.execute(sql`
      insert into tree_entries (tree_id, path, kind, mode, sha256, size, target)
      select ${id}, e.path, e.kind, e.mode, e.sha256, coalesce(e.size, 0), e.target
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as e(path text, kind text, mode int, sha256 text, size bigint, target text)`);
  }
  return id;
}

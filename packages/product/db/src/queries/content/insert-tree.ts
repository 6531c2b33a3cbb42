import { createHash } from 'node:crypto';
import { encodeTree, type TreeEntry } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Hashed and written as JSON before the transaction, which must not wait for that. */
export interface PreparedTree {
  /** SHA-256 of the tree's text. */
  id: string;
  files: number;
  bytes: number;
  /** Its rows, as JSON. */
  rows: string;
  /** The blobs it names with the sizes it claims, once each, as JSON. */
  claims: string;
}

/** Does what takes a processor's time, which no transaction may wait for. */
export function prepareTree(entries: readonly TreeEntry[]): PreparedTree {
  const files = entries.filter((entry) => entry.kind === 'file');
  const claims = new Map(files.map(({ sha256, size }) => [`${sha256} ${size}`, { sha256, size }]));
  return {
    id: createHash('sha256').update(encodeTree(entries)).digest('hex'),
    files: files.length,
    bytes: files.reduce((sum, entry) => sum + entry.size, 0),
    rows: JSON.stringify(entries.map((entry) => ({ mode: 0o777, ...entry }))),
    claims: JSON.stringify([...claims.values()]),
  };
}

/**
 * Stores a tree under the hash of its text, unless it is there. Must run in a
 * transaction: `created_at` is touched either way, which holds the row against
 * the sweep until whatever names the tree is committed too.
 */
export async function insertTree(tx: DbOrTx, tree: PreparedTree): Promise<void> {
  const [row] = await tx.execute<{ inserted: boolean }>(sql`
    insert into trees (id, files, bytes) values (${tree.id}, ${tree.files}, ${tree.bytes})
    on conflict (id) do update set created_at = excluded.created_at
    returning xmax = 0 as inserted`);
  if (!row!.inserted) return;
  await tx.execute(sql`
    insert into tree_entries (tree_id, path, kind, mode, sha256, size, target)
    select ${tree.id}, e.path, e.kind, e.mode, e.sha256, coalesce(e.size, 0), e.target
    from jsonb_to_recordset(${tree.rows}::jsonb)
      as e(path text, kind text, mode int, sha256 text, size bigint, target text)`);
}

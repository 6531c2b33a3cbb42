import { compareTreePaths, type TreeEntry } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

interface Row extends Record<string, unknown> {
  path: string;
  kind: TreeEntry['kind'];
  mode: number;
  sha256: string;
  size: number;
  target: string;
}

/** Entries of a tree that the caller already found through an owner-scoped row. */
export async function readTree(db: DbOrTx, treeId: string): Promise<TreeEntry[]> {
  const rows = await db.execute<Row>(sql`
    select path, kind, mode, sha256, size, target from tree_entries where tree_id = ${treeId}`);
  return rows.map(toEntry).sort((a, b) => compareTreePaths(a.path, b.path));
}

function toEntry({ kind, path, mode, sha256, size, target }: Row): TreeEntry {
  switch (kind) {
    case 'file':
      return { kind, path, mode, sha256, size };
    case 'dir':
      return { kind, path, mode };
    case 'link':
      return { kind, path, target };
  }
}

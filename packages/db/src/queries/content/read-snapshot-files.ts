import { compareTreePaths } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../database.ts';

export type SnapshotFile =
  | { kind: 'file'; path: string; mode: number; bytes: Uint8Array }
  | { kind: 'dir'; path: string; mode: number }
  | { kind: 'link'; path: string; target: string };

interface Row extends Record<string, unknown> {
  kind: SnapshotFile['kind'];
  path: string;
  mode: number;
  target: string;
  bytes: Uint8Array;
}

/** The whole snapshot with its bytes, by (project, snapshot, owner). Undefined when there is no such snapshot (P-07). */
export async function readSnapshotFiles(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  snapshotId: string,
): Promise<SnapshotFile[] | undefined> {
  const [snapshot] = await db.execute<{ treeId: string }>(sql`
    select tree_id as "treeId" from snapshots
    where id = ${snapshotId} and project_id = ${projectId} and owner_id = ${ownerId}`);
  if (!snapshot) return undefined;
  const rows = await db.execute<Row>(sql`
    select e.kind, e.path, e.mode, e.target, b.bytes
    from tree_entries e left join blobs b on b.sha256 = e.sha256 where e.tree_id = ${snapshot.treeId}`);
  return rows
    .map(({ kind, path, mode, target, bytes }): SnapshotFile => {
      switch (kind) {
        case 'file':
          return { kind, path, mode, bytes };
        case 'dir':
          return { kind, path, mode };
        case 'link':
          return { kind, path, target };
      }
    })
    .sort((a, b) => compareTreePaths(a.path, b.path));
}

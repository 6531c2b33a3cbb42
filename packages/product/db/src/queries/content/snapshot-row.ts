import type { Snapshot } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import { snapshots } from '../../schema/index.ts';

/** All of `Snapshot`: a field that is new there does not compile until it is here. */
export const snapshotColumns = {
  id: snapshots.id,
  projectId: snapshots.projectId,
  parentId: snapshots.parentId,
  // Null only until the migration has passed, which no server starts before.
  commit: sql<string>`${snapshots.commitOid}`,
  kind: snapshots.kind,
  device: snapshots.device,
  message: snapshots.message,
  revision: snapshots.revision,
  files: snapshots.files,
  bytes: snapshots.bytes,
  createdAt: snapshots.createdAt,
} satisfies Record<keyof Snapshot, unknown>;

import type { Snapshot } from '@slipway/contracts';
import { snapshots, trees } from '../../schema/index.ts';

/** Needs a join of `trees`. */
export const snapshotColumns = {
  id: snapshots.id,
  projectId: snapshots.projectId,
  parentId: snapshots.parentId,
  treeId: snapshots.treeId,
  revision: snapshots.revision,
  files: trees.files,
  bytes: trees.bytes,
  createdAt: snapshots.createdAt,
} satisfies Record<keyof Snapshot, unknown>;

import { type BlobStore, readSnapshotEntries } from '@slipway/blobs';
import type { Project } from '@slipway/contracts';
import {
  commitSnapshot,
  createProjectWithin,
  type Db,
  deleteProject,
  type FoundShare,
  getProject,
  grantBlobs,
} from '@slipway/db';
import type { Quotas } from '../quotas/quotas.ts';

/** A name's length that leaves room for " (copy)". */
const NAME_CHARACTERS = 90;

/** `changed`: bytes were swept, or the project deleted, in between. */
export type CopySharedResult =
  | { outcome: 'copied'; project: Project }
  | { outcome: 'full'; quota: 'projects' | 'storedBytes'; limit: number }
  | { outcome: 'changed' };

/**
 * The newest files of a shared project as the first snapshot of a new one, whoever takes it. Its bytes
 * are stored already: the new owner gets the right to them. No history comes along, since what was
 * deleted before it was shared is nobody else's.
 */
export async function copyShared(
  { db, blobs, quotas }: { db: Db; blobs: BlobStore; quotas: Quotas },
  visitorId: string,
  share: FoundShare,
): Promise<CopySharedResult> {
  const entries = (await readSnapshotEntries(blobs, db, share.ownerId, share.projectId, 'latest')) ?? [];
  const files = entries.filter((entry) => entry.kind === 'file');
  if (visitorId !== share.ownerId) {
    const room = await quotas.roomFor(
      visitorId,
      files.reduce((sum, file) => sum + file.size, 0),
    );
    if (room.outcome === 'full') return { outcome: 'full', quota: 'storedBytes', limit: room.limit };
  }
  const fields = { name: `${share.projectName.slice(0, NAME_CHARACTERS)} (copy)`, template: share.template };
  const made = await createProjectWithin(db, visitorId, fields, quotas.configured.projects);
  if (made.outcome === 'too-many') return { outcome: 'full', quota: 'projects', limit: made.limit };
  const { id } = made.project;
  const gone = await grantBlobs(db, visitorId, [...new Set(files.map(({ sha256 }) => sha256))]);
  const committed =
    gone.length === 0
      ? await commitSnapshot(db, visitorId, id, { baseRevision: 0, entries, kind: 'fork', message: 'Copy' })
      : undefined;
  const project = committed?.outcome === 'committed' ? await getProject(db, visitorId, id) : undefined;
  if (project !== undefined) return { outcome: 'copied', project };
  await deleteProject(db, visitorId, id);
  return { outcome: 'changed' };
}

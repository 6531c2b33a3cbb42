import { deflateSync } from 'node:zlib';
import { cleanPersonPart, encodeCommit, oidOf } from '@slipway/git';
import type { DbOrTx } from '../../connection/database.ts';
import { getAuthor } from './get-author.ts';
import { getSnapshotHead } from './get-snapshot-head.ts';
import { listRefs } from './list-refs.ts';
import type { LockedProject } from './lock-project.ts';
import { moveRefs } from './move-refs.ts';
import { putCommits } from './put-commits.ts';
import { putObjects } from './put-objects.ts';

/** The branch that has a commit for every checkpoint (CK-01), and the one of `origin` to which it is pushed (CK-02). */
export const CHECKPOINT_BRANCH = 'checkpoint-branch';
const CHECKPOINT_REF = `refs/heads/${CHECKPOINT_BRANCH}`;

/**
 * Gives the checkpoint a commit of its own, on top of the one before it: its subject is the checkpoint's name, its
 * files are the snapshot's. The caller holds the project's lock.
 */
export async function commitCheckpoint(
  tx: DbOrTx,
  project: LockedProject,
  { checkpointId, snapshotId, description }: { checkpointId: string; snapshotId: string; description: string },
): Promise<void> {
  const head = await getSnapshotHead(tx, project.ownerId, project.id, snapshotId);
  if (!head) throw new Error(`Cannot commit checkpoint "${checkpointId}": its snapshot is gone`);
  const author = await getAuthor(tx, project.ownerId);
  const [tip] = await listRefs(tx, project.id, CHECKPOINT_REF);
  const person = {
    name: cleanPersonPart(author.name) || 'Unknown',
    email: cleanPersonPart(author.email),
    timeSeconds: author.timeSeconds,
    zone: '+0000',
  };
  const parents = tip?.oid ? [tip.oid] : [];
  // A NUL would end the message for git; half a character has no bytes.
  const said = description.toWellFormed().replaceAll('\0', '\ufffd').trimEnd();
  const message = `[checkpoint] ${checkpointId}: ${said}\n`;
  const bytes = encodeCommit({ tree: head.tree, parents, author: person, committer: person, message });
  const oid = oidOf('commit', bytes);
  const commit = {
    oid,
    type: 'commit',
    size: bytes.length,
    sha256: null,
    z: deflateSync(bytes),
    baseOid: null,
  } as const;
  const put = await putObjects(tx, project.id, [commit]);
  if (put.outcome !== 'stored') throw new Error(`Cannot commit checkpoint "${checkpointId}": ${put.outcome}`);
  await putCommits(tx, project.id, [{ oid, tree: head.tree, parents }]);
  const moved = await moveRefs(tx, project, [{ name: CHECKPOINT_REF, from: tip?.oid ?? null, to: oid }], 'checkpoint');
  if (moved.outcome !== 'moved') throw new Error(`Cannot commit checkpoint "${checkpointId}": ${moved.outcome}`);
}

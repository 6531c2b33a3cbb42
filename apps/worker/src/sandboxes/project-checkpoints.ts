import { type BlobStore, readSnapshotFiles, storeBytes } from '@slipway/blobs';
import type { Checkpoint, TreeEntry } from '@slipway/contracts';
import { commitSnapshot, createCheckpoint, type Db, getProject, getSnapshotHead, listCheckpoints } from '@slipway/db';
import type { CheckpointStore, SandboxCommand, SandboxFile, SandboxState } from '@slipway/sandboxes';
import * as z from 'zod';

/** Checkpoints are stored for the project, so another worker can restore them. */
export interface SandboxProject {
  ownerId: string;
  projectId: string;
  /** The recorded run, as its record has it. */
  command: SandboxCommand | null;
}

/** What every checkpoint of a sandbox says of its task (CK-01). */
const TASK_ID = 'sandbox';
/** Beside the files, as only the rows of a sandbox know of a recorded run. Older ones say nothing of packages. */
const externalState = z.object({ running: z.boolean(), installed: z.boolean().default(false) });

/**
 * Checkpoints of sandboxes as those of projects (CK-01…): a snapshot of all files, a row that names it, and beside it
 * whether the recorded run was going. `find` says which project a sandbox's is.
 */
export function createProjectCheckpoints(
  needs: { db: Db; blobs: BlobStore },
  find: (sandboxId: string) => SandboxProject | undefined,
): CheckpointStore {
  const mustFind = (id: string): SandboxProject => {
    const project = find(id);
    if (!project) throw new Error(`Cannot use checkpoints of sandbox ${id}: it is not here`);
    return project;
  };
  return {
    /** A snapshot of its own in the project's history, on top of whatever is newest. */
    save: async (id, checkpointId, state) => {
      const { ownerId, projectId } = mustFind(id);
      const entries = await storeFiles(needs, ownerId, state.files);
      const project = await getProject(needs.db, ownerId, projectId);
      const committed = await commitSnapshot(needs.db, ownerId, projectId, {
        baseRevision: project?.revision ?? 0,
        entries,
        message: `[checkpoint] ${checkpointId}`,
      });
      if (committed.outcome !== 'committed') throw new Error(`Cannot keep the files: ${committed.outcome}`);
      const created = await createCheckpoint(needs.db, ownerId, projectId, {
        taskId: TASK_ID,
        step: 0,
        description: checkpointId,
        externalState: { running: state.command !== null, installed: state.installed === true },
      });
      if (created.outcome !== 'created') throw new Error(`Cannot name the files: ${created.outcome}`);
    },
    load: async (id, checkpointId) => {
      const project = mustFind(id);
      const all = await listCheckpoints(needs.db, project.ownerId, project.projectId, { taskId: TASK_ID });
      const found = all.find(({ description }) => description === checkpointId);
      return found && (await readState(needs, project, found));
    },
  };
}

/** Undefined where it took none yet. */
export async function latestCheckpointName(
  db: Db,
  { ownerId, projectId }: Pick<SandboxProject, 'ownerId' | 'projectId'>,
): Promise<string | undefined> {
  const [latest] = await listCheckpoints(db, ownerId, projectId, { taskId: TASK_ID, limit: 1 });
  return latest?.description;
}

/** The files that the project has now; none where nothing was saved yet. */
export async function readProjectFiles(
  { db, blobs }: { db: Db; blobs: BlobStore },
  { ownerId, projectId }: Pick<SandboxProject, 'ownerId' | 'projectId'>,
): Promise<SandboxFile[]> {
  const head = await getSnapshotHead(db, ownerId, projectId, 'latest');
  return head ? ((await readSnapshotFiles(blobs, db, ownerId, projectId, head.id)) ?? []) : [];
}

/** Undefined where the snapshot is gone. A state that makes no sense counts as a run that was not going. */
async function readState(
  { db, blobs }: { db: Db; blobs: BlobStore },
  { ownerId, projectId, command }: SandboxProject,
  checkpoint: Checkpoint,
): Promise<SandboxState | undefined> {
  const files = await readSnapshotFiles(blobs, db, ownerId, projectId, checkpoint.snapshotId);
  const state = externalState.safeParse(checkpoint.externalState);
  return (
    files && {
      files,
      command: state.success && state.data.running ? command : null,
      installed: state.success && state.data.installed,
    }
  );
}

/** Bytes first, then the rows that name them: what was stored and is named by nothing is swept. */
async function storeFiles(
  { db, blobs }: { db: Db; blobs: BlobStore },
  ownerId: string,
  files: readonly SandboxFile[],
): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  for (const file of files) {
    if (file.kind === 'dir') entries.push({ kind: 'dir', path: file.path, mode: file.mode });
    else if (file.kind === 'link') entries.push({ kind: 'link', path: file.path, target: file.target });
    else
      entries.push({
        kind: 'file',
        path: file.path,
        mode: file.mode,
        ...(await storeBytes(blobs, db, ownerId, file.bytes)),
      });
  }
  return entries;
}

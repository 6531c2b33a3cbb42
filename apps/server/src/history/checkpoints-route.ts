import type { BlobStore } from '@slipway/blobs';
import {
  type CheckpointListResponse,
  type CheckpointResponse,
  createCheckpointBody,
  deviceName,
  treePath,
  type VerifyCheckpointResponse,
  verifyCheckpointBody,
} from '@slipway/contracts';
import { createCheckpoint, type Db, getCheckpoint, listCheckpoints } from '@slipway/db';
import { Hono } from 'hono';
import * as z from 'zod';
import { createCheckpointPusher } from '../git/push-checkpoints.ts';
import type { RemoteNeeds } from '../git/remotes-route.ts';
import { fail } from '../http/api-error.ts';
import type { LargeBody } from '../http/body-limit.ts';
import { jsonBody, UUID_PATTERN } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';
import { inWriteLane } from '../http/write-lanes.ts';
import type { Lanes } from '../http/lanes.ts';
import { answerRestore } from './history-route.ts';
import { restoreSnapshot } from './restore-snapshot.ts';
import { verifyEntries } from './verify-checkpoint.ts';

const listPath = `/projects/:projectId{${UUID_PATTERN}}/checkpoints`;
const checkpointPath = `${listPath}/:checkpointId{cp-[0-9-]{1,60}|latest}`;
/** Of the largest tree, with its paths. */
const VERIFY_LIMIT_BYTES = 16 * 1024 * 1024;
const CREATE_LIMIT_BYTES = 128 * 1024;

export const checkpointBodies: LargeBody[] = [
  {
    method: 'POST',
    path: new RegExp(`^/api/v1/projects/${UUID_PATTERN}/checkpoints/(cp-[0-9-]{1,60}|latest)/verify$`),
    limitBytes: VERIFY_LIMIT_BYTES,
  },
  {
    method: 'POST',
    path: new RegExp(`^/api/v1/projects/${UUID_PATTERN}/checkpoints$`),
    limitBytes: CREATE_LIMIT_BYTES,
  },
];

/** Without paths all of it comes back. */
const restoreCheckpointBody = z.strictObject({
  device: deviceName,
  paths: z.array(treePath).min(1).max(1_000).optional(),
});

/** /projects/:id/checkpoints — snapshots that a task comes back to (CK-01…). */
export const checkpointsRoute = (needs: RemoteNeeds & { db: Db; blobs: BlobStore; writes: Lanes }) => {
  const { db, blobs, writes } = needs;
  const push = createCheckpointPusher(needs);
  return new Hono<UserEnv>()
    .get(listPath, async (c) => {
      const taskId = c.req.query('task');
      const checkpoints = await listCheckpoints(db, c.var.owner, c.req.param('projectId'), { taskId });
      return c.json({ checkpoints } satisfies CheckpointListResponse);
    })
    .post(listPath, jsonBody(createCheckpointBody, CREATE_LIMIT_BYTES), (c) =>
      inWriteLane(c, writes, async () => {
        const result = await createCheckpoint(db, c.var.owner, c.req.param('projectId'), c.req.valid('json'));
        switch (result.outcome) {
          case 'created':
            // The remote's own secret is a session's to use, as docs/git.md says.
            if (c.var.access.kind === 'session') push(c.var.owner, c.req.param('projectId'));
            return c.json({ checkpoint: result.checkpoint } satisfies CheckpointResponse, 201);
          case 'missing':
            return fail(c, 'PROJECT_NOT_FOUND', 'No such project');
          case 'empty':
            return fail(c, 'SNAPSHOT_NOT_FOUND', 'The project has no snapshot yet');
        }
      }),
    )
    .get(checkpointPath, async (c) => {
      const { projectId, checkpointId } = c.req.param();
      const checkpoint = await getCheckpoint(db, c.var.owner, projectId, checkpointId);
      return checkpoint
        ? c.json({ checkpoint } satisfies CheckpointResponse)
        : fail(c, 'CHECKPOINT_NOT_FOUND', 'No such checkpoint');
    })
    .post(`${checkpointPath}/restore`, jsonBody(restoreCheckpointBody), async (c) => {
      const { projectId, checkpointId } = c.req.param();
      const checkpoint = await getCheckpoint(db, c.var.owner, projectId, checkpointId);
      if (!checkpoint) return fail(c, 'CHECKPOINT_NOT_FOUND', 'No such checkpoint');
      const { device, paths } = c.req.valid('json');
      const { snapshotId } = checkpoint;
      const message = `Restore of ${checkpoint.checkpointId}`;
      return answerRestore(
        c,
        await restoreSnapshot({ db, blobs }, { ownerId: c.var.owner, projectId, snapshotId, device, paths, message }),
      );
    })
    .post(`${checkpointPath}/verify`, jsonBody(verifyCheckpointBody, VERIFY_LIMIT_BYTES), async (c) => {
      const { projectId, checkpointId } = c.req.param();
      const checkpoint = await getCheckpoint(db, c.var.owner, projectId, checkpointId);
      if (!checkpoint) return fail(c, 'CHECKPOINT_NOT_FOUND', 'No such checkpoint');
      const { snapshotId } = checkpoint;
      const verified = await verifyEntries(
        { db, blobs },
        { ownerId: c.var.owner, projectId, snapshotId },
        c.req.valid('json').entries,
      );
      return c.json(verified satisfies VerifyCheckpointResponse);
    });
};

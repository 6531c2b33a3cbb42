import {
  commitSnapshotBody,
  type SnapshotListResponse,
  type SnapshotResponse,
  type SnapshotTreeResponse,
  treeProblem,
} from '@slipway/contracts';
import { commitSnapshot, getSnapshot, listSnapshots, readSnapshotFiles, readTree } from '@slipway/db';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { fail } from '../http/api-error.ts';
import { jsonBody, uuidPattern } from '../http/read-body.ts';
import type { Services, UserEnv } from '../http/server-env.ts';
import { encodeMountTree } from './mount-tree.ts';

const listPath = `/projects/:projectId{${uuidPattern}}/snapshots`;
const snapshotPath = `${listPath}/:snapshotId{${uuidPattern}|latest}`;
/** A tree of the most entries with the longest ordinary paths stays below this. */
const bodyLimitBytes = 32 * 1024 * 1024;

/** /projects/:id/snapshots — content-addressed states of a project. */
export const snapshotsRoute = ({ db, config }: Services) =>
  new Hono<UserEnv>()
    .get(listPath, async (c) => {
      const snapshots = await listSnapshots(db, c.var.owner, c.req.param('projectId'));
      return c.json({ snapshots } satisfies SnapshotListResponse);
    })
    .post(
      listPath,
      bodyLimit({ maxSize: bodyLimitBytes, onError: (c) => fail(c, 'PAYLOAD_TOO_LARGE', 'The tree is too large') }),
      jsonBody(commitSnapshotBody),
      async (c) => {
        const commit = c.req.valid('json');
        const problem = commit.entries.length > config.TREE_LIMIT_ENTRIES ? `more than ${config.TREE_LIMIT_ENTRIES} entries` : treeProblem(commit.entries);
        if (problem !== undefined) return fail(c, 'INVALID_TREE', problem);
        const result = await commitSnapshot(db, c.var.owner, c.req.param('projectId'), commit);
        switch (result.outcome) {
          case 'committed':
            return c.json({ snapshot: result.snapshot } satisfies SnapshotResponse, 201);
          case 'project-missing':
            return fail(c, 'PROJECT_NOT_FOUND', 'No such project');
          case 'stale':
            // 409 carries the revision so the tab can rebase without a second call.
            return fail(c, 'STALE_REVISION', 'The project changed elsewhere', { revision: result.revision });
          case 'missing-blobs':
            return fail(c, 'MISSING_BLOBS', 'The tree names blobs that were not uploaded', { missing: result.missing });
          case 'wrong-size':
            return fail(c, 'INVALID_TREE', 'Some files claim another size than their bytes have', { paths: result.paths });
        }
      },
    )
    .get(snapshotPath, async (c) => {
      const snapshot = await getSnapshot(db, c.var.owner, c.req.param('projectId'), c.req.param('snapshotId'));
      if (!snapshot) return fail(c, 'SNAPSHOT_NOT_FOUND', 'No such snapshot');
      return c.json({ snapshot, entries: await readTree(db, snapshot.treeId) } satisfies SnapshotTreeResponse);
    })
    .get(`${snapshotPath}/mount`, async (c) => {
      const projectId = c.req.param('projectId');
      const snapshot = await getSnapshot(db, c.var.owner, projectId, c.req.param('snapshotId'));
      const files = snapshot && (await readSnapshotFiles(db, c.var.owner, projectId, snapshot.id));
      if (!files) return fail(c, 'SNAPSHOT_NOT_FOUND', 'No such snapshot');
      return c.body(Uint8Array.from(encodeMountTree(files)), 200, { 'Content-Type': 'application/octet-stream', 'X-Snapshot-Id': snapshot.id });
    });

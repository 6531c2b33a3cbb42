import type { Lanes } from '../http/lanes.ts';
import type { Config } from '../config/config.ts';
import { type BlobStore, readFileAt, readSnapshotEntries, readSnapshotFiles } from '@slipway/blobs';
import {
  commitSnapshotBody,
  type SnapshotListResponse,
  type SnapshotResponse,
  type SnapshotTreeResponse,
  treePage,
  treeProblem,
} from '@slipway/contracts';
import { type Db, commitSnapshot, getSnapshot, getSnapshotHead, listSnapshots } from '@slipway/db';
import { Hono } from 'hono';
import { fail } from '../http/api-error.ts';
import type { LargeBody } from '../http/body-limit.ts';
import { jsonBody, SNAPSHOT_PATTERN, UUID_PATTERN } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';
import { inWriteLane } from '../http/write-lanes.ts';
import { afterProblem, pageOfTree } from './tree-page.ts';
import { encodeMountTree } from './mount-tree.ts';

const listPath = `/projects/:projectId{${UUID_PATTERN}}/snapshots`;
const snapshotPath = `${listPath}/:snapshotId{${SNAPSHOT_PATTERN}}`;
/** A tree of the most entries with the longest ordinary paths stays below this. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

/** A tree names its files; their bytes were put as blobs before. */
export const snapshotBodies: LargeBody[] = [
  { method: 'POST', path: new RegExp(`^/api/v1/projects/${UUID_PATTERN}/snapshots$`), limitBytes: BODY_LIMIT_BYTES },
];

/** A snapshot names blobs that are there already: bytes are not counted here, only entries of the tree. */
export interface SnapshotNeeds {
  db: Db;
  blobs: BlobStore;
  config: Config;
  writes: Lanes;
}

/** /projects/:id/snapshots — content-addressed states of a project. */
export const snapshotsRoute = ({ db, blobs, config, writes }: SnapshotNeeds) =>
  new Hono<UserEnv>()
    .get(listPath, async (c) => {
      const snapshots = await listSnapshots(db, c.var.owner, c.req.param('projectId'));
      return c.json({ snapshots } satisfies SnapshotListResponse);
    })
    .post(listPath, jsonBody(commitSnapshotBody, BODY_LIMIT_BYTES), (c) =>
      inWriteLane(c, writes, async () => {
        const commit = c.req.valid('json');
        const problem =
          commit.entries.length > config.TREE_LIMIT_ENTRIES
            ? `more than ${config.TREE_LIMIT_ENTRIES} entries`
            : treeProblem(commit.entries);
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
            return fail(c, 'INVALID_TREE', 'Some files claim another size than their bytes have', {
              paths: result.paths,
            });
        }
      }),
    )
    .get(snapshotPath, async (c) => {
      const snapshot = await getSnapshot(db, c.var.owner, c.req.param('projectId'), c.req.param('snapshotId'));
      const projectId = c.req.param('projectId');
      const after = c.req.query('after');
      const problem = afterProblem(after);
      if (problem !== undefined)
        return fail(c, 'VALIDATION_ERROR', 'Invalid input', [{ field: 'after', message: problem }]);
      // One more than fits says that there is more.
      const span = { after, limit: treePage.entries + 1 };
      const entries = snapshot && (await readSnapshotEntries(blobs, db, c.var.owner, projectId, snapshot.id, span));
      if (!entries) return fail(c, 'SNAPSHOT_NOT_FOUND', 'No such snapshot');
      return c.json({ snapshot, ...pageOfTree(entries, after) } satisfies SnapshotTreeResponse);
    })
    .get(`${snapshotPath}/files/:path{.+}`, async (c) => {
      const projectId = c.req.param('projectId');
      const head = await getSnapshotHead(db, c.var.owner, projectId, c.req.param('snapshotId'));
      if (!head) return fail(c, 'SNAPSHOT_NOT_FOUND', 'No such snapshot');
      const bytes = await readFileAt(blobs, db, projectId, head, c.req.param('path'));
      if (!bytes) return fail(c, 'FILE_NOT_FOUND', 'No such file');
      // User bytes on the app's own origin: never as a page.
      return c.body(bytes, 200, {
        'Content-Type': 'application/octet-stream',
        'Content-Disposition': 'attachment',
        'X-Snapshot-Id': head.id,
      });
    })
    .get(`${snapshotPath}/mount`, async (c) => {
      const projectId = c.req.param('projectId');
      const snapshot = await getSnapshot(db, c.var.owner, projectId, c.req.param('snapshotId'));
      const files = snapshot && (await readSnapshotFiles(blobs, db, c.var.owner, projectId, snapshot.id));
      if (!files) return fail(c, 'SNAPSHOT_NOT_FOUND', 'No such snapshot');
      return c.body(encodeMountTree(files), 200, {
        'Content-Type': 'application/octet-stream',
        'X-Snapshot-Id': snapshot.id,
      });
    });

import type { Lanes } from '../http/lanes.ts';
import type { Config } from '../config/config.ts';
import { type BlobStore, readFileAt, readSnapshotEntries } from '@slipway/blobs';
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
import { createMountLanes, inMountLane, readMount } from './mount-lane.ts';

const listPath = `/projects/:projectId{${UUID_PATTERN}}/snapshots`;
const snapshotPath = `${listPath}/:snapshotId{${SNAPSHOT_PATTERN}}`;
/** A tree of the most entries with the longest ordinary paths stays below this. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

/** A tree names its files; their bytes were put as blobs before. */
export const snapshotBodies: LargeBody[] = [
  { method: 'POST', path: new RegExp(`^/api/v1/projects/${UUID_PATTERN}/snapshots$`), limitBytes: BODY_LIMIT_BYTES },
];

/** What a tab can be given at once: as JSON it must be one string. */
const MOUNT_LIMIT_BYTES = 256 * 1024 ** 2;
/** Most projects: they wait for nobody who opens a large one on a slow line. */
const SMALL_MOUNT_BYTES = 8 * 1024 ** 2;

/** A snapshot names blobs that are there already: bytes are not counted here, only entries of the tree. */
export interface SnapshotNeeds {
  db: Db;
  blobs: BlobStore;
  config: Config;
  writes: Lanes;
}

/** /projects/:id/snapshots — content-addressed states of a project. */
export const snapshotsRoute = ({ db, blobs, config, writes }: SnapshotNeeds) => {
  const mounts = createMountLanes(8);
  return new Hono<UserEnv>()
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
      const { projectId, snapshotId } = c.req.param();
      const from = { ownerId: c.var.owner, projectId, snapshotId };
      if (!(await getSnapshotHead(db, c.var.owner, projectId, snapshotId)))
        return fail(c, 'SNAPSHOT_NOT_FOUND', 'No such snapshot');
      if (c.req.method === 'HEAD') return c.body(null, 200);
      const small = await readMount({ blobs, db }, from, SMALL_MOUNT_BYTES);
      const mount =
        small === 'too-large'
          ? await inMountLane(mounts, c.var.owner, () => readMount({ blobs, db }, from, MOUNT_LIMIT_BYTES))
          : small;
      switch (mount) {
        case 'missing':
          return fail(c, 'SNAPSHOT_NOT_FOUND', 'No such snapshot');
        case 'too-large':
          return fail(
            c,
            'PAYLOAD_TOO_LARGE',
            `All files together have more than ${MOUNT_LIMIT_BYTES / 1024 ** 2} MiB: clone the project with git`,
          );
        case 'busy':
          c.header('Retry-After', '2');
          return fail(c, 'RATE_LIMITED', 'Too many projects are being opened: try again in a moment');
        default:
          return c.body('stream' in mount ? mount.stream : mount.bytes, 200, {
            'Content-Type': 'application/octet-stream',
            'X-Snapshot-Id': mount.snapshotId ?? '',
          });
      }
    });
};

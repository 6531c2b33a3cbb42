import { type BlobStore, describeEntries } from '@slipway/blobs';
import {
  DIFF_LIMIT,
  forkBody,
  historyQuery,
  type HistoryResponse,
  type ProjectResponse,
  restoreBody,
  type RestoreResponse,
  type SnapshotDiffResponse,
} from '@slipway/contracts';
import { type Db, forkProject, getSnapshotHead, listHistory, ProjectObjects } from '@slipway/db';
import { diffSnapshots } from '@slipway/history';
import { type Context, Hono } from 'hono';
import { fail } from '../http/api-error.ts';
import { jsonBody, SNAPSHOT_PATTERN, UUID_PATTERN } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';
import { restoreSnapshot, type RestoreResult } from './restore-snapshot.ts';

/** Only what looks like an id is routed to the database. */
const projectPath = `/projects/:projectId{${UUID_PATTERN}}`;
const snapshotPattern = `{${SNAPSHOT_PATTERN}}`;

/** No quota: a restored or forked snapshot names blobs that are stored and counted already. */
export interface HistoryNeeds {
  db: Db;
  blobs: BlobStore;
}

/** The snapshots of a project: listed, compared, restored, forked. */
export const historyRoute = ({ db, blobs }: HistoryNeeds) =>
  new Hono<UserEnv>()
    .get(`${projectPath}/history`, async (c) => {
      const query = historyQuery.safeParse(c.req.query());
      if (!query.success) return fail(c, 'VALIDATION_ERROR', 'before and limit are positive numbers');
      const { before, limit } = query.data;
      const found = await listHistory(db, c.var.owner, c.req.param('projectId'), { before, limit: limit + 1 });
      const snapshots = found.slice(0, limit);
      const next = found.length > limit ? (snapshots.at(-1)?.revision ?? null) : null;
      return c.json({ snapshots, next } satisfies HistoryResponse);
    })
    .get(`${projectPath}/snapshots/:from${snapshotPattern}/diff/:to${snapshotPattern}`, async (c) => {
      const { projectId, from, to } = c.req.param();
      const [before, after] = await Promise.all(
        [from, to].map((id) => getSnapshotHead(db, c.var.owner, projectId, id)),
      );
      if (!before || !after) return fail(c, 'SNAPSHOT_NOT_FOUND', 'No such snapshot');
      const objects = new ProjectObjects(db, projectId);
      const differences = await diffSnapshots(objects.store, before, after);
      const told = differences.slice(0, DIFF_LIMIT);
      const changes = await describeEntries({ db, blobs, projectId, objects }, told);
      return c.json({ changes, cut: told.length < differences.length } satisfies SnapshotDiffResponse);
    })
    .post(`${projectPath}/restore`, jsonBody(restoreBody), async (c) => {
      const { snapshotId, device, paths } = c.req.valid('json');
      const projectId = c.req.param('projectId');
      return answerRestore(
        c,
        await restoreSnapshot({ db, blobs }, { ownerId: c.var.owner, projectId, snapshotId, device, paths }),
      );
    })
    .post(`${projectPath}/fork`, jsonBody(forkBody), async (c) => {
      const { snapshotId, name } = c.req.valid('json');
      const result = await forkProject(db, c.var.owner, c.req.param('projectId'), { snapshotId, name });
      return result.outcome === 'forked'
        ? c.json({ project: result.project } satisfies ProjectResponse, 201)
        : fail(c, 'SNAPSHOT_NOT_FOUND', 'No such snapshot');
    });

/** The answer to a restore, of a snapshot or of a checkpoint. */
export function answerRestore(c: Context, result: RestoreResult): Response {
  switch (result.outcome) {
    case 'missing':
      return fail(c, 'SNAPSHOT_NOT_FOUND', 'No such snapshot');
    case 'busy':
      c.header('Retry-After', '2');
      return fail(c, 'RATE_LIMITED', 'Others save this project at the same time: try again in a moment');
    case 'restored':
    case 'unchanged': {
      const { snapshot, before, changes } = result;
      return c.json({ snapshot, before, changes } satisfies RestoreResponse, result.outcome === 'restored' ? 201 : 200);
    }
  }
}

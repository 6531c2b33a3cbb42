import type { Config } from '../config/config.ts';
import {
  type ArtifactResponse,
  type BuildListResponse,
  type BuildLogsResponse,
  type BuildResponse,
  createBuildBody,
} from '@slipway/contracts';
import {
  type Db,
  activateBuild,
  cancelBuild,
  createBuild,
  getArtifact,
  getBuild,
  getProject,
  listBuilds,
  readBuildLog,
  readTree,
} from '@slipway/db';
import { type Quotas, quotaExceeded } from '../quotas/quotas.ts';
import { Hono } from 'hono';
import { auditRequest } from '../audit/audit-request.ts';
import { fail } from '../http/api-error.ts';
import { jsonBody, UUID_PATTERN } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';
import { afterProblem, pageOfTree } from '../snapshots/tree-page.ts';

const projectBuilds = `/projects/:projectId{${UUID_PATTERN}}/builds`;
const buildPath = `/builds/:buildId{${UUID_PATTERN}}`;

/** Builds of snapshots: queue, look, cancel, roll back. The worker does the rest. */
export const buildsRoute = ({ db, config, quotas }: { db: Db; config: Config; quotas: Quotas }) =>
  new Hono<UserEnv>()
    .post(projectBuilds, jsonBody(createBuildBody), async (c) => {
      const result = await createBuild(db, c.var.owner, c.req.param('projectId'), {
        snapshotId: c.req.valid('json').snapshotId,
        deadlineUs: config.BUILD_DEADLINE_SECONDS * 1_000_000,
        ownerLimit: quotas.configured.buildsWaiting,
      });
      switch (result.outcome) {
        case 'queued':
          await auditRequest(db, c, { action: 'publish.queue', target: result.build.id });
          return c.json({ build: result.build } satisfies BuildResponse, 202);
        case 'under-way':
          return c.json({ build: result.build } satisfies BuildResponse, 202);
        case 'too-many':
          return quotaExceeded(c, 'buildsWaiting', result.limit);
        case 'project-missing':
          return fail(c, 'PROJECT_NOT_FOUND', 'No such project');
        case 'snapshot-missing':
          return fail(c, 'SNAPSHOT_NOT_FOUND', 'No such snapshot');
      }
    })
    .get(projectBuilds, async (c) => {
      const project = await getProject(db, c.var.owner, c.req.param('projectId'));
      if (!project) return fail(c, 'PROJECT_NOT_FOUND', 'No such project');
      const builds = await listBuilds(db, c.var.owner, project.id);
      return c.json({ builds, activeBuildId: project.activeBuildId } satisfies BuildListResponse);
    })
    .get(buildPath, async (c) => {
      const build = await getBuild(db, c.var.owner, c.req.param('buildId'));
      return build ? c.json({ build } satisfies BuildResponse) : fail(c, 'BUILD_NOT_FOUND', 'No such build');
    })
    .post(`${buildPath}/cancel`, async (c) => {
      const result = await cancelBuild(db, c.var.owner, c.req.param('buildId'));
      return result.outcome === 'missing'
        ? fail(c, 'BUILD_NOT_FOUND', 'No such build')
        : c.json({ build: result.build } satisfies BuildResponse);
    })
    .post(`${buildPath}/activate`, async (c) => {
      const result = await activateBuild(db, c.var.owner, c.req.param('buildId'));
      switch (result.outcome) {
        case 'active':
          await auditRequest(db, c, { action: 'publish.activate', target: result.build.id });
          return c.json({ build: result.build } satisfies BuildResponse);
        case 'missing':
          return fail(c, 'BUILD_NOT_FOUND', 'No such build');
        case 'not-succeeded':
          return fail(c, 'BUILD_NOT_SUCCEEDED', 'Only a build that succeeded can be the active preview');
      }
    })
    .get(`${buildPath}/logs`, async (c) => {
      const after = Number(c.req.query('after') ?? 0);
      if (!Number.isSafeInteger(after) || after < 0)
        return fail(c, 'VALIDATION_ERROR', 'Invalid input', [{ field: 'after', message: 'must be a line number' }]);
      const buildId = c.req.param('buildId');
      const build = await getBuild(db, c.var.owner, buildId);
      if (!build) return fail(c, 'BUILD_NOT_FOUND', 'No such build');
      const { lines, next } = await readBuildLog(db, c.var.owner, buildId, Math.min(after, 2 ** 31 - 1));
      return c.json({ build, lines, next } satisfies BuildLogsResponse);
    })
    .get(`${buildPath}/artifact`, async (c) => {
      const after = c.req.query('after');
      const problem = afterProblem(after);
      if (problem !== undefined)
        return fail(c, 'VALIDATION_ERROR', 'Invalid input', [{ field: 'after', message: problem }]);
      const artifact = await getArtifact(db, c.var.owner, c.req.param('buildId'));
      if (!artifact) return fail(c, 'ARTIFACT_NOT_FOUND', 'This build made no artifact');
      const all = await readTree(db, artifact.treeId);
      const { entries, ...page } = pageOfTree(all, after);
      const files = entries.flatMap((entry) =>
        entry.kind === 'file' ? [{ path: entry.path, sha256: entry.sha256, size: entry.size }] : [],
      );
      return c.json({ artifact, files, ...page } satisfies ArtifactResponse);
    });

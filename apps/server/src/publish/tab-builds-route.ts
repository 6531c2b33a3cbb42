import { readBlob } from '@slipway/blobs';
import {
  type BuildResponse,
  type FileEntry,
  publishTabBody,
  type PublishTabBody,
  type TabFile,
  type TabPlanResponse,
  treeProblem,
  type VerificationResponse,
} from '@slipway/contracts';
import { getVerification, hasBlobRight, publishTabBuild, repeatVerification } from '@slipway/db';
import { isPublic, makeServing, RULE_FILES, ruleLimits } from '@slipway/sites';
import { type Context, Hono } from 'hono';
import { auditRequest } from '../audit/audit-request.ts';
import type { Config } from '../config/config.ts';
import type { Hosts } from '../hosts/hosts.ts';
import { fail } from '../http/api-error.ts';
import type { LargeBody } from '../http/body-limit.ts';
import { jsonBody, UUID_PATTERN } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';
import { type Quotas, quotaExceeded } from '../quotas/quotas.ts';
import { planTabBuild, type TabPlanNeeds, type TabPlanResult } from './plan-tab-build.ts';

const projectPath = `/projects/:projectId{${UUID_PATTERN}}`;
const verificationPath = `/builds/:buildId{${UUID_PATTERN}}/verification`;
/** So many files with long paths, and the end of a log. */
const BODY_LIMIT_BYTES = 8 * 1024 * 1024;

/** Larger than other bodies: the list of a site's files. */
export const tabBuildBodies: LargeBody[] = [
  { method: 'POST', path: new RegExp(`^/api/v1/projects/${UUID_PATTERN}/tab-builds$`), limitBytes: BODY_LIMIT_BYTES },
];

/** Of `config`: how long a build may take, and how long a version's link lives. */
export interface TabBuildNeeds extends TabPlanNeeds {
  config: Config;
  hosts: Hosts;
  quotas: Quotas;
}

/** What a tab has built becomes a version at once; a worker checks it afterwards (P-33). */
export const tabBuildsRoute = (services: TabBuildNeeds) =>
  new Hono<UserEnv>()
    .get(`${projectPath}/tab-plans/:snapshotId{${UUID_PATTERN}}`, async (c) => {
      const planned = await planTabBuild(services, c.var.owner, c.req.param());
      if (planned.outcome === 'tab') return c.json({ plan: planned.plan, why: null } satisfies TabPlanResponse);
      if (planned.outcome === 'server') return c.json({ plan: null, why: planned.why } satisfies TabPlanResponse);
      return failed(c, planned);
    })
    .post(`${projectPath}/tab-builds`, jsonBody(publishTabBody, BODY_LIMIT_BYTES), (c) =>
      publish(services, c, c.req.param('projectId'), c.req.valid('json')),
    )
    .get(verificationPath, async (c) => {
      const found = await getVerification(services.db, c.var.owner, c.req.param('buildId'));
      return found
        ? c.json(found satisfies VerificationResponse)
        : fail(c, 'BUILD_NOT_FOUND', 'No such build of a tab');
    })
    .post(verificationPath, async (c) => {
      const { db, config } = services;
      const deadlineUs = config.BUILD_DEADLINE_SECONDS * 1_000_000;
      const repeated = await repeatVerification(db, c.var.owner, c.req.param('buildId'), deadlineUs);
      switch (repeated.outcome) {
        case 'queued':
          return c.json({ build: repeated.build } satisfies BuildResponse, 202);
        case 'missing':
          return fail(c, 'BUILD_NOT_FOUND', 'No such build');
        case 'settled':
          return fail(c, 'NOTHING_TO_VERIFY', 'There is nothing to check: it is verified, or being checked');
      }
    });

/** What ends the request before any plan. */
type Unplanned = Exclude<TabPlanResult['outcome'], 'tab' | 'server'>;

function failed(c: Context<UserEnv>, { outcome }: { outcome: Unplanned }): Response {
  switch (outcome) {
    case 'project-missing':
      return fail(c, 'PROJECT_NOT_FOUND', 'No such project');
    case 'snapshot-missing':
      return fail(c, 'SNAPSHOT_NOT_FOUND', 'No such snapshot');
  }
}

/**
 * Plans again, since the tab's word counts for nothing, and makes of its list of files a version whose blobs
 * must be the owner's.
 */
async function publish(
  services: TabBuildNeeds,
  c: Context<UserEnv>,
  projectId: string,
  asked: PublishTabBody,
): Promise<Response> {
  const { db, config, hosts, quotas } = services;
  const { owner } = c.var;
  const { snapshotId, log, durationMs } = asked;
  const files = asked.files.map((file): FileEntry => ({ kind: 'file', ...file }));
  const problem = treeProblem(files);
  if (problem !== undefined) return fail(c, 'INVALID_TREE', problem);
  const planned = await planTabBuild(services, owner, { projectId, snapshotId });
  // The tab asked before and may do what it likes: this is where it is decided.
  if (planned.outcome === 'server')
    return fail(c, 'BUILD_ON_SERVER', `This project is built on the server: ${planned.why}`);
  if (planned.outcome !== 'tab') return failed(c, planned);
  const rules = await readRules(services, owner, asked.files);
  const { serving, lines } = makeServing(planned.settings, planned.detected.singlePage, rules);
  const entries = files.filter(({ path }) => isPublic(path) || isRules(path));
  const leftOut = files.length - entries.length;
  if (leftOut > 0) lines.push(`${leftOut} dot files are not published`);
  if (entries.length === 0) return fail(c, 'INVALID_TREE', 'There is no file that could be published');
  const result = await publishTabBuild(db, owner, projectId, {
    snapshotId,
    entries,
    serving,
    log: [...log, ...lines.slice(0, 100).map((text) => ({ stream: 'system' as const, text }))],
    durationMs,
    publishing: planned.publishing,
    publicBase: hosts.appOrigin,
    tokenLifetimeUs:
      config.PREVIEW_LIFETIME_SECONDS === undefined ? undefined : config.PREVIEW_LIFETIME_SECONDS * 1_000_000,
    deadlineUs: config.BUILD_DEADLINE_SECONDS * 1_000_000,
    ownerLimit: quotas.configured.buildsWaiting,
  });
  switch (result.outcome) {
    case 'published':
      await auditRequest(db, c, { action: 'publish.tab', target: result.build.id });
      return c.json({ build: result.build } satisfies BuildResponse, 201);
    case 'too-many':
      return quotaExceeded(c, 'buildsWaiting', result.limit);
    case 'missing-blobs':
      return fail(c, 'MISSING_BLOBS', 'Some files were not put before, or have another size');
    default:
      return failed(c, { outcome: result.outcome });
  }
}

/** They are read and kept, though they are no pages. */
const isRules = (path: string): boolean => RULE_FILES.some((file) => file === path);

/** The texts of `_headers` and `_redirects`, of blobs that are the owner's. */
async function readRules(
  { db, blobs }: TabBuildNeeds,
  ownerId: string,
  files: readonly TabFile[],
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const { path, sha256, size } of files) {
    if (!isRules(path) || size > ruleLimits.fileBytes || !(await hasBlobRight(db, ownerId, sha256))) continue;
    const bytes = await readBlob(blobs, sha256);
    if (bytes && bytes.length <= ruleLimits.fileBytes) texts.set(path, new TextDecoder().decode(bytes));
  }
  return texts;
}

import type { BlobStore } from '@slipway/blobs';
import {
  createSandboxBody,
  SANDBOXES_PAGE,
  type SandboxListResponse,
  sandboxName,
  sandboxRequestBody,
  type SandboxRequestResponse,
  type SandboxResponse,
} from '@slipway/contracts';
import {
  createProjectWithin,
  createSandbox,
  type Db,
  deleteProject,
  getSandbox,
  getSandboxRequest,
  listSandboxes,
  requestSandbox,
  type SandboxCursor,
} from '@slipway/db';
import { type Context, Hono } from 'hono';
import { auditRequest } from '../audit/audit-request.ts';
import { fail } from '../http/api-error.ts';
import { jsonBody, UUID_PATTERN } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';
import { createFromTemplate } from '../projects/create-from-template.ts';
import { type Quotas, quotaExceeded } from '../quotas/quotas.ts';
import type { TemplateSource } from '../templates/template-source.ts';

/** As `sandboxName`, in a route. */
const NAME_PATTERN = '[a-z0-9][a-z0-9._-]{0,62}';
const SANDBOX_PATH = `/sandboxes/:sandboxId{${NAME_PATTERN}}`;
const REQUESTS_PATH = `${SANDBOX_PATH}/requests`;

const CURSOR = new RegExp(`^(\\d{1,16})_(${NAME_PATTERN})$`);

/** What `?after=` says; undefined for what no page has said. */
function parseCursor(text: string): SandboxCursor | undefined {
  const [, createdAt, id] = CURSOR.exec(text) ?? [];
  return createdAt === undefined || id === undefined ? undefined : { createdAt: Number(createdAt), id };
}

/** A sandbox's files are a project, which counts among the owner's as well: `quotas` has both limits. */
export interface SandboxNeeds {
  db: Db;
  blobs: BlobStore;
  templates: TemplateSource;
  quotas: Quotas;
}

/** /sandboxes — the caller's own (SB-07). The server only writes down what is asked: a worker does it. */
export const sandboxesRoute = (needs: SandboxNeeds) =>
  new Hono<UserEnv>()
    .get('/sandboxes', async (c) => {
      const asked = c.req.query('after');
      const after = asked === undefined ? undefined : parseCursor(asked);
      if (asked !== undefined && after === undefined)
        return fail(c, 'VALIDATION_ERROR', 'Invalid input', [{ field: 'after', message: 'is what no page has said' }]);
      const { sandboxes, next } = await listSandboxes(needs.db, c.var.owner, { after, limit: SANDBOXES_PAGE });
      return c.json({
        sandboxes,
        ...(next === undefined ? {} : { next: `${next.createdAt}_${next.id}` }),
      } satisfies SandboxListResponse);
    })
    .post('/sandboxes', jsonBody(createSandboxBody), async (c) => {
      const { template, ...body } = c.req.valid('json');
      const project = await makeProject(c, needs, { id: body.id, template });
      if (project instanceof Response) return project;
      const earlier = await getSandbox(needs.db, c.var.owner, body.id);
      // With its project goes its row, and with that its machine: the worker sees that it is not its own any more.
      if (earlier) await deleteProject(needs.db, c.var.owner, earlier.projectId);
      const limit = needs.quotas.configured.sandboxes;
      const made = await createSandbox(needs.db, c.var.owner, { ...body, projectId: project.id }, limit);
      if (made.outcome !== 'created') await deleteProject(needs.db, c.var.owner, project.id);
      switch (made.outcome) {
        case 'created':
          await auditRequest(needs.db, c, { action: 'sandbox.create', target: made.sandbox.projectId });
          return c.json({ sandbox: made.sandbox } satisfies SandboxResponse, 201);
        case 'too-many':
          return quotaExceeded(c, 'sandboxes', made.limit);
        case 'taken':
          return fail(c, 'SANDBOX_TAKEN', `Another request made a sandbox "${body.id}" just now: try again`);
      }
    })
    .get(SANDBOX_PATH, async (c) => {
      const sandbox = await getSandbox(needs.db, c.var.owner, c.req.param('sandboxId'));
      return sandbox ? c.json({ sandbox } satisfies SandboxResponse) : missing(c);
    })
    .post(REQUESTS_PATH, jsonBody(sandboxRequestBody), async (c) => {
      const asked = await requestSandbox(needs.db, c.var.owner, c.req.param('sandboxId'), c.req.valid('json'));
      switch (asked.outcome) {
        case 'asked':
          return c.json({ request: asked.request } satisfies SandboxRequestResponse, 202);
        case 'missing':
          return missing(c);
        case 'too-many':
          return fail(c, 'TOO_MANY', `${asked.limit} requests of this sandbox wait already: let some be done first`);
      }
    })
    .get(`${REQUESTS_PATH}/:requestId{${UUID_PATTERN}}`, async (c) => {
      const { sandboxId, requestId } = c.req.param();
      const request = await getSandboxRequest(needs.db, c.var.owner, sandboxId, requestId);
      return request ? c.json({ request } satisfies SandboxRequestResponse) : missing(c);
    });

/** The project that is the sandbox's files, or the answer that refuses it. */
async function makeProject(
  c: Context<UserEnv>,
  { db, blobs, templates, quotas }: SandboxNeeds,
  { id, template }: { id: string; template: string | undefined },
): Promise<{ id: string } | Response> {
  const limit = quotas.configured.projects;
  const name = `sandbox ${sandboxName.parse(id)}`;
  if (template === undefined) {
    const made = await createProjectWithin(db, c.var.owner, { name, template: null }, limit);
    return made.outcome === 'created' ? made.project : quotaExceeded(c, 'projects', made.limit);
  }
  const files = await templates.read(template, id);
  if (!files) return fail(c, 'TEMPLATE_NOT_FOUND', `No such template: "${template}"`);
  const made = await createFromTemplate({ db, blobs, limit }, c.var.owner, { name, template }, files);
  return made.outcome === 'created' ? made.project : quotaExceeded(c, 'projects', made.limit);
}

const missing = (c: Context): Response => fail(c, 'SANDBOX_NOT_FOUND', 'No such sandbox');

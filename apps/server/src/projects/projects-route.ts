import type { BlobStore } from '@slipway/blobs';
import {
  createProjectBody,
  type CreateProjectResponse,
  type OkResponse,
  type ProjectListResponse,
  type ProjectResponse,
  updateProjectBody,
} from '@slipway/contracts';
import { type Db, createProjectWithin, deleteProject, getProject, renameProject } from '@slipway/db';
import { Hono } from 'hono';
import { auditRequest } from '../audit/audit-request.ts';
import { mayDo } from '../http/access.ts';
import { fail } from '../http/api-error.ts';
import { jsonBody, UUID_PATTERN } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';
import { type Quotas, quotaExceeded } from '../quotas/quotas.ts';
import type { TemplateSource } from '../templates/template-source.ts';
import { createFromTemplate } from './create-from-template.ts';
import { parseProjectCursor, readProjectPage } from './read-project-page.ts';

const projectPath = `/projects/:projectId{${UUID_PATTERN}}`;

/** The smallest that they need: tests give another `templates`. */
export interface ProjectNeeds {
  db: Db;
  blobs: BlobStore;
  templates: TemplateSource;
  quotas: Quotas;
}

/** /projects — the caller's own. Another owner's project is missing, not forbidden. */
export const projectsRoute = ({ db, blobs, templates, quotas }: ProjectNeeds) =>
  new Hono<UserEnv>()
    .get('/projects', async (c) => {
      const asked = c.req.query('after');
      const after = asked === undefined ? undefined : parseProjectCursor(asked);
      if (asked !== undefined && after === undefined)
        return fail(c, 'VALIDATION_ERROR', 'Invalid input', [{ field: 'after', message: 'must be a page’s "next"' }]);
      const page = await readProjectPage(db, c.var.owner, after);
      const projects = page.projects.filter(({ id }) => mayDo(c.var.access, 'read', id));
      return c.json({ ...page, projects } satisfies ProjectListResponse);
    })
    .post('/projects', jsonBody(createProjectBody), async (c) => {
      const { name, template } = c.req.valid('json');
      const limit = quotas.configured.projects;
      if (template === undefined) {
        const made = await createProjectWithin(db, c.var.owner, { name, template: null }, limit);
        return made.outcome === 'created'
          ? c.json({ project: made.project, snapshot: null } satisfies CreateProjectResponse, 201)
          : quotaExceeded(c, 'projects', made.limit);
      }
      const files = await templates.read(template, name);
      if (!files) return fail(c, 'TEMPLATE_NOT_FOUND', `No such template: "${template}"`);
      const made = await createFromTemplate({ db, blobs, limit }, c.var.owner, { name, template }, files);
      if (made.outcome === 'too-many') return quotaExceeded(c, 'projects', made.limit);
      const { project, snapshot } = made;
      return c.json({ project, snapshot } satisfies CreateProjectResponse, 201);
    })
    .get(projectPath, async (c) => {
      const project = await getProject(db, c.var.owner, c.req.param('projectId'));
      return project ? c.json({ project } satisfies ProjectResponse) : fail(c, 'PROJECT_NOT_FOUND', 'No such project');
    })
    .patch(projectPath, jsonBody(updateProjectBody), async (c) => {
      const project = await renameProject(db, c.var.owner, c.req.param('projectId'), c.req.valid('json').name);
      return project ? c.json({ project } satisfies ProjectResponse) : fail(c, 'PROJECT_NOT_FOUND', 'No such project');
    })
    .delete(projectPath, async (c) => {
      const projectId = c.req.param('projectId');
      const { outcome } = await deleteProject(db, c.var.owner, projectId);
      if (outcome !== 'deleted') return fail(c, 'PROJECT_NOT_FOUND', 'No such project');
      await auditRequest(db, c, { action: 'project.delete', target: projectId });
      return c.json({ success: true } satisfies OkResponse);
    });

import {
  createProjectBody,
  type CreateProjectResponse,
  type OkResponse,
  type ProjectListResponse,
  type ProjectResponse,
  updateProjectBody,
} from '@slipway/contracts';
import { createProject, deleteProject, getProject, listProjects, renameProject } from '@slipway/db';
import { Hono } from 'hono';
import { fail } from '../http/api-error.ts';
import { jsonBody, uuidPattern } from '../http/read-body.ts';
import type { Services, UserEnv } from '../http/server-env.ts';
import { readTemplate } from '../templates/template-files.ts';
import { createFromTemplate } from './create-from-template.ts';

const projectPath = `/projects/:projectId{${uuidPattern}}`;

/** /projects — the caller's own. Another owner's project is missing, not forbidden. */
export const projectsRoute = ({ db }: Services) =>
  new Hono<UserEnv>()
    .get('/projects', async (c) => c.json({ projects: await listProjects(db, c.var.owner) } satisfies ProjectListResponse))
    .post('/projects', jsonBody(createProjectBody), async (c) => {
      const { name, template } = c.req.valid('json');
      if (template === undefined) {
        const project = await createProject(db, c.var.owner, { name, template: null });
        return c.json({ project, snapshot: null } satisfies CreateProjectResponse, 201);
      }
      const files = readTemplate(template, name);
      if (!files) return fail(c, 'TEMPLATE_NOT_FOUND', `No such template: "${template}"`);
      return c.json((await createFromTemplate(db, c.var.owner, { name, template }, files)) satisfies CreateProjectResponse, 201);
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
      const { outcome } = await deleteProject(db, c.var.owner, c.req.param('projectId'));
      return outcome === 'deleted' ? c.json({ success: true } satisfies OkResponse) : fail(c, 'PROJECT_NOT_FOUND', 'No such project');
    });

import type { CapabilityResponse } from '@slipway/contracts';
import { getProject } from '@slipway/db';
import { Hono } from 'hono';
import { fail } from '../http/api-error.ts';
import { uuidPattern } from '../http/read-body.ts';
import type { Services, UserEnv } from '../http/server-env.ts';

const lifetimeSeconds = 8 * 3600;

/** POST /projects/:id/capability — what the project's runtime origin may show to mirror and relay. */
export const capabilityRoute = ({ db, signer }: Services) =>
  new Hono<UserEnv>().post(`/projects/:projectId{${uuidPattern}}/capability`, async (c) => {
    const project = await getProject(db, c.var.owner, c.req.param('projectId'));
    if (!project) return fail(c, 'PROJECT_NOT_FOUND', 'No such project');
    const exp = Math.floor(Date.now() / 1000) + lifetimeSeconds;
    const capability = signer.sign({ use: 'capability', owner: c.var.owner, project: project.id, exp });
    return c.json({ capability, expiresIn: lifetimeSeconds } satisfies CapabilityResponse);
  });

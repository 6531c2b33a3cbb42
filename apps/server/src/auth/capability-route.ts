import type { TokenSigner } from './token-signer.ts';
import type { CapabilityResponse } from '@slipway/contracts';
import { type Db, getProject } from '@slipway/db';
import { Hono } from 'hono';
import { fail } from '../http/api-error.ts';
import { UUID_PATTERN } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';

const LIFETIME_SECONDS = 8 * 3600;

/** A capability for eight hours. Whoever calls has found out that the project is the owner's. */
export function signCapability(
  signer: TokenSigner,
  of: { owner: string; project: string; family: string | undefined },
): CapabilityResponse {
  const exp = Math.floor(Date.now() / 1000) + LIFETIME_SECONDS;
  const { family, ...rest } = of;
  const claims = { use: 'capability' as const, ...rest, ...(family === undefined ? {} : { family }), exp };
  return { capability: signer.sign(claims), expiresIn: LIFETIME_SECONDS };
}

/** POST /projects/:id/capability — what the project's runtime origin may show to mirror and relay. */
export const capabilityRoute = ({ db, signer }: { db: Db; signer: TokenSigner }) =>
  new Hono<UserEnv>().post(`/projects/:projectId{${UUID_PATTERN}}/capability`, async (c) => {
    const project = await getProject(db, c.var.owner, c.req.param('projectId'));
    if (!project) return fail(c, 'PROJECT_NOT_FOUND', 'No such project');
    const { access, owner } = c.var;
    const family = access.kind === 'session' ? access.familyId : undefined;
    return c.json(signCapability(signer, { owner, project: project.id, family }));
  });

import { createTicketBody } from '@slipway/contracts';
import type { Db } from '@slipway/db';
import { Hono } from 'hono';
import { fail } from '../http/api-error.ts';
import { jsonBody } from '../http/read-body.ts';
import type { ServerEnv, UserEnv } from '../http/server-env.ts';
import { isSignedIn } from './is-signed-in.ts';
import { issueTicket } from './tickets.ts';
import type { TokenSigner } from './token-signer.ts';

/** POST /tickets — of the app, behind `requireUser`. */
export const ticketsRoute = ({ db }: { db: Db }) =>
  new Hono<UserEnv>().post('/tickets', jsonBody(createTicketBody), async (c) => {
    const { purpose, projectId } = c.req.valid('json');
    const issued = await issueTicket(db, { owner: c.var.owner, project: projectId, purpose });
    return issued ? c.json(issued, 201) : fail(c, 'PROJECT_NOT_FOUND', 'No such project');
  });

/** POST /__slip/tickets — of a runtime host, for its own page, by the capability that it was given. */
export const capabilityTicketsRoute = ({ db, signer }: { db: Db; signer: TokenSigner }) =>
  new Hono<ServerEnv>().post('/__slip/tickets', jsonBody(createTicketBody), async (c) => {
    const shown = /^Capability (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    const claims = shown === undefined ? undefined : signer.readCapability(shown);
    const { purpose, projectId } = c.req.valid('json');
    if (!claims || claims.project !== projectId || !(await isSignedIn(db, claims)))
      return fail(c, 'UNAUTHORIZED', 'No capability for this project, or one that has expired');
    const issued = await issueTicket(db, { owner: claims.owner, project: projectId, purpose });
    return issued ? c.json(issued, 201) : fail(c, 'PROJECT_NOT_FOUND', 'No such project');
  });

import { type Db, getProjectOfContainer } from '@slipway/db';
import { MIRROR_PASS_HEADER, RELAY_TICKET_PATH } from '@slipway/wire';
import { Hono } from 'hono';
import { requireSameOrigin } from '../auth/require-same-origin.ts';
import { isSignedIn } from '../auth/is-signed-in.ts';
import { issueTicket } from '../auth/tickets.ts';
import type { TokenSigner } from '../auth/token-signer.ts';
import { fail } from '../http/api-error.ts';
import type { ServerEnv } from '../http/server-env.ts';
import { fillLabel, type Hosts } from '../hosts/hosts.ts';
import type { RelayLines } from './relay-lines.ts';

/**
 * POST /__slip/relay-ticket — of a project's runtime host, for the container on its own page, by what opens the mirror
 * there. Third parties' containers and builds get none: nobody has allowed what they would reach.
 */
export const relayTicketRoute = (
  { db, signer, hosts, relay }: { db: Db; signer: TokenSigner; hosts: Hosts; relay: RelayLines },
  label: string | undefined,
) =>
  new Hono<ServerEnv>().post(
    RELAY_TICKET_PATH,
    requireSameOrigin(label === undefined ? '' : fillLabel(hosts.runtimePattern, label)),
    async (c) => {
      if (!relay.isOpen) return fail(c, 'NOT_FOUND', 'This server has no relay: RELAY_ALLOW is empty');
      const shown = c.req.header(MIRROR_PASS_HEADER) ?? '';
      const pass = signer.readMirror(shown);
      const capability = signer.readCapability(shown);
      const living = capability !== undefined && (await isSignedIn(db, capability)) ? capability.owner : undefined;
      const owner = living ?? (pass?.label === label ? pass?.owner : undefined);
      if (label === undefined || owner === undefined || owner === null)
        return fail(c, 'UNAUTHORIZED', 'No pass for this container, or one that has expired');
      const project = await getProjectOfContainer(db, owner, label);
      const issued = project === undefined ? undefined : await issueTicket(db, { owner, project, purpose: 'relay' });
      return issued ? c.json(issued, 201) : fail(c, 'PROJECT_NOT_FOUND', 'No such project');
    },
  );

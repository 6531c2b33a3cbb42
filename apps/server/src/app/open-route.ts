import { openBody, type OpenedProject, type OpenResponse, treePage } from '@slipway/contracts';
import { readTreeEntries } from '@slipway/blobs';
import { getProject, getSnapshotHead } from '@slipway/db';
import { type Context, Hono } from 'hono';
import { signCapability } from '../auth/capability-route.ts';
import { getOwnerForRequest } from '../auth/local-owner.ts';
import { openSession } from '../auth/open-session.ts';
import { requireSameOrigin } from '../auth/require-same-origin.ts';
import { readProjectPage } from '../projects/read-project-page.ts';
import { pageOfTree } from '../snapshots/tree-page.ts';
import { describeRuntime } from '../hosts/runtime-config.ts';
import { fail } from '../http/api-error.ts';
import { jsonBody } from '../http/read-body.ts';
import type { ServerEnv } from '../http/server-env.ts';
import type { Services } from './services.ts';

/** One entry more than fits says that there is more. */
const FIRST_PAGE = { after: undefined, limit: treePage.entries + 1 };

/**
 * POST /api/v1/open — who this browser is and what its page shows first, in one
 * request: signing in, configuration, and the page's own data were four in a row.
 */
export function openRoute(services: Services) {
  const { db, blobs, config, hosts, mirror, templates, signer } = services;

  // Null where the project is not this person's: the page shows the same as where there is none.
  const openProject = async (
    c: Context<ServerEnv>,
    owner: string,
    projectId: string,
    accessToken: string,
  ): Promise<OpenedProject | null> => {
    const project = await getProject(db, owner, projectId);
    if (!project) return null;
    const head =
      project.latestSnapshotId === null
        ? undefined
        : await getSnapshotHead(db, owner, projectId, project.latestSnapshotId);
    return {
      project,
      commit: head?.commit ?? null,
      ...pageOfTree(
        head ? (await readTreeEntries(blobs, db, projectId, head, FIRST_PAGE)).map(({ entry }) => entry) : [],
        undefined,
      ),
      config: describeRuntime(config, hosts, {
        registryOrigins: await mirror.origins(),
        localOwner: (await getOwnerForRequest(services, c)) !== undefined,
      }),
      capability: signCapability(signer, {
        owner,
        project: project.id,
        family: signer.readAccess(accessToken)?.family,
      }).capability,
    };
  };

  return new Hono<ServerEnv>().post('/open', requireSameOrigin(hosts.appOrigin), jsonBody(openBody), async (c) => {
    const { projectId } = c.req.valid('json');
    const opened = await openSession(services, c);
    if (opened.outcome === 'away') return fail(c, 'SERVICE_UNAVAILABLE', 'Network error');
    const session = opened.outcome === 'open' ? opened.session : undefined;
    const owner = session?.user.id;
    return c.json({
      session: session ?? null,
      home:
        owner !== undefined && projectId === undefined
          ? { ...(await readProjectPage(db, owner)), templates: [...(await templates.list())] }
          : null,
      project:
        session !== undefined && projectId !== undefined
          ? await openProject(c, session.user.id, projectId, session.accessToken)
          : null,
    } satisfies OpenResponse);
  });
}

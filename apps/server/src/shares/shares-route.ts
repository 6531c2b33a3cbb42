import { type CreateShareResponse, createShareBody, type OkResponse, type ShareListResponse } from '@slipway/contracts';
import { lookAtShareBody, type ProjectResponse, SHARES_LIMIT } from '@slipway/contracts';
import type { BlobStore } from '@slipway/blobs';
import { createShare, type Db, findShare, getProject, listShares, revokeShare } from '@slipway/db';
import { Hono } from 'hono';
import { auditRequest } from '../audit/audit-request.ts';
import { fail } from '../http/api-error.ts';
import { jsonBody, UUID_PATTERN } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';
import { type Quotas, quotaExceeded } from '../quotas/quotas.ts';
import { copyShared } from './copy-shared.ts';
import type { Hosts } from '../hosts/hosts.ts';
import { hashShareToken } from '../hosts/hash-share-token.ts';
import { makeShareToken, urlOfShare } from './share-token.ts';

/** In microseconds, as the database counts. */
const HOUR_US = 3_600_000_000;
const sharesPath = `/projects/:projectId{${UUID_PATTERN}}/shares`;

/** `liveTunnels` is this server's: a share that is taken back ends its tunnel at once only where that is here. */
export interface ShareNeeds {
  db: Db;
  blobs: BlobStore;
  quotas: Quotas;
  hosts: Hosts;
  /** Whoever serves live previews from open tabs: ended with their link. */
  liveTunnels: { end(shareId: string): void };
}

/** What a link gets that leads nowhere; which it was is not for strangers to know. */
export const NO_SUCH_SHARE = 'This link does not exist, has expired or was taken back';

/** /projects/:id/shares of the owner, and a copy for whoever has a link (UX-20). No access token reaches these. */
export const sharesRoute = ({ db, blobs, quotas, hosts, liveTunnels }: ShareNeeds) =>
  new Hono<UserEnv>()
    .get(sharesPath, async (c) => {
      const projectId = c.req.param('projectId');
      if (!(await getProject(db, c.var.owner, projectId))) return fail(c, 'PROJECT_NOT_FOUND', 'No such project');
      return c.json({ shares: await listShares(db, c.var.owner, projectId) } satisfies ShareListResponse);
    })
    .post(sharesPath, jsonBody(createShareBody), async (c) => {
      const { kind, expiresInHours } = c.req.valid('json');
      const projectId = c.req.param('projectId');
      const { token, tokenHash, ending } = makeShareToken(kind);
      const lifetimeUs = expiresInHours * HOUR_US;
      const result = await createShare(db, c.var.owner, projectId, { kind, tokenHash, ending, lifetimeUs });
      switch (result.outcome) {
        case 'created': {
          const { share } = result;
          const details = { kind, project: projectId, expiresInHours };
          await auditRequest(db, c, { action: 'share.create', target: share.id, details });
          const url = urlOfShare(hosts, kind, token);
          return c.json({ share, token, url } satisfies CreateShareResponse, 201);
        }
        case 'project-missing':
          return fail(c, 'PROJECT_NOT_FOUND', 'No such project');
        case 'too-many':
          return fail(c, 'TOO_MANY', `There are ${SHARES_LIMIT} links to this project already: take one back first`);
      }
    })
    .delete(`${sharesPath}/:shareId{${UUID_PATTERN}}`, async (c) => {
      const { projectId, shareId } = c.req.param();
      const result = await revokeShare(db, c.var.owner, projectId, shareId);
      if (result.outcome === 'missing') return fail(c, 'LINK_NOT_FOUND', 'No such link');
      liveTunnels.end(shareId);
      const details = { kind: result.kind, project: projectId };
      await auditRequest(db, c, { action: 'share.revoke', target: shareId, details });
      return c.json({ success: true } satisfies OkResponse);
    })
    .post('/shared/copy', jsonBody(lookAtShareBody), async (c) => {
      const share = await findShare(db, hashShareToken(c.req.valid('json').token), 'copy');
      if (!share) return fail(c, 'LINK_NOT_VALID', NO_SUCH_SHARE);
      const copied = await copyShared({ db, blobs, quotas }, c.var.owner, share);
      switch (copied.outcome) {
        case 'copied': {
          const details = { share: share.id, project: share.projectId };
          const personId = share.ownerId;
          await auditRequest(db, c, { action: 'share.copy', target: copied.project.id, personId, details });
          return c.json({ project: copied.project } satisfies ProjectResponse, 201);
        }
        case 'full':
          return quotaExceeded(c, copied.quota, copied.limit);
        case 'changed':
          c.header('Retry-After', '2');
          return fail(c, 'SERVICE_UNAVAILABLE', 'The project changed while it was copied: try again');
      }
    });

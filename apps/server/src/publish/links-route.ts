import { changeLinkBody, type LinkListResponse, type LinkResponse, type OkResponse } from '@slipway/contracts';
import { changeVersionLink, type Db, deleteVersion, getProject, listVersionLinks } from '@slipway/db';
import { Hono } from 'hono';
import { auditRequest } from '../audit/audit-request.ts';
import type { Passwords } from '../auth/passwords.ts';
import type { Hosts } from '../hosts/hosts.ts';
import { fail } from '../http/api-error.ts';
import { jsonBody, UUID_PATTERN } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';
import { describeLink } from './describe-address.ts';

const buildPath = `/builds/:buildId{${UUID_PATTERN}}`;

/** Links of versions: who may follow them, for how long and how often; and versions, deleted for good (P-36). */
export const linksRoute = ({ db, hosts, passwords }: { db: Db; hosts: Hosts; passwords: Passwords }) =>
  new Hono<UserEnv>()
    .get(`/projects/:projectId{${UUID_PATTERN}}/links`, async (c) => {
      const project = await getProject(db, c.var.owner, c.req.param('projectId'));
      if (!project) return fail(c, 'PROJECT_NOT_FOUND', 'No such project');
      const links = await listVersionLinks(db, c.var.owner, project.id);
      return c.json({ links: links.map((link) => describeLink(hosts, link)) } satisfies LinkListResponse);
    })
    .patch(`${buildPath}/link`, jsonBody(changeLinkBody), async (c) => {
      const { expiresInSeconds, password, revoked, viewLimit } = c.req.valid('json');
      const link = await changeVersionLink(db, c.var.owner, c.req.param('buildId'), {
        expiresInUs: expiresInSeconds == null ? expiresInSeconds : expiresInSeconds * 1_000_000,
        passwordHash: password == null ? password : await passwords.hash(password),
        revoked,
        viewLimit,
      });
      if (!link) return fail(c, 'LINK_NOT_FOUND', 'No such version, or it has no link');
      // What was changed and to what; of a password that there is one.
      const details = {
        ...(expiresInSeconds === undefined ? {} : { expiresInSeconds }),
        ...(password === undefined ? {} : { password: password !== null }),
        ...(revoked === undefined ? {} : { revoked }),
        ...(viewLimit === undefined ? {} : { viewLimit }),
      };
      await auditRequest(db, c, { action: 'link.change', target: c.req.param('buildId'), details });
      return c.json({ link: describeLink(hosts, link) } satisfies LinkResponse);
    })
    .delete(buildPath, async (c) => {
      const buildId = c.req.param('buildId');
      const { outcome } = await deleteVersion(db, c.var.owner, buildId);
      switch (outcome) {
        case 'deleted':
          await auditRequest(db, c, { action: 'version.delete', target: buildId });
          return c.json({ success: true } satisfies OkResponse);
        case 'missing':
          return fail(c, 'BUILD_NOT_FOUND', 'No such build');
        case 'in-use':
          return fail(
            c,
            'BUILD_IN_USE',
            'This version is what the site shows, or is still being built: show another one, unpublish or cancel first',
          );
      }
    });

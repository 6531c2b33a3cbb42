import {
  type AuditResponse,
  deleteAccountBody,
  type MeResponse,
  type OkResponse,
  type SessionListResponse,
  updateAccountBody,
} from '@slipway/contracts';
import type { BlobStore } from '@slipway/blobs';
import { type Db, deleteUser, endSessions, listSessions, renameUser } from '@slipway/db';
import { Hono } from 'hono';
import { auditRequest } from '../audit/audit-request.ts';
import { readAuditPage } from '../audit/read-audit-page.ts';
import { confirmPassword } from '../auth/confirm-password.ts';
import type { Passwords } from '../auth/passwords.ts';
import { fail } from '../http/api-error.ts';
import { clientAddress } from '../http/client-address.ts';
import { jsonBody, UUID_PATTERN } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';
import { exportAccount } from './export-account.ts';

/** /account — what a person may see and do of her own account (SV-12). No access token reaches it. */
export const accountRoute = (services: { db: Db; blobs: BlobStore; passwords: Passwords }) => {
  const { db, blobs } = services;
  return new Hono<UserEnv>()
    .patch('/account', jsonBody(updateAccountBody), async (c) => {
      const user = await renameUser(db, c.var.owner, c.req.valid('json').name);
      return user ? c.json({ user } satisfies MeResponse) : fail(c, 'UNAUTHORIZED', 'The account is gone');
    })
    .get('/account/sessions', async (c) => {
      const sessions = await listSessions(db, c.var.owner, currentSession(c.var));
      return c.json({ sessions } satisfies SessionListResponse);
    })
    .delete('/account/sessions', async (c) => {
      const ended = await endSessions(db, c.var.owner, { except: currentSession(c.var) });
      await auditRequest(db, c, { action: 'session.end-others', details: { ended } });
      return c.json({ success: true } satisfies OkResponse);
    })
    .delete(`/account/sessions/:sessionId{${UUID_PATTERN}}`, async (c) => {
      const sessionId = c.req.param('sessionId');
      const ended = await endSessions(db, c.var.owner, { only: sessionId });
      if (ended === 0) return fail(c, 'SESSION_NOT_FOUND', 'No such session');
      await auditRequest(db, c, { action: 'session.end', target: sessionId });
      return c.json({ success: true } satisfies OkResponse);
    })
    .get('/account/audit', async (c) => {
      const page = await readAuditPage(db, c, c.var.owner);
      return page.outcome === 'refused' ? page.answer : c.json(page.entries satisfies AuditResponse);
    })
    .get('/account/export', async (c) => {
      await auditRequest(db, c, { action: 'user.export' });
      return c.body(exportAccount({ db, blobs }, c.var.user), 200, {
        'Content-Type': 'application/x-tar',
        'Content-Disposition': 'attachment; filename="slipway-export.tar"',
        'Cache-Control': 'no-store, no-transform',
      });
    })
    .post('/account/delete', jsonBody(deleteAccountBody), async (c) => {
      const confirmed = await confirmPassword(services, c, c.req.valid('json').password);
      if (confirmed.outcome === 'refused') return confirmed.answer;
      const by = { actorId: c.var.owner, address: clientAddress(c.env), requestId: c.env.requestId };
      const result = await deleteUser(db, c.var.owner, by);
      return result.outcome === 'last-admin'
        ? fail(c, 'LAST_ADMIN', 'The last admin cannot go: make somebody else an admin first')
        : c.json({ success: true } satisfies OkResponse);
    });
};

/** Null for whoever comes with a token: then no session is spared. */
function currentSession({ access }: UserEnv['Variables']): string | null {
  return access.kind === 'session' ? access.familyId : null;
}

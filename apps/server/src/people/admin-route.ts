import {
  type AuditResponse,
  changeRoleBody,
  createInvitationBody,
  type CreateInvitationResponse,
  type InvitationListResponse,
  INVITATIONS_LIMIT,
  type OkResponse,
  type PeopleResponse,
  plainText,
  type ResetLinkCreatedResponse,
} from '@slipway/contracts';
import {
  createInvitation,
  createPasswordReset,
  type Db,
  deleteUser,
  endSessions,
  listInvitations,
  listPeople,
  revokeInvitation,
  setUserRole,
} from '@slipway/db';
import { type Context, Hono } from 'hono';
import { auditRequest } from '../audit/audit-request.ts';
import { readAuditPage } from '../audit/read-audit-page.ts';
import { fail } from '../http/api-error.ts';
import { clientAddress } from '../http/client-address.ts';
import { jsonBody, UUID_PATTERN } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';
import type { Hosts } from '../hosts/hosts.ts';
import { linkTo, makeLinkToken } from './link-token.ts';
import { requireAdmin } from './require-admin.ts';

const DAY_US = 86_400_000_000;
/** A reset link is handed over by hand, which may take until tomorrow. */
const resetLifetimeUs = DAY_US;
/** One more is asked for, to know whether there is a next page. */
const PAGE_PEOPLE = 50;

const personPath = `/people/:personId{${UUID_PATTERN}}`;

/** /admin — looking after people (SV-12). Behind `requireUser`. */
export const adminRoute = ({ db, hosts }: { db: Db; hosts: Hosts }) => {
  const by = (c: Context<UserEnv>) => ({
    actorId: c.var.owner,
    address: clientAddress(c.env),
    requestId: c.env.requestId,
  });
  const missing = (c: Context) => fail(c, 'PERSON_NOT_FOUND', 'No such person');
  return new Hono<UserEnv>()
    .use(requireAdmin)
    .get('/people', async (c) => {
      const after = plainText.max(320).safeParse(c.req.query('after') ?? '');
      if (!after.success)
        return fail(c, 'VALIDATION_ERROR', 'Invalid input', [{ field: 'after', message: 'must be an address' }]);
      const people = await listPeople(db, after.data, PAGE_PEOPLE + 1);
      const next = people.length > PAGE_PEOPLE ? people[PAGE_PEOPLE - 1]!.email : null;
      return c.json({ people: people.slice(0, PAGE_PEOPLE), next } satisfies PeopleResponse);
    })
    .patch(personPath, jsonBody(changeRoleBody), async (c) => {
      const { outcome } = await setUserRole(db, c.req.param('personId'), c.req.valid('json').role, by(c));
      switch (outcome) {
        case 'set':
          return c.json({ success: true } satisfies OkResponse);
        case 'missing':
          return missing(c);
        case 'last-admin':
          return fail(c, 'LAST_ADMIN', 'The last admin stays one: make somebody else an admin first');
      }
    })
    .delete(personPath, async (c) => {
      const { outcome } = await deleteUser(db, c.req.param('personId'), by(c));
      switch (outcome) {
        case 'deleted':
          return c.json({ success: true } satisfies OkResponse);
        case 'missing':
          return missing(c);
        case 'last-admin':
          return fail(c, 'LAST_ADMIN', 'The last admin cannot go: make somebody else an admin first');
      }
    })
    .post(`${personPath}/sign-out`, async (c) => {
      const personId = c.req.param('personId');
      const ended = await endSessions(db, personId, { except: null });
      await auditRequest(db, c, { action: 'session.end-all', personId, details: { ended } });
      return c.json({ success: true } satisfies OkResponse);
    })
    .post(`${personPath}/reset`, async (c) => {
      const { token, tokenHash } = makeLinkToken();
      const personId = c.req.param('personId');
      const made = await createPasswordReset(db, { userId: personId, tokenHash, lifetimeUs: resetLifetimeUs });
      if (made.outcome === 'missing') return missing(c);
      await auditRequest(db, c, { action: 'password.reset-link', personId });
      const link = linkTo(hosts.appOrigin, 'reset', token);
      return c.json({ link, expiresAt: made.expiresAt } satisfies ResetLinkCreatedResponse, 201);
    })
    .get('/invitations', async (c) =>
      c.json({ invitations: await listInvitations(db, INVITATIONS_LIMIT) } satisfies InvitationListResponse),
    )
    .post('/invitations', jsonBody(createInvitationBody), async (c) => {
      const { email, role, expiresInDays } = c.req.valid('json');
      const { token, tokenHash } = makeLinkToken();
      const lifetimeUs = expiresInDays * DAY_US;
      const made = await createInvitation(db, c.var.owner, { email, role, tokenHash, lifetimeUs });
      switch (made.outcome) {
        case 'created': {
          const { invitation } = made;
          await auditRequest(db, c, { action: 'invitation.create', target: invitation.id, details: { role } });
          const link = linkTo(hosts.appOrigin, 'invitation', token);
          return c.json({ invitation, link } satisfies CreateInvitationResponse, 201);
        }
        case 'too-many':
          return fail(c, 'TOO_MANY', `There are ${INVITATIONS_LIMIT} open invitations: take one back first`);
        case 'owner-unprotected':
          return fail(c, 'PASSWORD_NEEDED', 'Set a password first: a second account ends your sign-in without one');
      }
    })
    .delete(`/invitations/:invitationId{${UUID_PATTERN}}`, async (c) => {
      const invitationId = c.req.param('invitationId');
      const { outcome } = await revokeInvitation(db, invitationId);
      if (outcome === 'missing') return fail(c, 'LINK_NOT_VALID', 'No such open invitation');
      await auditRequest(db, c, { action: 'invitation.revoke', target: invitationId });
      return c.json({ success: true } satisfies OkResponse);
    })
    .get('/audit', async (c) => {
      const page = await readAuditPage(db, c, null);
      return page.outcome === 'refused' ? page.answer : c.json(page.entries satisfies AuditResponse);
    });
};

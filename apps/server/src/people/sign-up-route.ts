import { lookAtLinkBody, type OkResponse, resetPasswordBody, type SignInMethods, signUpBody } from '@slipway/contracts';
import { createUser, getInvitation, getPasswordReset, usePasswordReset } from '@slipway/db';
import { type Context, Hono } from 'hono';
import type { AuthNeeds } from '../auth/auth-route.ts';
import { clientOf } from '../auth/client-of.ts';
import { PasswordsBusyError } from '../auth/passwords.ts';
import { createRefreshCookie } from '../auth/refresh-cookie.ts';
import { requireSameOrigin } from '../auth/require-same-origin.ts';
import { createSessionTokens } from '../auth/session-tokens.ts';
import { countAttempt } from '../auth/sign-in-guard.ts';
import { fail } from '../http/api-error.ts';
import { clientAddress } from '../http/client-address.ts';
import { jsonBody } from '../http/read-body.ts';
import type { ServerEnv } from '../http/server-env.ts';
import { hashLinkToken } from './link-token.ts';

/** /auth — what a person without an account, or without its password, may do (SV-12). */
export function signUpRoute(services: AuthNeeds) {
  const { db, config, hosts, passwords, signer } = services;
  const sameOrigin = requireSameOrigin(hosts.appOrigin);
  const from = (c: Context<ServerEnv>) => ({ address: clientAddress(c.env), requestId: c.env.requestId });
  /** A hash costs as much for a sign-up as for a sign-in, and is counted alike (SV-09). */
  const hashCounted = async (
    c: Context<ServerEnv>,
    key: string,
    password: string,
  ): Promise<{ outcome: 'hashed'; hash: string } | { outcome: 'refused'; answer: Response }> => {
    const counted = await countAttempt(db, c, key);
    if (counted.outcome === 'refused') return counted;
    try {
      return { outcome: 'hashed', hash: await passwords.hash(password) };
    } catch (error) {
      if (error instanceof PasswordsBusyError) return { outcome: 'refused', answer: await counted.attempt.busy() };
      throw error;
    }
  };

  return new Hono<ServerEnv>()
    .get('/methods', (c) =>
      c.json({
        password: true,
        // Accounts of a user service are made there.
        signUp: config.USER_SERVICE_URL === undefined ? config.SIGN_UP : 'closed',
        oidc: services.oidc === undefined ? null : config.OIDC_NAME,
      } satisfies SignInMethods),
    )
    .post('/invitation', sameOrigin, jsonBody(lookAtLinkBody), async (c) => {
      const found = await getInvitation(db, hashLinkToken(c.req.valid('json').token));
      return found ? c.json(found) : fail(c, 'LINK_NOT_VALID', 'This invitation is used, taken back or too old');
    })
    .post('/reset-link', sameOrigin, jsonBody(lookAtLinkBody), async (c) => {
      const found = await getPasswordReset(db, hashLinkToken(c.req.valid('json').token));
      return found ? c.json(found) : fail(c, 'LINK_NOT_VALID', 'This link is used or too old: ask for another one');
    })
    .post('/sign-up', sameOrigin, jsonBody(signUpBody), async (c) => {
      const { email, name, password, invitation } = c.req.valid('json');
      if (
        config.USER_SERVICE_URL !== undefined ||
        config.SIGN_UP === 'closed' ||
        (config.SIGN_UP === 'invite' && invitation === undefined)
      )
        return fail(c, 'SIGN_UP_CLOSED', 'An account is made here by invitation only');
      const hashed = await hashCounted(c, email, password);
      if (hashed.outcome === 'refused') return hashed.answer;
      const invitationHash = invitation === undefined ? undefined : hashLinkToken(invitation);
      const result = await createUser(db, { email, name, passwordHash: hashed.hash, invitationHash }, from(c));
      switch (result.outcome) {
        case 'created': {
          const tokens = createSessionTokens(db, signer);
          const session = await tokens.open(result.user.id, clientOf(c));
          createRefreshCookie(hosts.appOrigin).set(c, session.refreshToken);
          return c.json(tokens.describe(result.user, session.familyId), 201);
        }
        case 'email-taken':
          return fail(c, 'EMAIL_TAKEN', 'There is an account with this address: sign in');
        case 'link-invalid':
          return fail(c, 'LINK_NOT_VALID', 'This invitation is used, taken back, too old or for another address');
        case 'owner-unprotected':
          return fail(c, 'PASSWORD_NEEDED', 'The owner of this machine has no password yet');
      }
    })
    .post('/reset', sameOrigin, jsonBody(resetPasswordBody), async (c) => {
      const { token, password, email } = c.req.valid('json');
      const tokenHash = hashLinkToken(token);
      // Before the hash: of links that lead nowhere there may be any number.
      const found = await getPasswordReset(db, tokenHash);
      if (!found) return fail(c, 'LINK_NOT_VALID', 'This link is used or too old: ask for another one');
      const hashed = await hashCounted(c, found.email, password);
      if (hashed.outcome === 'refused') return hashed.answer;
      const result = await usePasswordReset(db, { tokenHash, passwordHash: hashed.hash, email }, from(c));
      switch (result.outcome) {
        case 'set':
          return c.json({ success: true } satisfies OkResponse);
        case 'link-invalid':
          return fail(c, 'LINK_NOT_VALID', 'This link is used or too old: ask for another one');
        case 'email-taken':
          return fail(c, 'EMAIL_TAKEN', 'There is an account with this address');
      }
    });
}
